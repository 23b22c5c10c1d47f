"""Records that leave the house: no group of few people, no unit, and the population's totals kept."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.core.public_records import NOT_TOLD, PublicRecords, public_records
from survey.core.scoring import score_round
from tests.core.tiny import evidence

HOURS_IN_A_MONTH = 24 * 31
ARRIVALS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from([("A", "land"), ("A", "civil"), ("B", "land"), ("B", "civil")]),
        st.integers(1, 5),
    ),
    max_size=60,
)
FEWEST = st.integers(1, 6)
Arrival = tuple[int, tuple[str, str], int]


def made(arrivals: list[Arrival], fewest: int, hidden: tuple[bool, bool] = (False, False)) -> PublicRecords:
    rows = [(unit, field, (code, 4, 2)) for _month, (unit, field), code in arrivals]
    cells = {("A", "land"): 500, ("A", "civil"): 90, ("B", "land"): 30, ("B", "civil"): 700}
    hours = np.array([490_000 + month * HOURS_IN_A_MONTH for month, _cell, _code in arrivals], np.int64)
    return public_records(score_round(evidence(cells, rows)), hours, np.array(hidden), fewest)


@settings(deadline=None)
@given(ARRIVALS, FEWEST, st.tuples(st.booleans(), st.booleans()))
def test_no_record_stands_in_a_group_of_few(
    arrivals: list[Arrival], fewest: int, hidden: tuple[bool, bool]
) -> None:
    found = made(arrivals, fewest, hidden)
    groups = Counter(zip(found.field.tolist(), found.month.tolist(), strict=True))
    assert all(count >= fewest for count in groups.values())
    assert not {field for field, is_hidden in enumerate(hidden) if is_hidden} & {
        field for field, _m in groups
    }
    assert found.left_out + len(found.field) == len(arrivals)
    assert found.left_out < fewest


@settings(deadline=None)
@given(ARRIVALS, FEWEST)
def test_all_records_of_a_field_have_one_weight_which_names_no_unit_and_no_month(
    arrivals: list[Arrival], fewest: int
) -> None:
    found = made(arrivals, fewest)
    fields = set(zip(found.field.tolist(), found.weight.tolist(), strict=True))
    assert len(fields) == len({field for field, _weight in fields})


@given(ARRIVALS, FEWEST)
@settings(deadline=None)
def test_records_that_arrive_in_another_order_give_the_same_file(
    arrivals: list[Arrival], fewest: int
) -> None:
    one, other = made(arrivals, fewest), made(arrivals[::-1], fewest)
    assert one.answers.tolist() == other.answers.tolist()
    assert one.weight.tolist() == pytest.approx(other.weight.tolist())
    assert (one.field.tolist(), one.month.tolist()) == (other.field.tolist(), other.month.tolist())


def test_a_month_with_few_answers_in_a_field_is_not_told() -> None:
    cell = ("A", "land")
    found = made([(0, cell, 4)] * 9 + [(1, cell, 5)] * 2 + [(2, cell, 3)] * 7, 5)
    assert Counter(found.month.tolist()) == {0: 9, NOT_TOLD: 9}
