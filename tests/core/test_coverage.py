"""Where answers are missing: needed by the ministry's formula, projected at the pace so far."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from survey.core.coverage import Coverage, needed_responses, pace_until, within
from survey.core.evidence import IntArray
from survey.core.place import Field, Unit
from survey.statistics.planning import ministry_sample_size

OPENED, CLOSES = datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
UNITS = (Unit("A", "Phường A", "commune"), Unit("B", "Xã B", "commune"))
FIELDS = (Field("land", "Đất đai", "Land"), Field("civil", "Hộ tịch", "Civil status"))

volumes = arrays(np.int64, st.tuples(st.integers(1, 6), st.integers(1, 5)), elements=st.integers(0, 100_000))


def coverage(pace: float | None = None) -> Coverage:
    dossiers = np.array([[5000, 0], [400, 100]])
    responses = np.array([[300, 3], [10, 50]])
    verified = np.array([[30, 0], [10, 0]])
    return Coverage(
        UNITS, FIELDS, dossiers, responses, responses, verified, needed_responses(dossiers, 5), pace
    )


@given(volumes)
def test_every_unit_is_given_at_least_the_ministrys_size_and_no_cell_more_than_it_has(
    dossiers: IntArray,
) -> None:
    needed = needed_responses(dossiers, 5)
    assert (needed <= dossiers).all()
    assert (needed >= np.minimum(dossiers, 2)).all()
    for row, total in enumerate(dossiers.sum(axis=1)):
        least = ministry_sample_size(int(total), margin=0.05)
        assert least <= needed[row].sum() <= least + 3 * dossiers.shape[1]


def test_a_unit_with_one_field_needs_exactly_the_ministrys_size() -> None:
    assert needed_responses(np.array([[500, 0], [20_000, 0]]), 5).tolist() == [[223, 0], [393, 0]]


def test_what_lacks_most_comes_first_and_says_how_much() -> None:
    found = coverage().most_urgent(10)
    assert [(cell.unit.name, cell.field.name_vi, cell.missing) for cell in found] == [
        ("Xã B", "Đất đai", 169),
        ("Phường A", "Đất đai", 71),
    ]
    assert coverage().most_urgent(1) == found[:1]


def test_a_cell_that_will_have_enough_by_closing_is_not_urgent() -> None:
    assert [cell.unit.code for cell in coverage(pace=2.0).most_urgent(10)] == ["B"]
    [land, outside] = coverage(pace=2.0).cells_of(0)
    assert (land.projected, land.missing, land.will_miss, land.verified_share) == (600, 71, 0, 0.1)
    assert (outside.needed, outside.missing, outside.responses) == (0, 0, 3)


@pytest.mark.parametrize(
    ("now", "pace"),
    [
        (OPENED - timedelta(days=1), None),
        (OPENED + timedelta(hours=23), None),
        (OPENED + timedelta(days=23), 4.0),
        (OPENED + timedelta(days=46), 2.0),
        (CLOSES, 1.0),
        (CLOSES + timedelta(days=9), 1.0),
    ],
)
def test_the_pace_is_that_of_the_days_so_far(now: datetime, pace: float | None) -> None:
    assert pace_until(OPENED, CLOSES, now) == pace


def test_a_round_that_is_not_open_has_no_pace() -> None:
    assert pace_until(None, CLOSES, OPENED) is None


def test_a_part_of_the_tree_sees_only_its_units() -> None:
    part = within(coverage(), {"B"})
    assert [unit.code for unit in part.units] == ["B"]
    assert {cell.unit.code for cell in part.most_urgent(10)} == {"B"}
