"""A unit's change since the round before, its past made anew from raw answers."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from survey.core.evaluation import evaluate
from survey.core.evidence import Evidence
from survey.core.place import Unit
from survey.core.raking import Raked
from survey.core.result import RoundResult, UnitResult
from survey.core.scoring import score_round
from survey.core.unit_history import Break, UnitChange
from survey.core.unit_trend import with_unit_trends
from tests.core import test_raking as raking
from tests.core.tiny import A, B, Cell, Row, evidence

SINCE = date(2026, 10, 1)
UNITS = (A, B, Unit("N", "Xã Mới", "commune", None, SINCE), Unit("M", "Xã Kia", "commune", None, SINCE))
ANSWERS: tuple[Row, ...] = (
    ("A", "land", (5, 4, 5)),
    ("A", "land", (2, 4, 1)),
    ("A", "land", (4, 4, 4)),
    ("B", "land", (1, 2, 5)),
    ("B", "land", (5, 5, 5)),
    ("B", "civil", (3, 4, 2)),
    ("B", "civil", (4, 4, 2)),
)
DOSSIERS: dict[Cell, int] = {("A", "land"): 300, ("B", "land"): 100, ("B", "civil"): 700}


def before(dossiers: dict[Cell, int] = DOSSIERS, rows: Sequence[Row] = ANSWERS) -> Evidence:
    found = evidence(dossiers, rows, units=UNITS)
    return replace(
        found, round=replace(found.round, code="q3", starts_on=date(2026, 7, 1), ends_on=date(2026, 9, 30))
    )


def trend(code: str, changes: Sequence[UnitChange], past: Evidence | None = None) -> UnitResult:
    """The unit that answers now, with its trend."""
    rows = [(code, field, answers) for field in ("land", "civil") for answers in ((5, 4, 4), (1, 4, 4))]
    now = evaluate(score_round(evidence({(code, "land"): 50, (code, "civil"): 50}, rows, units=UNITS)), None)
    result: RoundResult = with_unit_trends(now, score_round(past or before()), changes)
    [unit] = result.units
    return unit


def passed(old: str, new: str, share: float | None = 1.0) -> UnitChange:
    return UnitChange(old, new, share, SINCE)


def index(past: Evidence) -> float:
    return evaluate(score_round(past), None).index.value


def only(code: str) -> Evidence:
    return before(
        {cell: n for cell, n in DOSSIERS.items() if cell[0] == code}, [r for r in ANSWERS if r[0] == code]
    )


def test_a_unit_that_did_not_change_is_compared_with_itself() -> None:
    found = trend("A", [])
    assert found.previous is not None
    assert found.previous.value == pytest.approx(index(only("A")))
    assert found.change is not None
    assert found.change.value == pytest.approx(found.measure.value - found.previous.value)


def test_a_merger_is_compared_with_all_answers_of_those_that_merged_and_no_mean_of_means() -> None:
    found = trend("N", [passed("A", "N"), passed("B", "N")])
    assert found.previous is not None
    assert found.previous.value == pytest.approx(index(before()))
    assert found.previous.responses == len(ANSWERS)
    assert found.previous.dossiers == 1100
    mean = (index(only("A")) + index(only("B"))) / 2
    assert found.previous.value != pytest.approx(mean)


def test_a_part_of_a_split_is_compared_with_the_whole_weighing_its_share() -> None:
    found = trend("N", [passed("A", "N"), passed("B", "N", 0.25), passed("B", "M", 0.75)])
    quarter = {("A", "land"): 300, ("B", "land"): 25, ("B", "civil"): 175}
    assert found.previous is not None
    assert found.previous.value == pytest.approx(index(before(quarter)))
    assert found.previous.dossiers == 500


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ([], Break.NEW),
        ([passed("A", "N", None)], Break.SHARE_UNKNOWN),
        ([UnitChange("A", "N", 1.0, date(2026, 11, 1))], Break.WITHIN_PERIOD),
    ],
)
def test_a_trend_that_breaks_has_no_number_and_a_reason(changes: list[UnitChange], reason: Break) -> None:
    found = trend("N", changes)
    assert (found.previous, found.change) == (None, None)
    assert found.lineage is not None
    assert found.lineage.broken is reason


def test_a_past_without_answers_gives_no_change() -> None:
    found = trend("N", [passed("A", "N")], before(DOSSIERS, [row for row in ANSWERS if row[0] == "B"]))
    assert found.change is None
    assert found.lineage is not None
    assert found.lineage.broken is None


def test_the_past_of_a_merger_goes_by_raked_weights_where_its_round_does() -> None:
    """The two communes that merged were the whole round, whose index is raked."""
    rows: list[raking.Row] = [*raking.HAND * 4, *(("B", *rest) for _unit, *rest in raking.HAND * 2)]
    dossiers = {("A", "land"): 700, ("B", "land"): 300}
    past = raking.raked_round(rows, {"sex": {"Nữ": 700, "Nam": 300}}, dossiers)
    past = replace(
        past,
        units=(*past.units, UNITS[2]),
        dossiers=np.vstack((past.dossiers, np.zeros((1, past.dossiers.shape[1]), np.int64))),
        round=replace(past.round, code="q3", starts_on=date(2026, 7, 1), ends_on=date(2026, 9, 30)),
    )
    whole = evaluate(score_round(past), None)
    assert isinstance(whole.raked, Raked)
    assert whole.unraked
    assert whole.unraked.value != whole.index.value
    now = evidence({("N", "land"): 100}, [("N", "land", (5, 4, 4))] * 6, units=UNITS, asked=raking.asked())
    [unit] = with_unit_trends(
        evaluate(score_round(now), None), score_round(past), [passed("A", "N"), passed("B", "N")]
    ).units
    assert unit.previous is not None
    assert unit.previous.value == pytest.approx(whole.index.value)
