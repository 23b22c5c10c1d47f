"""The line over the rounds in a report: rounds of its own questionnaire, and never about a few people."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from survey.actions.figures import shown_result
from survey.core.round import Round
from survey.library import shipped_definitions
from survey.store import rounds, versions
from survey.store.database import Database
from tests.places import DOSSIERS, EARLIER, NOW, ROUND, add_responses, five_factors
from tests.web.reading import Reading
from tests.web.visitor import Visitor

LATER = datetime(2027, 3, 1, tzinfo=UTC)


def past(database: Database, code: str, month: int, form: str = "quay_5_yeu_to", year: int = 2026) -> Round:
    """A quarter that settled long ago, ending with ``month``."""
    with database.writing() as session:
        stored = {each.definition.code: each for each in versions.published(session)}
        asked = stored.get(form) or versions.add(session, shipped_definitions()[form], published_at=NOW)
        made = Round(
            code, f"Đợt {code}", "", date(year, month - 2, 1), date(year, month, 30), asked, None,
            datetime(year, month - 2, 1, tzinfo=UTC), datetime(year, month + 1, 1, tzinfo=UTC), "nguồn thử",
        )  # fmt: skip
        rounds.add(session, made, DOSSIERS)
    return made


def line(database: Database, code: str = ROUND) -> list[tuple[str, bool, bool]]:
    points = shown_result(database, code, small_cell=5, now=LATER).result.trend
    return [(point.round.code, point.index.is_known, point.joins) for point in points]


@pytest.mark.usefixtures("answered")
def test_a_report_draws_the_rounds_before_it_with_the_numbers_in_a_table(
    leader: Visitor, sqlite_small: Database
) -> None:
    past(sqlite_small, "q2", 6)
    for unit, field in DOSSIERS:
        add_responses(sqlite_small, unit, field, [5, 4, 2] * 4, "q2")
    assert line(sqlite_small) == [("q2", True, False), (EARLIER, True, True), (ROUND, True, True)]
    page = Reading(leader.get(f"/reports/{EARLIER}"))
    assert "Chỉ số qua các đợt" in page.main
    assert page.rows["Đợt q2"][:2] == ["60", "66,67 %"]
    assert page.rows["Quý III năm 2026"][-1] == "so sánh được"


@pytest.mark.usefixtures("answered")
def test_a_round_before_which_there_was_none_draws_no_line(leader: Visitor) -> None:
    assert "Chỉ số qua các đợt" not in Reading(leader.get(f"/reports/{EARLIER}")).main


@pytest.mark.usefixtures("answered")
def test_rounds_of_another_questionnaire_are_neither_compared_with_nor_on_the_line(
    sqlite_small: Database,
) -> None:
    """Both ended on the same day."""
    past(sqlite_small, "patients", 9, "nguoi_benh_ngoai_tru")
    assert [code for code, _known, _joins in line(sqlite_small)] == [EARLIER, ROUND]
    result = shown_result(sqlite_small, ROUND, small_cell=5, now=LATER).result
    assert result.previous
    assert result.previous.code == EARLIER
    assert result.change is not None


@pytest.mark.usefixtures("answered")
def test_a_new_version_breaks_the_line_on_the_page_and_says_why(
    leader: Visitor, sqlite_small: Database
) -> None:
    asked = five_factors()
    first, *others = asked.sections
    words = first.items[0].text.model_copy(update={"vi": "Một câu hỏi khác hẳn"})
    items = (first.items[0].model_copy(update={"text": words}), *first.items[1:])
    sections = (first.model_copy(update={"items": items}), *others)
    with sqlite_small.writing() as session:
        versions.add(session, asked.model_copy(update={"sections": sections}), published_at=NOW)
        [newest] = [each for each in versions.published(session) if each.number == 2]
        found = rounds.with_code(session, ROUND, now=NOW)
        assert found
        rounds.change(session, replace(found, version=newest))
    assert line(sqlite_small)[-1][2] is False
    page = leader.get(f"/reports/{ROUND}")
    assert "đường bị ngắt: phiếu hỏi đã thay đổi" in Reading(page).main


@pytest.mark.usefixtures("answered")
def test_an_old_round_of_a_few_answers_has_no_figure_on_the_line(
    leader: Visitor, sqlite_small: Database
) -> None:
    past(sqlite_small, "q2", 6)
    add_responses(sqlite_small, "XA", "land", [5, 4, 2], "q2")
    assert line(sqlite_small)[0] == ("q2", False, False)
    assert Reading(leader.get(f"/reports/{ROUND}")).rows["Đợt q2"][:3] == ["3", "–", "–"]


@pytest.mark.usefixtures("answered")
def test_the_line_ends_at_the_rounds_own_index_and_holds_a_year_of_quarters_and_the_one_before(
    sqlite_small: Database,
) -> None:
    for year, month in ((2025, 6), (2025, 9), (2025, 11), (2026, 3), (2026, 6)):
        past(sqlite_small, f"{year}-{month}", month, year=year)
    codes = [code for code, _known, _joins in line(sqlite_small)]
    assert codes == ["2025-11", "2026-3", "2026-6", EARLIER, ROUND]
    result = shown_result(sqlite_small, ROUND, small_cell=5, now=LATER).result
    assert result.trend[-1].index == result.index
    assert result.trend[-2].index == result.previous_index


@pytest.mark.usefixtures("answered")
def test_both_editions_draw_the_line(leader: Visitor) -> None:
    for language in ("vi", "en"):
        page = leader.get(f"/reports/{ROUND}?lang={language}")
        assert re.search(r'<h\d[^>]* id="trend"', page)
