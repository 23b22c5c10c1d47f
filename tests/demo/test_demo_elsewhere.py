"""What the simulated province reports from elsewhere fits its plan and shows every outcome."""

import pytest

from survey.core.reported import Figure, Standing, reported
from survey.core.target_sheets import load_target_sheet
from survey.demo.elsewhere import FIGURES
from survey.demo.simulation import PLANS
from survey.library import shipped_target_sheets


def test_every_round_of_the_demo_has_figures_from_elsewhere() -> None:
    assert set(FIGURES) == {plan.code for plan in PLANS}


@pytest.mark.parametrize("code", FIGURES)
def test_some_targets_are_met_some_not_some_open_and_every_source_says_that_it_is_simulated(
    code: str,
) -> None:
    sheet = load_target_sheet(shipped_target_sheets()["nghe-an-2024"], "nghe-an-2024")
    figures = {
        (one.kind, one.name): Figure(one.value, one.year, one.source, one.dated, one.who, one.entered_at)
        for one in FIGURES[code]
        if one.value is not None
    }
    found = reported(sheet, figures)
    assert {one.standing for one in found.targets} == set(Standing)
    assert sum(one.figure is not None for one in (*found.targets, *found.measures)) == len(FIGURES[code])
    assert all("mô phỏng" in one.source for one in FIGURES[code])
