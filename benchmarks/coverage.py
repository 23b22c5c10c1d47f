"""How often the printed 95 % intervals hold the truth, in simulated rounds whose truth is known.

    python benchmarks/coverage.py [--draws 2000]

The province is fixed: units of two fields each, dossiers handled in sessions of one counter that resemble each
other, citizens who answer all items alike. Every draw takes sessions at random from every stratum and asks
everybody in them, of whom fewer answer in one field than in the other. Weights are dossiers / responses of the
stratum; the sample has two stages. Who is silent in a stratum is chance here: no interval can hold the truth
when the silent are less satisfied (docs/method.md, section 12).
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

sys.path.insert(0, str(Path(__file__).parents[1]))

from survey.statistics.design import LonelyRule
from survey.statistics.interval import IntervalMethod, proportion_interval
from survey.statistics.interval_table import policy_intervals
from survey.statistics.measures import Estimate, MeasureTable
from survey.statistics.row_table import sipas_table_from_rows
from survey.statistics.sample import draw

SEED = 20_240_801
DRAWS = 2000
AT_ONCE = 100  # draws estimated together
ITEMS = 4
SIZES = (5, 10, 20, 30, 50, 100, 200)  # responses that a unit gets on average
LEVELS = (0.76, 0.8, 0.84, 0.88)  # share satisfied: one unit of every size at each
FIELDS = ((-0.04, 0.5), (0.04, 0.4))  # each unit's fields: level beside the unit's, share that answers
SESSION, SHORT_SESSION, SHORT_BELOW = 6, 3, 10  # dossiers of one session; short in units of fewer responses
YOUNG = 0.03  # share of citizens in the domain that cuts across all strata, who are harder to please
SPREAD = {"session": 0.5, "person": 1.0, "answer": 1.0}  # standard deviations of what makes answers differ
OTHERS = (IntervalMethod.T, IntervalMethod.BETA)

Booleans = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Stratum:
    """One field of one unit: S sessions of m dossiers each.

    Attributes:
        unit: code of the unit.
        drawn: sessions taken in every draw.
        answering: share of citizens who answer.
        satisfied: (S, m, items).
        young: (S, m).
    """

    unit: int
    drawn: int
    answering: float
    satisfied: Booleans
    young: Booleans


@dataclass(frozen=True, eq=False)
class Rounds:
    """The responses of many draws under each other; n rows."""

    of_draw: Integers
    stratum: Integers
    session: Integers
    sessions: Integers  # in the row's stratum
    dossiers: Integers  # in the row's session
    weight: npt.NDArray[np.float64]
    unit: Integers
    young: Booleans
    satisfied: Booleans  # (n, items)


@dataclass(frozen=True)
class Found:
    """What became of the intervals of one kind of estimate.

    Attributes:
        name: of the estimate.
        responses: mean number.
        held: share of the intervals given that hold the truth, by method; "policy" is what reports print.
        without: share of the estimates without an interval.
        margin: mean half-width of the printed interval.
    """

    name: str
    responses: float
    held: dict[str, float]
    without: float
    margin: float


def province(levels: Sequence[float] = LEVELS) -> list[Stratum]:
    """Make the population, the same in every run: one unit of every size at each level."""
    random = np.random.default_rng(SEED)
    units = [(size, level) for size in SIZES for level in levels]
    return [
        _stratum(random, unit, size, level + shift, answering)
        for unit, (size, level) in enumerate(units)
        for shift, answering in FIELDS
    ]


def _stratum(random: np.random.Generator, unit: int, size: int, level: float, answering: float) -> Stratum:
    """Make the sessions of one field: an answer is satisfied if session, person and chance leave it so."""
    dossiers = SHORT_SESSION if size < SHORT_BELOW else SESSION
    drawn = max(2, round(size / len(FIELDS) / (dossiers * answering)))
    shape = (max(40, 12 * drawn), dossiers, ITEMS)
    person = random.normal(0, SPREAD["person"], (*shape[:2], 1))
    young = random.random(shape[:2]) < YOUNG
    feeling = random.normal(0, SPREAD["session"], (shape[0], 1, 1)) + person
    feeling = feeling + random.normal(0, SPREAD["answer"], shape) + 0.3 * young[:, :, np.newaxis]
    whole = float(np.sqrt(sum(part**2 for part in SPREAD.values())))
    easiness = np.linspace(0.2, -0.2, ITEMS)
    return Stratum(unit, drawn, answering, feeling < ndtri(level) * whole + easiness, young)


def rounds(strata: list[Stratum], draws: int) -> Iterator[Rounds]:
    """Draw rounds, some at a time."""
    random = np.random.default_rng(SEED + 1)
    for start in range(0, draws, AT_ONCE):
        parts = [_responses(random, code, s, min(AT_ONCE, draws - start)) for code, s in enumerate(strata)]
        yield Rounds(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _responses(
    random: np.random.Generator, code: int, stratum: Stratum, draws: int
) -> tuple[npt.NDArray[np.generic], ...]:
    """Draw sessions of one stratum and let their citizens answer or not."""
    sessions, dossiers = stratum.young.shape
    order = np.argpartition(random.random((draws, sessions)), stratum.drawn - 1, axis=1)
    chosen = order[:, : stratum.drawn, np.newaxis]
    answers = random.random((draws, stratum.drawn, dossiers)) < stratum.answering
    of_draw, place, person = np.nonzero(answers)
    session = chosen[of_draw, place, 0]
    responses = np.maximum(answers.sum(axis=(1, 2)), 1)
    return (
        of_draw,
        np.full(len(of_draw), code),
        session,
        np.full(len(of_draw), sessions),
        np.full(len(of_draw), dossiers),
        (sessions * dossiers / responses)[of_draw],
        np.full(len(of_draw), stratum.unit),
        stratum.young[session, person],
        stratum.satisfied[session, person],
    )


def tables(found: Rounds, units: int) -> tuple[MeasureTable, MeasureTable, MeasureTable]:
    """Estimate overall, the young, and every unit, in every draw."""
    draws = int(found.of_draw.max()) + 1
    rows = len(found.of_draw)
    stratum = found.of_draw * (int(found.stratum.max()) + 1) + found.stratum
    sample = draw(
        rows,
        strata=stratum,
        clusters=[found.session, np.arange(rows)],
        populations=[found.sessions, found.dossiers],
        weights=found.weight,
        nested=True,
    )
    made = []
    for code, groups in (
        (found.of_draw, draws),
        (np.where(found.young, found.of_draw, -1), draws),
        (found.of_draw * units + found.unit, draws * units),
    ):
        made.append(
            sipas_table_from_rows(
                sample,
                valid=np.ones_like(found.satisfied),
                score=found.satisfied,
                factors=[[0]],
                domain=code,
                groups=groups,
                lonely=LonelyRule.ADJUST,
            )
        )
    return made[0], made[1], made[2]


def truths(strata: list[Stratum], items: Sequence[int]) -> tuple[float, float, list[float]]:
    """Give the true mean share of some items overall, of the young, and of every unit."""
    satisfied = [s.satisfied[:, :, list(items)].mean(axis=2).ravel() for s in strata]
    young = np.concatenate([s.young.ravel() for s in strata])
    everybody = np.concatenate(satisfied)
    unit = np.concatenate([np.full(len(values), s.unit) for s, values in zip(strata, satisfied, strict=True)])
    of_unit = np.bincount(unit, everybody) / np.bincount(unit)
    return float(everybody.mean()), float(everybody[young].mean()), of_unit.tolist()


def simulate(draws: int = DRAWS, *, levels: Sequence[float] = LEVELS, item: int | None = None) -> list[Found]:
    """Draw the rounds and compare every interval with the truth: units by size, then young, then overall.

    The intervals are those of the index, or of one item.
    """
    strata = province(levels)
    overall, young, of_unit = truths(strata, range(ITEMS) if item is None else [item])
    units, sizes = len(of_unit), len(SIZES)
    kept: dict[str, list[tuple[MeasureTable, npt.NDArray[np.float64], Integers]]] = {}
    for found in rounds(strata, draws):
        whole, part, each = tables(found, units)
        kept.setdefault("overall", []).append((whole, np.array([overall]), np.arange(len(whole.weight))))
        kept.setdefault("young", []).append((part, np.array([young]), np.arange(len(part.weight))))
        size = np.arange(len(each.weight)) % units // len(levels)
        for k in range(sizes):
            kept.setdefault(f"unit of {SIZES[k]}", []).append(
                (each, np.array(of_unit), np.flatnonzero(size == k))
            )
    names = [f"unit of {size}" for size in SIZES] + ["young", "overall"]
    return [_compared(name, kept[name], item) for name in names]


def _compared(
    name: str, parts: list[tuple[MeasureTable, npt.NDArray[np.float64], Integers]], item: int | None
) -> Found:
    """Count how often the intervals hold the truth."""
    inside: dict[str, list[bool]] = {method: [] for method in ("policy", *(m.value for m in OTHERS))}
    responses, margins, without = [], [], 0
    for table, truth, groups in parts:
        low, high = policy_intervals(table)
        for group in groups.tolist():
            true = float(truth[group % len(truth)])
            at = (group, table.mean if item is None else item)
            responses.append(int(table.respondents[group]))
            if np.isnan(low[at]):
                without += 1
                continue
            margins.append(float(high[at] - low[at]) / 2)
            inside["policy"].append(bool(low[at] <= true <= high[at]))
            for method in OTHERS:
                inside[method.value].append(_holds(table.at(*at), method, true, (low[at], high[at])))
    held = {method: float(np.mean(values)) for method, values in inside.items()}
    return Found(name, float(np.mean(responses)), held, without / len(responses), float(np.mean(margins)))


def _holds(estimate: Estimate, method: IntervalMethod, truth: float, policy: tuple[float, float]) -> bool:
    """Say whether another interval holds the truth; where the sample does not vary, that of the policy."""
    if estimate.standard_error == 0 or not 0 < estimate.value < 1:
        return policy[0] <= truth <= policy[1]
    interval = proportion_interval(
        method,
        estimate.value,
        estimate.standard_error,
        degrees_of_freedom=estimate.degrees_of_freedom,
        rows=max(estimate.valid_answers, 2),
        confidence_level=0.95,
    )
    return interval.low <= truth <= interval.high


def main() -> None:
    """Print the coverage of the index."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=DRAWS)
    draws = parser.parse_args().draws
    print(f"{'index of':<12} {'responses':>9} {'printed':>8} {'t':>7} {'beta':>7} {'margin':>7} {'none':>6}")
    for found in simulate(draws):
        shown = " ".join(f"{found.held[method]:7.3f}" for method in ("policy", "t", "beta"))
        print(f"{found.name:<12} {found.responses:9.1f}  {shown} {found.margin:7.3f} {found.without:6.3f}")


if __name__ == "__main__":
    main()
