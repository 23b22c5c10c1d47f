"""What becomes of a trend when units merge or split: recomputed from raw counts, or broken with the reason."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.core.place import Unit
from survey.core.unit_history import (
    Break,
    ChangeFault,
    Part,
    Period,
    UnitChange,
    faults_of_successors,
    lineage,
)

REFORM = date(2025, 7, 1)
BEFORE = Period(date(2025, 4, 1), date(2025, 6, 30))
AFTER = Period(date(2025, 7, 1), date(2025, 9, 30))


def unit(code: str, since: date | None = None, until: date | None = None) -> Unit:
    return Unit(code, f"Xã {code}", "commune", None, since, until)


def change(old: str, new: str, share: float | None = 1.0, since: date = REFORM) -> UnitChange:
    return UnitChange(old, new, share, since)


def test_a_unit_that_did_not_change_is_its_own_past() -> None:
    found = lineage(unit("A"), [change("B", "C")], BEFORE, AFTER)
    assert found.parts == (Part("A", 1.0),)
    assert found.is_whole


def test_a_merger_is_recomputed_from_the_raw_counts_of_all_that_came_before() -> None:
    found = lineage(unit("N", REFORM), [change("A", "N"), change("B", "N")], BEFORE, AFTER)
    assert found.recomputed({"A": 30, "B": 10, "C": 99}) == 40
    assert found.is_whole


def test_a_unit_that_takes_another_in_keeps_its_own_counts_too() -> None:
    found = lineage(unit("A"), [change("B", "A")], BEFORE, AFTER)
    assert found.recomputed({"A": 30, "B": 10}) == 40


def test_a_split_passes_on_shares_and_says_that_single_answers_cannot_be_told_apart() -> None:
    changes = [change("A", "N", 0.25), change("A", "M", 0.75)]
    found = lineage(unit("N", REFORM), changes, BEFORE, AFTER)
    assert found.recomputed({"A": 40}) == 10
    assert not found.is_whole


def test_two_steps_in_between_are_followed() -> None:
    later = date(2025, 8, 1)
    after = Period(date(2025, 10, 1), date(2025, 12, 31))
    changes = [change("A", "B", 0.5), change("B", "C", since=later), change("D", "C", 0.1, later)]
    found = lineage(unit("C", later), changes, BEFORE, after)
    assert found.recomputed({"A": 40, "D": 10}) == 21


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ([change("A", "N", None)], Break.SHARE_UNKNOWN),
        ([change("A", "N", since=date(2025, 8, 15))], Break.WITHIN_PERIOD),
        ([change("A", "N", since=date(2025, 5, 1))], Break.WITHIN_PERIOD),
        ([], Break.NEW),
    ],
)
def test_a_trend_that_cannot_be_made_anew_breaks_and_says_why(
    changes: list[UnitChange], reason: Break
) -> None:
    found = lineage(unit("N", REFORM), changes, BEFORE, AFTER)
    assert found.broken is reason
    assert found.about
    assert found.recomputed({"A": 40}) is None


@given(st.lists(st.integers(1, 100), min_size=1, max_size=5), st.integers(0, 10_000))
def test_parts_of_a_split_add_up_to_what_was_split(pieces: list[int], count: int) -> None:
    changes = [change("A", f"N{i}", piece / sum(pieces)) for i, piece in enumerate(pieces)]
    found = [lineage(unit(f"N{i}", REFORM), changes, BEFORE, AFTER) for i in range(len(pieces))]
    assert sum(one.recomputed({"A": count}) or 0 for one in found) == pytest.approx(count)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ([change("A", "A")], ChangeFault.ITSELF),
        ([change("A", "N", 0.5), change("A", "N", 0.5)], ChangeFault.TWICE),
        ([change("A", "N", 0.5), change("A", "M", 0.4)], ChangeFault.SUM),
        ([change("A", "N", 1.5)], ChangeFault.SHARE),
        ([change("A", "N", 0.0)], ChangeFault.SHARE),
        ([change("A", "GONE")], ChangeFault.NOT_IN_FORCE),
        ([change("A", "nowhere")], ChangeFault.NOT_IN_FORCE),
        ([change("A", "B")], ChangeFault.ROUND_ABOUT),
    ],
)
def test_successors_that_cannot_be_are_refused(changes: list[UnitChange], fault: ChangeFault) -> None:
    units = [unit(code) for code in ("A", "B", "M", "N")] + [unit("GONE", until=date(2025, 1, 1))]
    assert fault in faults_of_successors(units[0], changes, units, [change("B", "A")])


def test_good_successors_are_taken() -> None:
    units = [unit(code) for code in ("A", "M", "N")]
    for shares in ([1.0], [0.3, 0.7], [None, None], [0.5, None]):
        changes = [change("A", new, share) for new, share in zip(("M", "N"), shares, strict=False)]
        assert faults_of_successors(units[0], changes, units, []) == []
