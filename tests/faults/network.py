"""Citizens behind a bad network: everything they filled in arrives, once."""

from pathlib import Path

from survey.store.database import Database
from tests.faults.group import Group
from tests.faults.ledger import Findings, Ledger, compare
from tests.faults.load import Load
from tests.faults.progress import Step, silent
from tests.faults.proxy import HARMS, Proxy
from tests.server import Installation, free_port

PATIENCE = 3.0
"""Seconds after which a citizen gives up the first attempt; some delays are longer."""


def deliver_and_compare(
    database: Database, folder: Path, *, submissions: int, seed: int = 1, step: Step = silent
) -> Findings:
    """Deliver ``submissions`` through the proxy, each retried until acknowledged."""
    group = Group(Installation(database.url, folder, free_port()))
    ledger = Ledger(folder / "ledger.jsonl")
    proxy = Proxy(group.port, seed)
    with group.serving(), proxy.running():
        load = Load(proxy.port, ledger, clients=16, most=submissions, patience=PATIENCE, seed=seed)
        with load.running():
            load.wait(lambda: step(len(ledger.acknowledged), ledger))
    ledger.close()
    for harm in HARMS:
        if not proxy.done[harm]:
            ledger.broken(f"never done: {harm}")
    return compare(ledger, database)
