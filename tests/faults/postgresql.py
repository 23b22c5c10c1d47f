"""A PostgreSQL server of a trial's own: killed, stopped, started again, watched, opened from a crash image."""

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from survey.store.database import Database
from tests.databases import KINDS, get_server
from tests.faults.recording import recorded

START_SECONDS = 60
OF_PROCESSES = ("postmaster.pid", "log", ".handle_pids.json", ".s.PGSQL.5432", ".s.PGSQL.5432.lock")
"""Files that speak of processes; after a power cut those are gone."""


class Postgres:
    """A server on a folder of its own; its one database holds the small place."""

    def __init__(self, folder: Path) -> None:
        """Start on ``folder``: made anew with the small place if it is missing, recovered if it is a crash image."""
        self.folder = folder
        new = not folder.exists()
        self._server = get_server(folder, cleanup_mode="delete")
        if new:
            database = Database(self.url)
            KINDS["small"](database)
            database.close()

    @property
    def url(self) -> str:
        """Where it is reached."""
        return str(self._server.get_uri())

    def kill(self) -> None:
        """SIGKILL to the postmaster and to everything that it started."""
        postmaster = self._server.get_postmaster_info().process
        assert postmaster is not None
        postmaster.suspend()  # so that nobody is started while the others are counted
        everybody = [*postmaster.children(recursive=True), postmaster]
        for process in everybody:
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
        for process in everybody:
            process.wait(timeout=30)

    def stop(self) -> None:
        """Stop as an administrator does: running transactions are broken off."""
        self._server.stop()

    def start(self) -> None:
        """Start on what is there; returns when it answers."""
        self._server.ensure_postgres_running()

    def remove(self) -> None:
        """Stop, and forget everything."""
        self._server.cleanup()

    @contextmanager
    def watched(self, trace: Path, *options: str) -> Iterator[str]:
        """After :meth:`stop`: run under strace until the block ends; gives the address."""
        sockets = Path(tempfile.mkdtemp(prefix="sipas-run-"))
        owner = self._server.system_user
        if owner:
            for each in (sockets, trace.parent):
                shutil.chown(each, owner)
        command = [self._server.bin_path / "postgres", "-D", self.folder, "-h", "", "-k", sockets, *options]
        url = make_url(self.url).update_query_dict({"host": str(sockets)})
        address = url.render_as_string(hide_password=False)
        with recorded(command, trace, {}, owner):
            _wait_for_answer(address)
            yield address


def _wait_for_answer(address: str) -> None:
    """Until the server takes connections: under strace it starts slowly, and a program that asks too early gives up."""
    database, end = Database(address), time.monotonic() + START_SECONDS
    while True:
        try:
            database.health()
            break
        except OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
    database.close()


def as_crash_image(image: Path, like: Path | None = None) -> None:
    """Make a folder one that a server accepts: the owner and rights of ``like``, and no word of old processes."""
    if like:
        owner = like.stat()
        image.chmod(0o700)
        for path in [image, *image.rglob("*")]:
            os.chown(path, owner.st_uid, owner.st_gid)
    for name in OF_PROCESSES:
        (image / name).unlink(missing_ok=True)
    # It is only going to be read: what reaches the real disk now does not matter.
    with (image / "postgresql.auto.conf").open("a", encoding="ascii") as settings:
        settings.write("fsync = off\n")
