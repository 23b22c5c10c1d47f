"""How much a whole SIPAS report costs, beside one bare counting pass over the same answers.

    python benchmarks/estimation.py [--rows 10000 100000 1000000] [--peers]

Project and bare pass alternate; the ratio of their medians is what counts, and the memory is what the project
needs above the data. Linear algebra runs on one thread: matrices of one stratum are too small for more. With
--peers, R's survey package and svy estimate the overall items of the largest data, if they are installed.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import importlib.util
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).parents[1]))

from survey.statistics.adjustments import Margin
from survey.statistics.design import LonelyRule, StratifiedDesign
from survey.statistics.estimate import measure_table
from survey.statistics.interval_table import policy_intervals
from survey.statistics.moments import regroup
from survey.statistics.raked_moments import rake_and_collapse
from survey.statistics.raked_table import raked_table

ITEMS, STRATA, PROVINCES = 22, 3000, 63
FACTORS = [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11, 12], [13, 14, 15, 16, 17], [18, 19, 20, 21]]
LEVELS = {"sex": 2, "age": 6, "channel": 8}
ANSWERED = 0.92  # share of valid answers
SEED = 20_240_722


@dataclass(frozen=True, eq=False)
class Round:
    """One simulated round: answers as the store gives them, and what is known of the population."""

    stratum: npt.NDArray[np.int64]
    population: npt.NDArray[np.float64]
    province: npt.NDArray[np.int64]
    valid: npt.NDArray[np.bool_]
    satisfied: npt.NDArray[np.bool_]
    codes: npt.NDArray[np.int8]  # items x rows: 0 invalid, 1 valid, 2 satisfied
    margins: tuple[Margin, ...]


def simulate(rows: int) -> Round:
    """Draw a round of about so many respondents in 3,000 strata of very unequal size (fewer if few rows)."""
    random = np.random.default_rng(SEED)
    strata = min(STRATA, rows // 7)
    shares = random.lognormal(0, 1.1, strata)
    sizes = np.maximum(7, shares / shares.sum() * rows).astype(np.int64)
    stratum = np.repeat(np.arange(strata), sizes)[random.permutation(sizes.sum())]
    province = np.sort(random.integers(0, PROVINCES, strata))
    leaning = random.normal(0.8, 0.08, strata)[stratum]
    draws = random.random((len(stratum), ITEMS), dtype=np.float32)
    valid = random.random((len(stratum), ITEMS), dtype=np.float32) < ANSWERED
    satisfied = valid & (draws < leaning[:, np.newaxis])
    codes = np.ascontiguousarray((valid.astype(np.int8) + satisfied).T)
    population = (sizes * random.integers(2, 30, strata)).astype(float)
    return Round(
        stratum,
        population,
        province,
        valid,
        satisfied,
        codes,
        _margins(random, stratum, population, province),
    )


def _margins(
    random: np.random.Generator,
    stratum: npt.NDArray[np.int64],
    population: npt.NDArray[np.float64],
    province: npt.NDArray[np.int64],
) -> tuple[Margin, ...]:
    """Give four margins with 79 levels that agree with each other and not with the sample."""
    whole = population.sum()
    known = np.bincount(province, weights=population, minlength=PROVINCES)
    made = [Margin("province", province[stratum], known, tuple(map(str, range(PROVINCES))))]
    for name, levels in LEVELS.items():
        code = random.integers(0, levels, len(stratum))
        share = random.dirichlet(np.full(levels, 40.0))
        made.append(Margin(name, code, share * whole, tuple(map(str, range(levels)))))
    return tuple(made)


def bare_pass(data: Round) -> int:
    """Count every code of every item in every stratum: what no estimator can avoid."""
    key = data.stratum * 3
    strata = len(data.population)
    return sum(int(np.bincount(key + codes, minlength=3 * strata)[0]) for codes in data.codes)


def report(data: Round) -> dict[str, float]:
    """Estimate everything: overall, provinces and units, with intervals, before and after raking."""
    strata = len(data.population)
    groupings = {
        "overall": (np.zeros(strata, np.int64), 1),
        "provinces": (data.province, PROVINCES),
        "units": (np.arange(strata), strata),
    }
    seconds: dict[str, float] = {}
    begun = time.perf_counter()

    def lap(name: str) -> None:
        nonlocal begun
        now = time.perf_counter()
        seconds[name], begun = now - begun, now

    design = StratifiedDesign(data.stratum, data.population)
    satisfied, valid = (data.codes == 2).T, (data.codes > 0).T
    raked = rake_and_collapse(design, data.margins, numerator=satisfied, denominator=valid)
    lap("rake and collapse")
    for name, (code, groups) in groupings.items():
        regrouped = regroup(raked.counts, code, groups)
        policy_intervals(measure_table(design, regrouped, factors=FACTORS, lonely=LonelyRule.ADJUST))
        lap(name)
    for name, (code, groups) in groupings.items():
        table = raked_table(design, raked, code, groups, factors=FACTORS, lonely=LonelyRule.ADJUST)
        policy_intervals(table)
        lap(f"raked {name}")
    return seconds


def resident() -> int:
    """Give the resident memory of this process in bytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def peak_above(data: Round) -> int:
    """Give how far the resident memory rises above the data while the report is made."""
    before = highest = resident()
    done = threading.Event()

    def watch() -> None:
        nonlocal highest
        while not done.wait(0.002):
            highest = max(highest, resident())

    watcher = threading.Thread(target=watch)
    watcher.start()
    report(data)
    done.set()
    watcher.join()
    return highest - before


def measure(rows: int, repetitions: int) -> None:
    """Print times, their ratio and the memory for one size."""
    data = simulate(rows)
    peak = peak_above(data)
    bare, whole, parts = [], [], []
    for _ in range(repetitions):
        begun = time.perf_counter()
        bare_pass(data)
        bare.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        parts.append(report(data))
        whole.append(time.perf_counter() - begun)
    ratio = statistics.median(whole) / statistics.median(bare)
    print(
        f"{len(data.stratum):>9} rows, {len(data.population)} strata: bare {statistics.median(bare):.3f} s, "
        f"report {statistics.median(whole):.3f} s, ratio {ratio:.1f}, peak {peak / 1e6:.0f} MB above the data"
    )
    for name in parts[0]:
        print(f"{'':>11}{name}: {statistics.median(part[name] for part in parts):.3f} s")


def peers(rows: int) -> None:
    """Time R survey and svy on the overall items, where they are installed."""
    data = simulate(rows)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "round.csv"
        header = ",".join(["h", "N", *(f"q{item}" for item in range(ITEMS))])
        table = np.column_stack((data.stratum, data.population[data.stratum], data.satisfied))
        np.savetxt(file, table, fmt="%d", delimiter=",", header=header, comments="")
        if shutil.which("Rscript"):
            _run(["Rscript", "-e", R_PROGRAM, str(file)], "R survey, 22 items overall")
        if importlib.util.find_spec("svy") is not None:
            _run([sys.executable, "-c", SVY_PROGRAM, str(file)], "svy, 22 items overall")


def _run(command: list[str], name: str) -> None:
    """Print what a peer says about its own time; its data are read before the clock starts."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = (done.stdout if done.returncode == 0 else done.stderr).strip().splitlines()
    print(f"{name}: {lines[-1] if lines else 'no output'}")


R_PROGRAM = """
suppressMessages(library(survey)); options(survey.lonely.psu = "adjust")
x <- read.csv(commandArgs(TRUE)[1])
t <- system.time({
  d <- svydesign(id = ~1, strata = ~h, fpc = ~N, data = x, check.strata = FALSE)
  m <- svymean(as.formula(paste("~", paste0("q", 0:21, collapse = "+"))), d)
})
cat(sprintf("%.2f s\\n", t[["elapsed"]]))
"""
SVY_PROGRAM = """
import sys, time, polars, svy
x = polars.read_csv(sys.argv[1])
begun = time.perf_counter()
sample = svy.Sample(x.with_columns(w=polars.col('N') / polars.len().over('h')), svy.Design(stratum='h', wgt='w'))
sample.estimation.mean([f'q{i}' for i in range(22)])
print(f'{time.perf_counter() - begun:.2f} s')
"""


def main() -> None:
    """Measure the sizes asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--peers", action="store_true")
    asked = parser.parse_args()
    for rows in asked.rows:
        measure(rows, asked.repetitions)
    if asked.peers:
        peers(max(asked.rows))


if __name__ == "__main__":
    main()
