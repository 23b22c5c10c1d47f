"""The trials on real file systems: power cuts of an ext4 whose image is cloned under load, and a full ext4. Need root."""

import random
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from survey.store.database import Database
from tests.faults.disk_full import fill_and_compare, filled
from tests.faults.group import PRODUCT, Group
from tests.faults.ledger import Findings, Ledger, compare
from tests.faults.load import Load
from tests.faults.mounts import clone, disk, mounted, settle
from tests.faults.postgresql import Postgres, as_crash_image
from tests.faults.progress import Step, silent
from tests.server import Installation, free_port

HOST_MEGABYTES = 4096
DISK_MEGABYTES = {"sqlite": 128, "postgresql": 320}
FULL_MEGABYTES = {"sqlite": 16, "postgresql": 160}
LONGEST_LIFE = 0.4


def cut(
    engine: str,
    original: Path,
    folder: Path,
    *,
    cuts: int,
    app: str = PRODUCT,
    seed: int = 1,
    step: Step = silent,
) -> list[Findings]:
    """Cut the power ``cuts`` times: what the disk's image holds at that instant is mounted, recovered and compared.

    The image lies on an XFS that clones it in one atomic step; what ext4 had not yet written to it is lost, as it is
    when the power fails.
    """
    chance = random.Random(seed)
    host, image = folder / "host", folder / "host" / "disk"
    with (
        disk(folder / "host.img", host, HOST_MEGABYTES, "xfs"),
        disk(image, folder / "mount", DISK_MEGABYTES[engine]) as mount,
        _database_on(engine, mount / "data", original) as url,
    ):
        settle(mount)
        group = Group(Installation(url, folder, free_port()), app)
        ledger = Ledger(folder / "ledger.jsonl")
        found = []
        with group.serving(), Load(group.port, ledger, seed=seed).running():
            for number in range(1, cuts + 1):
                ledger.wait_for_one_more()
                time.sleep(chance.uniform(0, LONGEST_LIFE))
                promised = list(ledger.acknowledged)
                clone(image, host / "cut")
                with (
                    mounted(host / "cut", folder / "after"),
                    _opened(engine, folder / "after" / "data") as database,
                ):
                    found.append(compare(ledger, database, promised))
                step(number, ledger)
        ledger.close()
        return found


def fill(engine: str, original: Path, folder: Path, *, times: int, step: Step = silent) -> Findings:
    """Fill the ext4 under the database to its last block, ``times`` times."""
    with (
        disk(folder / "full.img", folder / "mount", FULL_MEGABYTES[engine]) as mount,
        _database_on(engine, mount / "data", original) as url,
    ):
        database = Database(url)
        group = Group(Installation(url, folder, free_port()))
        found = fill_and_compare(
            group, database, folder, filled(mount), times=times, readable=engine == "sqlite", step=step
        )
        database.close()
        return found


@contextmanager
def _database_on(engine: str, data: Path, original: Path) -> Iterator[str]:
    if engine == "sqlite":
        data.mkdir()
        shutil.copyfile(original, data / "sipas.sqlite")
        yield f"sqlite:///{data / 'sipas.sqlite'}"
        return
    postgres = Postgres(data)
    try:
        yield postgres.url
    finally:
        postgres.remove()


@contextmanager
def _opened(engine: str, data: Path) -> Iterator[Database]:
    with ExitStack() as stack:
        url = f"sqlite:///{data / 'sipas.sqlite'}"
        if engine == "postgresql":
            as_crash_image(data)
            recovered = Postgres(data)
            stack.callback(recovered.remove)
            url = recovered.url
        database = Database(url)
        stack.callback(database.close)
        yield database
