"""The database server killed, or stopped and started as an administrator does, while citizens send."""

import random
import time
from pathlib import Path

from survey.store.database import Database
from tests.faults.group import Group
from tests.faults.ledger import Findings, Ledger, compare
from tests.faults.load import Load
from tests.faults.postgresql import Postgres
from tests.faults.progress import Step, silent
from tests.server import Installation, free_port

LONGEST_OUTAGE = 1.0
LONGEST_LIFE = 1.5
KILLED = 0.7
"""Share of the restarts that begin with SIGKILL to every process of PostgreSQL."""


def restart_and_compare(
    folder: Path, *, restarts: int, options: str = "", seed: int = 1, step: Step = silent
) -> Findings:
    """Restart PostgreSQL under load; the server group must live through it, answering 503 meanwhile.

    Args:
        folder: to work in.
        restarts: how many.
        options: sent by the product's connections, as ``-c name=value``; a control weakens the commit with it.
        seed: of the moments.
        step: told of every restart.
    """
    chance = random.Random(seed)
    postgres = Postgres(folder / "data")
    url = f"{postgres.url}&options={options}" if options else postgres.url
    group = Group(Installation(url, folder, free_port()))
    ledger = Ledger(folder / "ledger.jsonl")
    try:
        with group.serving():
            workers = group.workers()
            with Load(group.port, ledger, seed=seed).running():
                for number in range(1, restarts + 1):
                    ledger.wait_for_one_more()
                    time.sleep(chance.uniform(0, LONGEST_LIFE))
                    _restart(postgres, chance)
                    step(number, ledger)
            if group.workers() != workers:
                ledger.broken("a worker had to be started again")
        if not ledger.replies["503"]:
            ledger.broken("no request met the outage: nothing was tried")
        database = Database(postgres.url)
        found = compare(ledger, database)
        database.close()
        return found
    finally:
        ledger.close()
        postgres.remove()


def _restart(postgres: Postgres, chance: random.Random) -> None:
    if chance.random() < KILLED:
        postgres.kill()
    else:
        postgres.stop()
    time.sleep(chance.uniform(0, LONGEST_OUTAGE))
    postgres.start()
