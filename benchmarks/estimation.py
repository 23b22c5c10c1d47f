"""How much a whole SIPAS report costs, beside one bare counting pass over the same answers.

    python benchmarks/estimation.py [--rows 10000 100000 1000000 10000000] [--repetitions 5]

The report: 22 items, 5 factors and both indices with standard errors and intervals, overall, for 63 provinces and
for 3,000 units; raking on 4 margins; the raked tables again. The bare pass: 22 bincounts of int8 columns, by
stratum alone, and by stratum and level of sex, age and channel, which is what raked shares need. Report and bare
passes alternate, and the ratio of their medians is what counts, of wall time and of processor time. Everything
runs on one thread. Memory is the peak above the data. "After counting" is what the tables take, whatever the
number of respondents; "refresh" is what 1,000 new answers cost: counting them, joining the counts, and all unraked
tables; "raked refresh" rakes and makes the raked tables too, which passes over all packed answers again.

Linear algebra runs on one thread: matrices of one stratum are too small for more, and threads that wait for each
other on a busy machine cost seconds. For R's survey package and svy see peers.py.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).parents[1]))

from survey.statistics.adjustments import Margin
from survey.statistics.design import LonelyRule, StratifiedDesign
from survey.statistics.estimate import measure_table
from survey.statistics.interval_table import policy_intervals
from survey.statistics.joining import join
from survey.statistics.moments import Moments, collapse, regroup
from survey.statistics.raked_moments import (
    PackedAnswers,
    RakedMoments,
    join_answers,
    pack_answers,
    rake,
    rake_and_collapse,
)
from survey.statistics.raked_table import raked_table

ITEMS, STRATA, PROVINCES = 22, 3000, 63
FACTORS = [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11, 12], [13, 14, 15, 16, 17], [18, 19, 20, 21]]
LEVELS = {"sex": 2, "age": 6, "channel": 8}
ANSWERED = 0.92  # share of valid answers
SEED = 20_240_722
SATISFIED = 2  # code of an answer; 1 is valid but not satisfied, 0 invalid
NEW = 1000  # answers of a refresh


@dataclass(frozen=True, eq=False)
class Round:
    """One simulated round: answers as the store gives them, and what is known of the population."""

    stratum: npt.NDArray[np.int64]
    population: npt.NDArray[np.float64]
    province: npt.NDArray[np.int64]
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
    return _counted(data, data.stratum * 3, len(data.population) * 3)


def bare_pass_by_cell(data: Round) -> int:
    """Count every code of every item in every stratum and level of sex, age and channel."""
    key, cells = data.stratum, len(data.population)
    for margin in data.margins[1:]:
        key, cells = key * len(margin.population) + margin.cell, cells * len(margin.population)
    return _counted(data, key * 3, cells * 3)


def _counted(data: Round, key: npt.NDArray[np.int64], codes: int) -> int:
    """Count every item by key + code."""
    return sum(int(np.bincount(key + column, minlength=codes)[0]) for column in data.codes)


@dataclass(frozen=True, eq=False)
class Counted:
    """What is kept of a round once its answers are counted."""

    design: StratifiedDesign
    moments: Moments
    packed: PackedAnswers


def yes_no(codes: npt.NDArray[np.int8]) -> dict[str, npt.NDArray[np.bool_]]:
    """Give satisfied and valid, from codes by item."""
    return {"numerator": (codes == SATISFIED).T, "denominator": (codes > 0).T}


def groupings(data: Round) -> dict[str, tuple[npt.NDArray[np.int64], int]]:
    """Give the three sets of groups: everybody, provinces, units."""
    strata = len(data.population)
    return {
        "overall": (np.zeros(strata, np.int64), 1),
        "provinces": (data.province, PROVINCES),
        "units": (np.arange(strata), strata),
    }


class Watch:
    """Seconds of wall and of processor time, part by part."""

    def __init__(self) -> None:
        self.parts: dict[str, tuple[float, float]] = {}
        self.begun = self._now()

    def _now(self) -> tuple[float, float]:
        return time.perf_counter(), time.process_time()

    def lap(self, name: str) -> None:
        """End a part."""
        now = self._now()
        self.parts[name], self.begun = (now[0] - self.begun[0], now[1] - self.begun[1]), now

    def total(self, clock: int) -> float:
        """Sum the wall (0) or processor (1) seconds of all parts."""
        return sum(part[clock] for part in self.parts.values())


def report(data: Round) -> Watch:
    """Estimate everything: overall, provinces and units, with intervals, before and after raking."""
    watch = Watch()
    design = StratifiedDesign(data.stratum, data.population)
    raked = rake_and_collapse(design, data.margins, **yes_no(data.codes))
    watch.lap("rake and collapse")
    plain_tables(data, design, raked.counts, watch)
    raked_tables(data, design, raked, watch)
    return watch


def plain_tables(data: Round, design: StratifiedDesign, moments: Moments, watch: Watch) -> None:
    """Make all tables with design weights."""
    for name, (code, groups) in groupings(data).items():
        regrouped = regroup(moments, code, groups)
        policy_intervals(measure_table(design, regrouped, factors=FACTORS, lonely=LonelyRule.ADJUST))
        watch.lap(name)


def raked_tables(data: Round, design: StratifiedDesign, raked: RakedMoments, watch: Watch) -> None:
    """Make all tables with raked weights."""
    for name, (code, groups) in groupings(data).items():
        table = raked_table(design, raked, code, groups, factors=FACTORS, lonely=LonelyRule.ADJUST)
        policy_intervals(table)
        watch.lap(f"raked {name}")


def count(data: Round) -> Counted:
    """Count the answers of a round, to add to them later."""
    design = StratifiedDesign(data.stratum, data.population)
    answers = yes_no(data.codes)
    packed = pack_answers(data.stratum, data.margins, **answers)
    return Counted(design, collapse(data.stratum, **answers), packed)


def refresh(data: Round, counted: Counted) -> Watch:
    """Add 1,000 answers like the first ones to what was counted, and make every table again."""
    watch = Watch()
    new = slice(NEW)
    answers = yes_no(data.codes[:, new])
    moments = join(counted.moments, collapse(data.stratum[new], **answers))
    watch.lap("count and join")
    design = StratifiedDesign(
        np.concatenate((counted.design.stratum, data.stratum[new])), data.population + NEW
    )
    watch.lap("weights")
    plain_tables(data, design, moments, watch)
    levels = [replace(margin, cell=margin.cell[new]) for margin in data.margins]
    packed = join_answers(counted.packed, pack_answers(data.stratum[new], levels, **answers))
    raked = rake(design, packed, data.margins)
    watch.lap("rake again")
    raked_tables(data, design, raked, watch)
    return watch


def resident(name: str = "VmRSS") -> int:
    """Give the memory of this process in bytes: VmRSS now, VmHWM at most."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) * 1024


def timed(work: Callable[[Round], object], data: Round) -> tuple[float, float]:
    """Give the wall and processor seconds of one piece of work."""
    begun = time.perf_counter(), time.process_time()
    work(data)
    return time.perf_counter() - begun[0], time.process_time() - begun[1]


def measure(rows: int, repetitions: int) -> None:
    """Print times, their ratios and the memory for one size."""
    data = simulate(rows)
    before = resident()
    report(data)
    peak = resident("VmHWM") - before
    bare, by_cell, whole, parts = [], [], [], []
    for _ in range(repetitions):
        bare.append(timed(bare_pass, data))
        by_cell.append(timed(bare_pass_by_cell, data))
        watch = report(data)
        parts.append(watch.parts)
        whole.append((watch.total(0), watch.total(1)))
    print(
        f"{len(data.stratum):,} rows, {len(data.population)} strata; peak {peak / 1e6:.0f} MB above the data; "
        f"load of the machine {os.getloadavg()[0]:.1f}"
    )
    for clock, name in enumerate(("wall", "processor")):
        one, two, other = (statistics.median(run[clock] for run in runs) for runs in (bare, by_cell, whole))
        print(
            f"  {name}: report {other:.3f} s; bare by stratum {one:.3f} s: {other / one:.1f} times; "
            f"by stratum and cell {two:.3f} s: {other / two:.1f} times"
        )
    medians = {name: statistics.median(part[name][1] for part in parts) for name in parts[0]}
    print("    " + ", ".join(f"{name} {seconds:.3f}" for name, seconds in medians.items()))
    tables = sum(medians.values()) - medians["rake and collapse"]
    print(f"  after counting: {tables:.3f} s; {refreshed(data, repetitions)}", flush=True)


def refreshed(data: Round, repetitions: int) -> str:
    """Say what 1,000 new answers cost, in processor seconds."""
    counted = count(data)
    watches = [refresh(data, counted).parts for _ in range(repetitions)]
    medians = {name: statistics.median(watch[name][1] for watch in watches) for name in watches[0]}
    plain = sum(seconds for name, seconds in medians.items() if "rake" not in name)
    return (
        f"refresh {plain:.3f} s (count and join {medians['count and join']:.3f}, weights {medians['weights']:.3f}), "
        f"raked refresh {sum(medians.values()):.3f} s (rake again {medians['rake again']:.3f})"
    )


def main() -> None:
    """Measure the sizes asked for, each in a process of its own, so that peaks are not mixed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000, 10_000_000])
    parser.add_argument("--repetitions", type=int, default=5)
    asked = parser.parse_args()
    if len(asked.rows) == 1:
        measure(asked.rows[0], asked.repetitions)
        return
    for rows in asked.rows:
        subprocess.run(
            [sys.executable, __file__, "--rows", str(rows), "--repetitions", str(asked.repetitions)],
            check=True,
        )


if __name__ == "__main__":
    main()
