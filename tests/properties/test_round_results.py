"""What holds of every round's result, whatever was answered."""

from dataclasses import replace
from math import isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.core.evaluation import evaluate
from survey.core.evidence import Evidence
from survey.core.place import Field, Unit
from survey.core.result import RoundResult
from survey.core.scoring import score_round
from tests.core.tiny import (
    BLANK,
    NA,
    Cell,
    evidence,
    in_other_order,
    with_units_in_other_order,
)

UNITS = tuple(Unit(code, f"Xã {code}", "commune") for code in "ABC")
FIELDS = (Field("land", "Đất đai", "Land"), Field("civil", "Hộ tịch", "Civil status"))
CELLS: list[Cell] = [(unit.code, field.code) for unit in UNITS for field in FIELDS]
codes = st.lists(st.sampled_from([1, 2, 3, 4, 5, NA, BLANK]), min_size=3, max_size=3)


@st.composite
def small_evidence(draw: st.DrawFn) -> Evidence:
    """Up to 12 responses in three units and two fields."""
    volumes = draw(st.lists(st.integers(0, 20), min_size=len(CELLS), max_size=len(CELLS)))
    rows = draw(st.lists(st.tuples(st.sampled_from(CELLS), codes), max_size=12))
    return evidence(
        dict(zip(CELLS, volumes, strict=True)),
        [(unit, field, given_codes) for (unit, field), given_codes in rows],
        units=UNITS,
        fields=FIELDS,
    )


def numbers(found: RoundResult) -> list[float]:
    """The index, its error, its interval and the items, as plain numbers."""
    interval = found.index.interval
    return [
        found.index.value,
        found.index.estimate.standard_error,
        found.unweighted,
        *([interval.low, interval.high] if interval else [float("nan")] * 2),
        *(item.measure.value for item in found.items),
        *(factor.measure.value for factor in found.factors),
    ]


def by_unit(found: RoundResult) -> dict[str, float]:
    return {unit.unit.code: unit.measure.value for unit in found.units}


forty = settings(max_examples=40, deadline=None)


@forty
@given(small_evidence(), st.data())
def test_the_order_of_the_responses_does_not_change_the_result(found: Evidence, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(found.responses)))
    one, other = evaluate(score_round(found), None), evaluate(score_round(in_other_order(found, order)), None)
    assert numbers(other) == pytest.approx(numbers(one), abs=1e-9, nan_ok=True)
    assert by_unit(other) == pytest.approx(by_unit(one), abs=1e-9, nan_ok=True)


@forty
@given(small_evidence(), st.permutations(range(3)))
def test_the_order_of_the_units_does_not_change_the_result(found: Evidence, order: list[int]) -> None:
    one, other = (
        evaluate(score_round(found), None),
        evaluate(score_round(with_units_in_other_order(found, order)), None),
    )
    assert numbers(other) == pytest.approx(numbers(one), abs=1e-9, nan_ok=True)
    assert by_unit(other) == pytest.approx(by_unit(one), abs=1e-9, nan_ok=True)


@forty
@given(small_evidence())
def test_every_value_is_a_proportion_inside_its_interval_or_unknown(found: Evidence) -> None:
    result = evaluate(score_round(found), None)
    measures = [
        result.index,
        *(item.measure for item in result.items),
        *(unit.measure for unit in result.units),
    ]
    for measure in measures:
        if isnan(measure.value):
            assert measure.interval is None
        else:
            assert 0 <= measure.value <= 1
        if measure.interval:
            assert 0 <= measure.interval.low <= measure.value <= measure.interval.high <= 1


@forty
@given(small_evidence())
def test_units_and_fields_each_count_every_response_that_has_a_weight_once(found: Evidence) -> None:
    result = evaluate(score_round(found), None)
    counted = found.responses - result.weighting.outside
    assert sum(unit.measure.responses for unit in result.units) == counted == result.index.responses
    assert sum(field.measure.responses for field in result.fields) == counted
    assert sum(unit.measure.dossiers for unit in result.units) == result.index.dossiers
    assert sum(field.measure.dossiers for field in result.fields) == result.index.dossiers


@forty
@given(small_evidence())
def test_the_shares_of_the_options_of_a_rated_item_add_up_to_the_whole(found: Evidence) -> None:
    for item_result in evaluate(score_round(found), None).items:
        if not isnan(item_result.measure.value):
            assert sum(item_result.shares.values()) == pytest.approx(1.0)
            assert item_result.shares[4] + item_result.shares[5] == pytest.approx(item_result.measure.value)


@forty
@given(small_evidence(), st.integers(2, 9))
def test_as_many_times_more_dossiers_everywhere_leave_the_index_where_it_is(
    found: Evidence, times: int
) -> None:
    one = evaluate(score_round(found), None)
    other = evaluate(score_round(replace(found, dossiers=found.dossiers * times)), None)
    assert other.index.value == pytest.approx(one.index.value, abs=1e-9, nan_ok=True)


@forty
@given(small_evidence())
def test_a_better_rating_never_lowers_the_index(found: Evidence) -> None:
    better = replace(found, answers=np.where(found.answers == 3, 4, found.answers).astype(np.int8))
    before, after = (
        evaluate(score_round(found), None).index.value,
        evaluate(score_round(better), None).index.value,
    )
    assert isnan(before) == isnan(after)
    assert isnan(before) or after >= before - 1e-12
