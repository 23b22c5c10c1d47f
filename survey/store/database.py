"""One door to the database: which engine, how it is kept safe, how a transaction begins and ends."""

import select
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import sleep
from typing import NamedTuple

import psycopg
import pysqlite3.dbapi2 as sqlite
from sqlalchemy import Connection, Dialect, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor, ExceptionContext
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.orm import Session

BUSY_MILLISECONDS = 10_000
RETRY_SECONDS = 0.11
"""A little more than SQLite's busy handler sleeps between two tries."""
FIRST_FIXED = (3, 51, 3)
BACKPORTED = ((3, 50, 7), (3, 44, 6))
WAL_INTRODUCED = (3, 7, 0)


@dataclass(frozen=True)
class Journal:
    """How SQLite makes a commit durable: the journal mode and the ``synchronous`` setting."""

    mode: str
    synchronous: str


def has_wal_reset_bug(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite can lose committed WAL writes when several connections checkpoint.

    Affected: 3.7.0 to 3.51.2, except 3.50.7 and later in 3.50, and 3.44.6 and later in 3.44.
    """
    if version >= FIRST_FIXED or version < WAL_INTRODUCED:
        return False
    return not any(version[:2] == fixed[:2] and version >= fixed for fixed in BACKPORTED)


def journal_for(version: tuple[int, int, int]) -> Journal:
    """The fastest journal that loses nothing with this version of SQLite.

    WAL needs ``synchronous=FULL``: with NORMAL a power cut takes acknowledged rows with it. An affected
    version gets the rollback journal with EXTRA, which is slower and just as safe.
    """
    return Journal("delete", "extra") if has_wal_reset_bug(version) else Journal("wal", "full")


@dataclass(frozen=True)
class Health:
    """What the health page says about the store."""

    engine: str
    version: str
    journal: str
    synchronous: str


def takes_no_writes(fault: BaseException | None) -> bool:
    """Whether a fault says that this PostgreSQL only lets read: a standby, or one that somebody has set so."""
    driver = fault.orig if isinstance(fault, DBAPIError) else fault
    return isinstance(driver, psycopg.errors.ReadOnlySqlTransaction)


def is_sqlite(session: Session) -> bool:
    """Whether a session speaks with the embedded database."""
    return session.get_bind().dialect.name == "sqlite"


class Driver(NamedTuple):
    """The driver's own cursor, outside of any transaction, and whose words it takes."""

    cursor: DBAPICursor
    dialect: Dialect


class Database:
    """The database behind ``url``, with transactions that cannot be forgotten open."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _sqlite_engine(url) if url.startswith("sqlite") else _postgresql_engine(url)
        self._direct = self.engine if self.is_sqlite else _postgresql_direct(url)
        one_state = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reading = self.engine.execution_options(**{} if self.is_sqlite else one_state)
        self._writing = self.engine.execution_options(sqlite_write=True)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the embedded database."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that reads a consistent state; nothing in it is kept."""
        with Session(self._reading) as session:
            yield session
            # After a rollback the PostgreSQL driver forgets its prepared statements, and all are planned anew.
            # There is nothing to undo: PostgreSQL refuses to write here.
            (session.rollback if self.is_sqlite else session.commit)()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that writes: committed at the end of the block, undone by any exception.

        On SQLite it takes the write lock with its first statement (BEGIN IMMEDIATE), so it cannot fail half-way because
        somebody else wrote in between.
        """
        with Session(self._writing) as session, session.begin():
            yield session

    def let_others_write(self) -> None:
        """Between the transactions of long work: on SQLite, wait so long that every writer that waits has a try.

        Whoever finds the database locked tries again after at most a tenth of a second, and long work that writes on at
        once would be there first every time. On PostgreSQL writers do not wait for one another.
        """
        if self.is_sqlite:
            sleep(RETRY_SECONDS)

    @contextmanager
    def driver(self) -> Iterator[Driver]:
        """The driver itself, for statements that must cost no more than the database needs for them.

        Every statement is a transaction of its own, committed when its last row was read.

        Raises:
            DBAPIError: what the driver raises, as from everywhere else.
        """
        dialect, pooled = self._direct.dialect, None
        try:
            pooled = self._direct.raw_connection()
            yield Driver(pooled.cursor(), dialect)
        except BaseException as fault:
            if pooled is not None:
                # Nobody else may find a statement unfinished. SQLite's pool undoes it, and keeps the connection: none can
                # be opened while the disk is full, and pages are still shown.
                (pooled.close if self.is_sqlite else pooled.invalidate)()
            driver = dialect.loaded_dbapi
            if isinstance(fault, driver.Error):
                raise DBAPIError.instance(
                    None, None, fault, driver.Error, hide_parameters=True, dialect=dialect
                ) from fault
            raise
        else:
            pooled.close()

    def health(self) -> Health:
        """Which engine runs, and with which durability."""
        with self.reading() as session:
            connection = session.connection()
            if self.is_sqlite:
                mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
                level = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
                names = {0: "off", 1: "normal", 2: "full", 3: "extra"}
                return Health("SQLite", sqlite.sqlite_version, str(mode), names[int(level)])
            version = connection.exec_driver_sql("SHOW server_version").scalar_one()
            commit = connection.exec_driver_sql("SHOW synchronous_commit").scalar_one()
            return Health("PostgreSQL", str(version), "wal", str(commit))

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()
        self._direct.dispose()


# Parameters are hidden, so that an error in the log never carries a citizen's answers.


# What waited for a lock must see what was committed meanwhile, whatever this database's own default is: else the counts'
# watermark moves past responses that it did not count.
SEES_WHAT_IT_WAITED_FOR = "READ COMMITTED"


def _postgresql_engine(url: str) -> Engine:
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        isolation_level=SEES_WHAT_IT_WAITED_FOR,
        pool_pre_ping=True,
        hide_parameters=True,
    )

    @event.listens_for(engine, "handle_error")
    def connect_anew(context: ExceptionContext) -> None:
        # A connection that may only read stays so when others may write again, here or on another server of the address.
        if takes_no_writes(context.original_exception):
            context.is_disconnect = True

    @event.listens_for(engine, "checkin")
    def say_nothing(connection: psycopg.Connection | None, _record: object) -> None:
        # After a transaction that reads the driver would ask for one that writes by name, which a standby refuses in other
        # words than the write itself.
        if connection is not None and not connection.closed:
            connection.read_only = None

    return engine


def _postgresql_direct(url: str) -> Engine:
    """Connections without transactions of SQLAlchemy's, so that none is sent, and without a question ahead of each use."""
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        isolation_level="AUTOCOMMIT",
        pool_reset_on_return=None,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def settle(connection: psycopg.Connection, _record: object) -> None:
        connection.execute(
            f"SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL {SEES_WHAT_IT_WAITED_FOR}"
        )

    @event.listens_for(engine, "checkout")
    def listen(connection: psycopg.Connection, _record: object, _proxy: object) -> None:
        # A server that ends says so on its idle connections, or closes them: either can be heard without asking.
        heard = select.poll()
        heard.register(connection.fileno(), select.POLLIN)
        if heard.poll(0):
            raise DisconnectionError

    return engine


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(url, module=sqlite, hide_parameters=True)
    journal = journal_for(sqlite.sqlite_version_info)

    @event.listens_for(engine, "connect")
    def settle(connection: DBAPIConnection, _record: object) -> None:
        # The driver must not begin transactions by itself: `begin` below says which kind.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        cursor.execute(f"PRAGMA journal_mode={journal.mode}")
        cursor.execute(f"PRAGMA synchronous={journal.synchronous}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("sqlite_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
