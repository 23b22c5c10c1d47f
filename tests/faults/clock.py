"""The server's clock jumps while citizens fill in and send: every answer still counts, once, in its round."""

import itertools
import os
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask

from survey.app import create_app
from survey.settings import settings_from
from survey.store.database import Database
from survey.web import access, citizen, officer, site
from tests.faults.group import Group
from tests.faults.ledger import Findings, Ledger, compare
from tests.faults.load import Load
from tests.server import Installation, free_port

STEPS = (0, 600, -600, 0, -600, 600)
"""Seconds by which the server's clock is wrong, one after the other."""

STEPPED = "tests.faults.clock:stepped()"


def stepped() -> Flask:
    """The product with a clock that is wrong by what the file ``offset`` in its folder says."""
    settings = settings_from(os.environ)
    right = site.now

    def now() -> datetime:
        return right() + timedelta(seconds=int((settings.data / "offset").read_text(encoding="ascii")))

    for module in (site, access, citizen, officer):
        assert module.now is right  # or this clock would not be the one that is read
        module.now = now
    return create_app(settings)


def step_and_compare(database: Database, folder: Path, *, submissions: int, seed: int = 1) -> Findings:
    """Let the server's clock jump by ten minutes, forth and back, under load.

    The count of each unit is taken in the one open round, so an answer that went into another one shows up.
    """
    group = Group(Installation(database.url, folder, free_port()), STEPPED)
    ledger = Ledger(folder / "ledger.jsonl")
    steps = itertools.cycle(STEPS)

    def jump() -> None:
        new = folder / "offset.new"
        new.write_text(str(next(steps)), encoding="ascii")
        new.replace(folder / "offset")

    jump()
    with group.serving():
        load = Load(group.port, ledger, most=submissions, seed=seed)
        with load.running():
            load.wait(jump)
    ledger.close()
    return compare(ledger, database)
