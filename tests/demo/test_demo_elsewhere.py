"""What the simulated province reports from elsewhere fits its plan and shows both outcomes."""

from survey.core.reported import Figure, Standing, reported
from survey.core.target_sheets import load_target_sheet
from survey.demo.elsewhere import FIGURES
from survey.library import shipped_target_sheets


def test_one_target_is_met_one_is_not_and_every_source_says_that_it_is_simulated() -> None:
    sheet = load_target_sheet(shipped_target_sheets()["nghe-an-2024"], "nghe-an-2024")
    figures = {
        (one.kind, one.name): Figure(one.value, one.year, one.source, one.dated, one.who, one.entered_at)
        for one in FIGURES
        if one.value is not None
    }
    found = reported(sheet, figures)
    assert {one.standing for one in found.targets} == set(Standing)
    assert sum(one.figure is not None for one in (*found.targets, *found.measures)) == len(FIGURES)
    assert all("mô phỏng" in one.source for one in FIGURES)
