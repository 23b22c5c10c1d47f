"""The long run, ``make faults``: every trial at full size, progress as it goes, a table of figures at the end."""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from survey.store.database import Database
from tests.databases import ENGINES, Originals
from tests.faults import browser_kills, clock, controls, disk_full, kills, network, power, real_disks, restart
from tests.faults.figures import Figure, table
from tests.faults.group import Group
from tests.faults.ledger import Findings, Ledger
from tests.faults.mounts import Impossible, require
from tests.server import Installation, free_port

KILLS = 1000
CUTS = 200
CUTS_OF_A_RECORDING = 20
SUBMISSIONS_OF_A_RECORDING = 400
REAL_CUTS = 100
NETWORK = 10_000
RESTARTS = 50
FULL = 20
CLOCK = 1000
BROWSER_KILLS = 50
CONTROL_KILLS = 40
CONTROL_SUBMISSIONS = 100
CONTROL_CUTS = 40
SAY_EVERY = 60


class Run:
    """The databases, the folder and the figures of one run."""

    def __init__(self, folder: Path) -> None:
        self.figures: list[Figure] = []
        self._folder = folder
        self._originals = Originals(folder)
        self._begun = self._said = time.monotonic()

    def close(self) -> None:
        """Stop what was started."""
        self._originals.close()

    def folder(self) -> Path:
        """A new folder to work in."""
        return Path(tempfile.mkdtemp(dir=self._folder))

    @contextmanager
    def database(self, engine: str) -> Iterator[Database]:
        """The small place, on its own."""
        database = self._originals.copy(engine, "small", self._folder)
        yield database
        database.close()

    def original(self) -> Path:
        """A closed SQLite database with the small place."""
        with self.database("sqlite") as database:
            return Path(str(database.engine.url.database))

    def trial(
        self, name: str, times: int, work: Callable[[], list[Findings]], *, must_fail: bool = False
    ) -> None:
        """Run one trial, say how it ended; a trial that cannot even end is a fault, too."""
        self._say(f"{name}: {times} …")
        try:
            found = work()
        except Exception as fault:  # noqa: BLE001  whatever it is, the other trials must still run
            found = [Findings(broken=[f"{type(fault).__name__}: {fault}"])]
        figure = Figure(name, times, found, must_fail)
        self.figures.append(figure)
        faults = {kind: number for kind, number in figure.found.items() if number}
        self._say(f"{name}: {'as it should be' if figure.as_it_should_be else 'WRONG'} {faults or ''}")
        for each in found if not figure.as_it_should_be else []:
            self._say(str({kind: values[:3] for kind, values in each.faults.items()}))

    def step(self, number: int, ledger: Ledger) -> None:
        """Say now and then how far a trial is."""
        if time.monotonic() - self._said > SAY_EVERY:
            self._say(f"  {number}, {len(ledger.acknowledged)} acknowledged, replies {dict(ledger.replies)}")

    def counted(self, recordings: Sequence[int]) -> Iterator[int]:
        """Say before each recording which one it is."""
        for number in recordings:
            self._say(f"  recording {number + 1} of {len(recordings)}")
            yield number

    def _say(self, text: str) -> None:
        self._said = time.monotonic()
        print(f"[{self._said - self._begun:6.0f} s] {text}", file=sys.stderr, flush=True)  # noqa: T201


def kills_under_load(run: Run) -> None:
    """The server group killed."""
    for engine in ENGINES:
        with run.database(engine) as database:
            run.trial(
                f"SIGKILL of the server group, {engine}",
                KILLS,
                lambda on=database: [kills.kill_and_compare(on, run.folder(), kills=KILLS, step=run.step)],
            )


def power_cuts(run: Run) -> None:
    """The power cut, drawn from recordings and on real disks."""
    recordings = range(CUTS // CUTS_OF_A_RECORDING)
    size = {"cuts": CUTS_OF_A_RECORDING, "submissions": SUBMISSIONS_OF_A_RECORDING}
    run.trial(
        "power cut, recorded writes, sqlite",
        CUTS,
        lambda: [
            each
            for seed in run.counted(recordings)
            for each in power.cut_sqlite(run.original(), run.folder(), **size, seed=seed)
        ],
    )
    run.trial(
        "power cut, recorded writes, postgresql",
        CUTS,
        lambda: [
            each
            for seed in run.counted(recordings)
            for each in power.cut_postgresql(run.folder(), **size, seed=seed)
        ],
    )
    for engine in ENGINES:
        run.trial(
            f"power cut, cloned ext4, {engine}",
            REAL_CUTS,
            lambda on=engine: real_disks.cut(on, run.original(), run.folder(), cuts=REAL_CUTS, step=run.step),
        )


def _refused(run: Run, name: str, how: Callable[[Group, Path], disk_full.Full], *, readable: bool) -> None:
    with run.database("sqlite") as database:
        folder = run.folder()
        group = Group(Installation(database.url, folder, free_port()))
        full = how(group, Path(database.url.removeprefix("sqlite:///")))
        run.trial(
            name,
            FULL,
            lambda: [
                disk_full.fill_and_compare(group, database, folder, full, times=FULL, readable=readable)
            ],
        )


def full_disks(run: Run) -> None:
    """No room left."""
    _refused(run, "writes refused, sqlite", lambda group, _file: disk_full.refused_to(group), readable=False)
    _refused(run, "no room, sqlite", disk_full.no_room_for, readable=True)
    for engine in ENGINES:
        run.trial(
            f"full ext4, {engine}",
            FULL,
            lambda on=engine: [real_disks.fill(on, run.original(), run.folder(), times=FULL, step=run.step)],
        )


def restarts(run: Run) -> None:
    """PostgreSQL killed or stopped."""
    run.trial(
        "restart of PostgreSQL",
        RESTARTS,
        lambda: [restart.restart_and_compare(run.folder(), restarts=RESTARTS, step=run.step)],
    )


def bad_networks(run: Run) -> None:
    """Every second request harmed, and a clock that jumps."""
    for engine in ENGINES:
        with run.database(engine) as database:
            run.trial(
                f"fault proxy, {engine}",
                NETWORK,
                lambda on=database: [
                    network.deliver_and_compare(on, run.folder(), submissions=NETWORK, step=run.step)
                ],
            )
    with run.database("sqlite") as database:
        run.trial(
            "server's clock ±10 min, sqlite",
            CLOCK,
            lambda: [clock.step_and_compare(database, run.folder(), submissions=CLOCK)],
        )


def browsers(run: Run) -> None:
    """Chromium killed."""
    with run.database("sqlite") as database:
        run.trial(
            "Chromium killed right after “Đã lưu”",
            BROWSER_KILLS,
            lambda: [browser_kills.kill_and_compare(database, run.folder(), kills=BROWSER_KILLS)],
        )


def wrong_servers(run: Run) -> None:
    """The controls."""
    for engine in ENGINES:
        with run.database(engine) as database:
            run.trial(
                f"control: acknowledges before the commit, {engine}",
                CONTROL_KILLS,
                lambda on=database: [
                    kills.kill_and_compare(
                        on, run.folder(), kills=CONTROL_KILLS, app=controls.ACKNOWLEDGES_EARLY
                    )
                ],
                must_fail=True,
            )
        with run.database(engine) as database:
            controls.without_unique_key(database)
            run.trial(
                f"control: checks, then inserts, {engine}",
                CONTROL_KILLS,
                lambda on=database: [
                    kills.kill_and_compare(
                        on,
                        run.folder(),
                        kills=CONTROL_KILLS,
                        at_least=CONTROL_SUBMISSIONS,
                        double_taps=1,
                        app=controls.CHECKS_THEN_INSERTS,
                    )
                ],
                must_fail=True,
            )
    size = {"cuts": CONTROL_CUTS, "submissions": SUBMISSIONS_OF_A_RECORDING}
    run.trial(
        "control: synchronous=NORMAL, recorded writes, sqlite",
        CONTROL_CUTS,
        lambda: power.cut_sqlite(run.original(), run.folder(), **size, app=controls.SYNCHRONOUS_NORMAL),
        must_fail=True,
    )
    run.trial(
        "control: synchronous_commit=off, recorded writes, postgresql",
        CONTROL_CUTS,
        lambda: power.cut_postgresql(run.folder(), **size, options=controls.COMMITS_LATER),
        must_fail=True,
    )
    run.trial(
        "control: synchronous=NORMAL, cloned ext4, sqlite",
        CONTROL_CUTS,
        lambda: real_disks.cut(
            "sqlite", run.original(), run.folder(), cuts=CONTROL_CUTS, app=controls.SYNCHRONOUS_NORMAL
        ),
        must_fail=True,
    )


TRIALS: dict[str, Callable[[Run], None]] = {
    "controls": wrong_servers,
    "kills": kills_under_load,
    "power": power_cuts,
    "full": full_disks,
    "restarts": restarts,
    "networks": bad_networks,
    "browsers": browsers,
}


def main() -> int:
    """Run the trials named on the command line, or all; 1 if one did not end as it should."""
    try:
        require()
    except Impossible as fault:
        print(fault, file=sys.stderr)  # noqa: T201
        return 2
    with tempfile.TemporaryDirectory(prefix="sipas-faults-", ignore_cleanup_errors=True) as folder:
        run = Run(Path(folder))
        try:
            for name in sys.argv[1:] or TRIALS:
                TRIALS[name](run)
        finally:
            run.close()
            written = table(run.figures)
            print(written)  # noqa: T201
            if out := os.environ.get("OUT"):
                Path(out).write_text(written, encoding="utf-8")
    return 0 if all(figure.as_it_should_be for figure in run.figures) else 1


if __name__ == "__main__":
    sys.exit(main())
