"""Reported figures: read as people write them, judged exactly as the plan says, never measured by the survey."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.core.reported import (
    Kind,
    NumberUnfit,
    OtherMeasure,
    Standing,
    meets,
    number_for_measure,
    number_for_target,
    reported,
)
from survey.core.target import Comparator, Group, Target, Unit
from survey.core.target_sheets import load_target_sheet
from survey.library import shipped_target_sheets


def target(value: str, comparator: str = ">=", unit: Unit = Unit.PERCENT, most: str | None = None) -> Target:
    return Target(
        indicator="thu",
        sentence="Chỉ tiêu thử",
        comparator=Comparator(comparator),
        value=Decimal(value),
        value_max=None if most is None else Decimal(most),
        unit=unit,
        scope="thử",
        group=Group.PROCESS,
    )


@pytest.mark.parametrize(
    ("asked", "value", "is_met"),
    [
        (target("95"), "95", True),
        (target("95"), "94.9999", False),
        (target("95", ">"), "95", False),
        (target("95", ">"), "95.0001", True),
        (target("30", "<=", Unit.RANK), "30", True),
        (target("30", "<=", Unit.RANK), "31", False),
        (target("4", ">=", Unit.RANK_PLACES, "6"), "4", True),
        (target("4", ">=", Unit.RANK_PLACES, "6"), "9", True),
        (target("4", ">=", Unit.RANK_PLACES, "6"), "-2", False),
        (target("0", "<=", Unit.DOSSIERS), "1", False),
    ],
)
def test_the_comparator_decides_at_the_edge(asked: Target, value: str, is_met: bool) -> None:  # noqa: FBT001
    assert meets(asked, Decimal(value)) is is_met


@pytest.mark.parametrize(
    ("text", "value"),
    [("97,35", "97.35"), ("97.35", "97.35"), (" 97 % ", "97"), ("100", "100"), ("0", "0"), ("99,9%", "99.9")],
)
def test_per_cent_is_read_as_people_write_it(text: str, value: str) -> None:
    assert number_for_target(text, target("95")) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    ["", "nhiều", "100,1", "-1", "1e2", "97,35,1", "٩٧", "97,12345", "nan", "Infinity", "½", "9" * 12, "--3"],
)
def test_what_is_no_per_cent_is_refused(text: str) -> None:
    with pytest.raises(NumberUnfit):
        number_for_target(text, target("95"))


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("1.234", Unit.DOSSIERS, 1234),
        ("12 345", Unit.DOSSIERS, 12345),
        ("-2", Unit.RANK_PLACES, -2),
        ("−2", Unit.RANK_PLACES, -2),
        ("+4", Unit.RANK_PLACES, 4),
        ("1", Unit.RANK, 1),
    ],
)
def test_counts_and_ranks_are_whole(text: str, unit: Unit, value: int) -> None:
    assert number_for_target(text, target("1", unit=unit)) == value


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("0", Unit.RANK),
        ("2,5", Unit.RANK),
        ("-1", Unit.DOSSIERS),
        ("1,5", Unit.POSTS),
        ("1.5", Unit.RANK_PLACES),
    ],
)
def test_what_no_count_or_rank_can_be_is_refused(text: str, unit: Unit) -> None:
    with pytest.raises(NumberUnfit):
        number_for_target(text, target("1", unit=unit))


@pytest.mark.parametrize(
    ("measure", "most"), [("household_sipas", 100), ("ratio_766", 100), ("points_61", 18)]
)
def test_another_measure_ends_where_its_scale_ends(measure: str, most: int) -> None:
    assert number_for_measure(str(most), OtherMeasure(measure)) == most
    with pytest.raises(NumberUnfit):
        number_for_measure(f"{most},01", OtherMeasure(measure))


@given(st.decimals(0, 100, places=4))
def test_a_per_cent_comes_back_as_it_was_typed(value: Decimal) -> None:
    assert number_for_target(f"{value:f}".replace(".", ","), target("95")) == value


@given(st.text(max_size=12))
def test_any_text_is_a_number_in_range_or_refused(text: str) -> None:
    with suppress(NumberUnfit):
        assert 0 <= number_for_target(text, target("95")) <= 100


@pytest.mark.parametrize("code", sorted(shipped_target_sheets()))
def test_every_target_that_the_survey_does_not_measure_can_be_reported(code: str) -> None:
    sheet = load_target_sheet(shipped_target_sheets()[code], code)
    found = reported(sheet, {})
    assert all(one.standing is Standing.NOT_REPORTED for one in found.targets)
    assert {one.target.indicator for one in found.targets} & {"sipas", "satisfaction_tthc"} == set()
    assert len(found.targets) >= len(sheet.targets) - 3
    assert {one.measure for one in found.measures} == set(OtherMeasure)


def test_a_round_without_a_plan_has_other_measures_alone() -> None:
    found = reported(None, {})
    assert found.targets == ()
    assert len(found.measures) == 3
    assert {kind.value for kind in Kind} == {"target", "measure"}
