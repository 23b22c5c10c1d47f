"""The project beside R's survey package and svy, on the same data, in alternation, with the memory of each task.

    python benchmarks/peers.py [--rows 1000000] [--repetitions 3] [--svy PYTHON] [--tasks overall provinces ...]

R: `apt install r-base-core r-cran-survey` (Debian) puts Rscript on the path. svy: `python -m venv svyenv` and
`svyenv/bin/pip install "svy==0.35.*"`, then `--svy svyenv/bin/python` (it needs other versions than the project).
A peer that is not there is named as not run.

Every task is a process of its own, which reads the data before its clock starts: its peak is that of the task. A
peer may be given less to do than the project, as the table says: the ratio printed is that of the times measured,
so it is less than the true one. What a peer would need for all is marked as extrapolated.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent))

PROVINCES = 63
MARGINS = {"province": PROVINCES, "sex": 2, "age": 6, "channel": 8}
TASKS = ("overall", "provinces", "units", "raking", "raked overall", "raked provinces", "raked units")
ITEMS = 22


@dataclass(frozen=True)
class Load:
    """What a peer is given to do for a task: how many items, of how many respondents, in how many units."""

    items: int = ITEMS
    share: float = 1.0  # of the respondents
    units: int | None = None  # all if None

    def words(self, rows: int) -> str:
        """Say so."""
        of_units = f", {self.units} units" if self.units else ""
        return f"{self.items} items, {int(rows * self.share):,} rows{of_units}"


LOADS = {
    "svy": {
        "overall": Load(),
        "provinces": Load(),
        "units": Load(items=3, share=0.1),
        "raking": Load(items=0),
        "raked overall": Load(),
    },
    "R": {
        "overall": Load(),
        "provinces": Load(),
        "units": Load(items=1, units=1500),
        "raking": Load(items=0),
    },
}


def write(folder: Path, rows: int) -> None:
    """Draw a round and write its columns as plain binary files that every tool reads."""
    import estimation  # noqa: PLC0415 - the peers' processes have no use for it

    data = estimation.simulate(rows)
    folder.mkdir()
    data.stratum.astype("<i4").tofile(folder / "stratum")
    data.population.astype("<f8").tofile(folder / "population")
    data.province.astype("<i4").tofile(folder / "province_of_stratum")
    data.codes.tofile(folder / "codes")
    for margin in data.margins:
        margin.cell.astype("<i4").tofile(folder / margin.name)
        margin.population.astype("<f8").tofile(folder / f"{margin.name}_totals")


class Columns:
    """The columns of a round, read back."""

    def __init__(self, folder: Path) -> None:
        self.stratum = np.fromfile(folder / "stratum", "<i4").astype(np.int64)
        self.population = np.fromfile(folder / "population", "<f8")
        self.province = np.fromfile(folder / "province_of_stratum", "<i4").astype(np.int64)
        self.codes = np.fromfile(folder / "codes", np.int8).reshape(ITEMS, -1)
        self.levels = {name: np.fromfile(folder / name, "<i4").astype(np.int64) for name in MARGINS}
        self.totals = {name: np.fromfile(folder / f"{name}_totals", "<f8") for name in MARGINS}


def project(columns: Columns, task: str) -> None:
    """Do a task with the project: all items, factors and indices, with standard errors and intervals."""
    import estimation  # noqa: PLC0415 - imported before the clock starts, by `worker`
    from survey.statistics import adjustments, design, estimate, interval_table  # noqa: PLC0415
    from survey.statistics import cell_raking, moments, raked_moments, raked_table  # noqa: PLC0415

    strata = len(columns.population)
    groups = {
        "overall": (np.zeros(strata, np.int64), 1),
        "provinces": (columns.province, PROVINCES),
        "units": (np.arange(strata), strata),
    }
    drawn = design.StratifiedDesign(columns.stratum, columns.population)
    margins = [
        adjustments.Margin(name, columns.levels[name], totals, tuple(map(str, range(len(totals)))))
        for name, totals in columns.totals.items()
    ]
    if task == "raking":
        cell_raking.raked_factors(drawn, margins)
        return
    answers = {"numerator": (columns.codes == 2).T, "denominator": (columns.codes > 0).T}  # noqa: PLR2004 - satisfied
    how = {"factors": estimation.FACTORS, "lonely": design.LonelyRule.ADJUST}
    code, count = groups[task.removeprefix("raked ")]
    if task.startswith("raked"):
        raked = raked_moments.rake_and_collapse(drawn, margins, **answers)
        table = raked_table.raked_table(drawn, raked, code, count, **how)
    else:
        plain = moments.collapse(drawn.stratum, **answers)
        table = estimate.measure_table(drawn, moments.regroup(plain, code, count), **how)
    interval_table.policy_intervals(table)


def svy_frame(columns: Columns, items: int) -> object:
    """Give the data as svy takes them: a satisfied answer is 1, another valid one 0, anything else is missing."""
    import polars as pl  # noqa: PLC0415 - in svy's environment only

    size = np.bincount(columns.stratum, minlength=len(columns.population))
    frame = {
        "h": columns.stratum,
        "N": columns.population[columns.stratum],
        "w": (columns.population / np.maximum(size, 1))[columns.stratum],
        **columns.levels,
    }
    for item in range(max(items, 1)):
        code = columns.codes[item]
        frame[f"q{item}"] = pl.Series(np.where(code == 2, 1.0, 0.0)).set(pl.Series(code == 0), None)  # noqa: PLR2004
    return pl.DataFrame(frame)


def with_svy(frame: object, columns: Columns, task: str, items: int) -> None:
    """Do a task with svy: the items only."""
    import svy  # noqa: PLC0415 - in its own environment

    sample = svy.Sample(frame, svy.Design(stratum="h", wgt="w", pop_size="N"))
    if task.startswith("rak"):
        controls = {name: dict(enumerate(totals.tolist())) for name, totals in columns.totals.items()}
        sample = sample.weighting.rake(controls=controls, tol=1e-10, max_iter=1000)
    if task != "raking":
        by = {"provinces": "province", "units": "h"}.get(task.removeprefix("raked "))
        sample.estimation.mean([f"q{item}" for item in range(items)], by=by, drop_nulls=True)


def memory(name: str) -> int:
    """Give a figure of the memory of this process in bytes: VmRSS now, VmHWM at most."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) * 1024


def worker(tool: str, folder: Path, task: str, items: int) -> None:
    """Read the data, do one task, and print its seconds and its memory above the data."""
    columns = Columns(folder)
    frame = svy_frame(columns, items) if tool == "svy" else None
    if tool == "svy":
        import svy  # noqa: F401, PLC0415
    else:
        import estimation  # noqa: F401, PLC0415
    before, begun = memory("VmRSS"), time.perf_counter()
    if tool == "svy":
        with_svy(frame, columns, task, items)
    else:
        project(columns, task)
    print(json.dumps([time.perf_counter() - begun, memory("VmHWM") - before]))


def measured(command: list[str], limit: float) -> tuple[float, float] | str:
    """Run a task in its own process: seconds and bytes, or why there are none."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=limit)
    except subprocess.TimeoutExpired:
        return f"stopped after {limit:.0f} s"
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["failed"])[-1][:90]
    seconds, peak = json.loads(done.stdout.strip().splitlines()[-1])
    return float(seconds), float(peak)


def compare(task: str, folders: dict[float, Path], rows: int, asked: argparse.Namespace) -> None:
    """Measure a task with the project and each peer in turn, and print the medians and their ratio."""
    for peer, python in (("svy", asked.svy), ("R", shutil.which("Rscript"))):
        load = LOADS[peer].get(task)
        if python is None or load is None:
            print(f"{task:16} {peer:4} not run: {'not installed' if python is None else 'no such task'}")
            continue
        folder = folders[load.share]
        ours = [sys.executable, __file__, "--worker", "project", str(folder), task, "0"]
        script = [str(HERE / "peers.R")] if peer == "R" else [__file__, "--worker", "svy"]
        theirs = [python, *script, str(folder), task, str(load.items)]
        theirs += [str(load.units or 0)] if peer == "R" else []
        runs: list[list[tuple[float, float] | str]] = [[], []]
        for _ in range(asked.repetitions):
            for command, found in zip((ours, theirs), runs, strict=True):
                found.append(measured(command, asked.limit))
        report(task, peer, load, rows, runs)


def report(task: str, peer: str, load: Load, rows: int, runs: list[list[tuple[float, float] | str]]) -> None:
    """Print one line."""
    failed = [run for run in runs[0] + runs[1] if isinstance(run, str)]
    if failed:
        print(f"{task:16} {peer:4} {load.words(rows)}: {failed[0]}")
        return
    (ours, our_peak), (theirs, their_peak) = (
        [statistics.median(run[i] for run in found if not isinstance(run, str)) for i in range(2)]
        for found in runs
    )
    whole = theirs * (ITEMS / load.items if load.items else 1)
    line = f"{task:16} {peer:4} {theirs:8.2f} s {their_peak / 1e6:6.0f} MB ({load.words(rows)}); project {ours:6.3f} s "
    line += f"{our_peak / 1e6:4.0f} MB; ratio {theirs / ours:7.1f}"
    if load.units:
        whole *= 3000 / load.units
    if whole != theirs:
        line += f" (extrapolated to all items and units: {whole:.0f} s, {whole / ours:.0f})"
    print(line, flush=True)


def main() -> None:
    """Measure what was asked for."""
    if sys.argv[1:2] == ["--worker"]:
        tool, folder, task, items = sys.argv[2:]
        worker(tool, Path(folder), task, int(items))
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--svy", help="Python of an environment in which svy is installed")
    parser.add_argument("--limit", type=float, default=300.0, help="seconds after which a task is stopped")
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=TASKS)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folders = {share: Path(name) / str(share) for share in (1.0, 0.1)}
        for share, folder in folders.items():
            write(folder, int(asked.rows * share))
        for task in asked.tasks:
            compare(task, folders, asked.rows, asked)


if __name__ == "__main__":
    main()
