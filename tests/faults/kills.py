"""The whole server group killed at random instants under load, again and again."""

import random
import time
from pathlib import Path

from survey.store.database import Database
from tests.faults.group import PRODUCT, Group
from tests.faults.ledger import Findings, Ledger, compare
from tests.faults.load import DOUBLE_TAPS, Load
from tests.faults.progress import Step, silent
from tests.server import Installation, free_port

LONGEST_LIFE = 0.5
KILLED_WHILE_STARTING = 0.1
"""Share of kills that do not wait for the first acknowledgement after a start."""


def kill_and_compare(
    database: Database,
    folder: Path,
    *,
    kills: int,
    at_least: int = 0,
    app: str = PRODUCT,
    clients: int = 4,
    double_taps: float = DOUBLE_TAPS,
    seed: int = 1,
    step: Step = silent,
) -> Findings:
    """Kill the group again and again while clients submit, let them finish, compare ledger and database.

    Args:
        database: with the small place.
        folder: to work in.
        kills: how many.
        at_least: so many submissions, if the kills leave time for fewer.
        app: the product, or a control.
        clients: how many at once.
        double_taps: share of submissions sent twice at once.
        seed: of the moments and of the load.
        step: told of every kill.
    """
    chance = random.Random(seed)
    group = Group(Installation(database.url, folder, free_port()), app)
    ledger = Ledger(folder / "ledger.jsonl")
    load = Load(group.port, ledger, clients=clients, double_taps=double_taps, seed=seed)
    group.start()
    try:
        with load.running():
            for number in range(1, kills + 1):
                if chance.random() >= KILLED_WHILE_STARTING:
                    ledger.wait_for_one_more()
                time.sleep(chance.uniform(0, LONGEST_LIFE))
                group.kill()
                group.start()
                step(number, ledger)
            while len(ledger.acknowledged) < at_least:
                ledger.wait_for_one_more()
        return compare(ledger, database)
    finally:
        group.kill()
        ledger.close()
