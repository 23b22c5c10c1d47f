"""Three wrong servers. The trials must catch each of them, or nothing that they say about the right one is believed.

Each is the product with one mistake put in, as an application that the group of :mod:`.group` can serve.
"""

import os
import queue
import threading
import time
from typing import Any

from flask import Flask
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from survey.actions.answering import Acknowledgement
from survey.app import create_app
from survey.core.response import Response
from survey.settings import settings_from
from survey.store import database as store_database
from survey.store import responses
from survey.store.database import Database, Journal
from survey.store.tables import ResponseRow
from survey.web import citizen, usual_visit

ACKNOWLEDGES_EARLY = "tests.faults.controls:acknowledges_early()"
CHECKS_THEN_INSERTS = "tests.faults.controls:checks_then_inserts()"
SYNCHRONOUS_NORMAL = "tests.faults.controls:synchronous_normal()"

COMMITS_LATER = ("-c", "synchronous_commit=off", "-c", "wal_writer_delay=10s")
"""Options that make PostgreSQL wrong in the same way, for long enough that a cut meets it on a busy machine, too."""
MISTAKEN_SECONDS = 0.1
"""How long a mistake lasts at least, or a busy machine might make up for it."""


def acknowledges_early() -> Flask:
    """Puts the answer into a queue, says thank you, and stores it in the background."""
    right = citizen.submit
    waiting: queue.Queue[Any] = queue.Queue()

    def store() -> None:
        while True:
            positional, named = waiting.get()
            time.sleep(MISTAKEN_SECONDS)
            right(*positional, **named)

    def early(*positional: Any, **named: Any) -> Acknowledgement:
        waiting.put((positional, named))
        return Acknowledgement("0" * 10, kept_first=False)

    threading.Thread(target=store, daemon=True).start()
    citizen.submit = early
    _leave_all_to_the_application()
    return create_app(settings_from(os.environ))


def checks_then_inserts() -> Flask:
    """Looks whether the id is there, and if not inserts it: two transactions, and no unique key to decide."""
    right, look_up = citizen.submit, responses.stored_fingerprint

    def submit(database: Database, *positional: Any, response_id: str, **named: Any) -> Acknowledgement:
        with database.reading() as session:
            if look_up(session, response_id) is not None:
                return Acknowledgement("0" * 10, kept_first=False)
        time.sleep(MISTAKEN_SECONDS)
        return right(database, *positional, response_id=response_id, **named)

    def add(session: Session, response: Response, **_conditions: Any) -> bool:
        session.execute(insert(ResponseRow), [responses.all_ids(session).row(response)])
        return True

    def add_now(database: Database, response: Response, **conditions: Any) -> bool:
        with database.writing() as session:
            return add(session, response, **conditions)

    citizen.submit = submit
    _leave_all_to_the_application()
    responses.add_if_usual = add_now
    responses.add_once = add
    return create_app(settings_from(os.environ))


def _leave_all_to_the_application() -> None:
    """Let nothing take the short way past the mistake."""
    usual_visit.submit_at_once = lambda *_asked, **_named: None


def without_unique_key(database: Database) -> None:
    """Take the unique key, and the triggers that guard it, from the table of responses."""
    steps = ["ALTER TABLE response DROP CONSTRAINT pk_response CASCADE"]
    if database.is_sqlite:
        steps = [
            "CREATE TABLE bare AS SELECT * FROM response",
            "DROP TABLE response",
            "ALTER TABLE bare RENAME TO response",
        ]
    with database.writing() as session:
        for step in steps:
            session.execute(text(step))


def synchronous_normal() -> Flask:
    """SQLite's WAL with ``synchronous=NORMAL``: a commit is not yet on the disk when it returns."""

    def journal_for(_version: tuple[int, int, int]) -> Journal:
        return Journal("wal", "normal")

    store_database.journal_for = journal_for
    return create_app(settings_from(os.environ))
