"""Officers enter figures with their source; nothing is overwritten unseen, and nothing reaches the index."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from reports.pdf import write_pdf
from survey.actions.report import round_document
from survey.actions.reported import (
    DayUnfit,
    FigureChanged,
    FigureUnknown,
    Said,
    SourceUnfit,
    YearUnfit,
    enter,
    entry_number,
    one_of,
    sheet_of,
    withdraw,
)
from survey.actions.rounds import RoundUnknown
from survey.actions.seal_checking import verify
from survey.actions.seals import write
from survey.core.reported import Figure, NumberUnfit, ReportedTarget, Standing
from survey.core.trail import Deed
from survey.store import trail
from survey.store.database import Database
from tests.final_figures import final_result
from tests.papers import pages
from tests.places import KEY, NOW, OFFICER, ROUND, add_responses

ON_TIME = ("target", "on_time_dossiers_rate")
HOUSEHOLDS = ("measure", "household_sipas")
SAID = Said("96,4", "Hệ thống một cửa của tỉnh", NOW.date(), None, 0)


def figure(database: Database, kind: str, name: str) -> Figure | None:
    return one_of(sheet_of(database, ROUND, now=NOW), kind, name).figure


def say(database: Database, kind: str, name: str, said: Said) -> None:
    enter(database, ROUND, kind, name, said, by=OFFICER, now=NOW)


def test_a_figure_is_kept_with_its_source_and_told_to_the_trail(small: Database) -> None:
    say(small, *ON_TIME, SAID)
    found = one_of(sheet_of(small, ROUND, now=NOW), *ON_TIME)
    assert isinstance(found, ReportedTarget)
    assert found.figure == Figure(
        Decimal("96.4"), None, "Hệ thống một cửa của tỉnh", NOW.date(), OFFICER.name, NOW
    )
    assert found.standing is Standing.MET
    with small.reading() as session:
        entry = list(trail.entries(session))[-1]
    assert (entry.deed, entry.subject) == (Deed.FIGURE_REPORTED.value, ROUND)
    assert entry.detail["value"] == "96.4"


def test_the_newest_figure_stands_and_one_taken_back_is_not_reported(small: Database) -> None:
    say(small, *ON_TIME, SAID)
    say(small, *ON_TIME, replace(SAID, value="94", seen=entry_number(small, ROUND, *ON_TIME)))
    found = one_of(sheet_of(small, ROUND, now=NOW), *ON_TIME)
    assert isinstance(found, ReportedTarget)
    assert found.standing is Standing.NOT_MET
    seen = entry_number(small, ROUND, *ON_TIME)
    withdraw(small, ROUND, *ON_TIME, "nhập nhầm kỳ", seen=seen, by=OFFICER, now=NOW)
    assert figure(small, *ON_TIME) is None
    with pytest.raises(FigureUnknown):
        withdraw(small, ROUND, *ON_TIME, "nhập nhầm kỳ", seen=seen + 1, by=OFFICER, now=NOW)
    say(small, *ON_TIME, replace(SAID, value="97", seen=entry_number(small, ROUND, *ON_TIME)))
    assert figure(small, *ON_TIME) is not None


def test_who_did_not_see_the_newest_figure_changes_nothing(small: Database) -> None:
    say(small, *ON_TIME, SAID)
    with pytest.raises(FigureChanged):
        say(small, *ON_TIME, replace(SAID, value="50"))
    with pytest.raises(FigureChanged):
        withdraw(small, ROUND, *ON_TIME, "nhập nhầm kỳ", seen=0, by=OFFICER, now=NOW)
    found = figure(small, *ON_TIME)
    assert found is not None
    assert found.value == Decimal("96.4")


@pytest.mark.parametrize(
    ("one", "said", "refusal"),
    [
        (ON_TIME, replace(SAID, value="nhiều"), NumberUnfit),
        (ON_TIME, replace(SAID, dated=NOW.date() + timedelta(days=2)), DayUnfit),
        (ON_TIME, replace(SAID, dated=NOW.date().replace(year=1999)), DayUnfit),
        (ON_TIME, replace(SAID, source=" x "), SourceUnfit),
        (ON_TIME, replace(SAID, source="x" * 301), SourceUnfit),
        (("target", "sipas"), SAID, FigureUnknown),
        (("target", "nothing"), SAID, FigureUnknown),
        (("measure", "on_time_dossiers_rate"), SAID, FigureUnknown),
        (HOUSEHOLDS, SAID, YearUnfit),
        (HOUSEHOLDS, replace(SAID, year=NOW.year + 1), YearUnfit),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    sqlite_small: Database, one: tuple[str, str], said: Said, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        say(sqlite_small, *one, said)
    sheet = sheet_of(sqlite_small, ROUND, now=NOW)
    assert not any(each.figure for each in (*sheet.reported.targets, *sheet.reported.measures))


def test_an_unknown_round_has_no_figures(sqlite_small: Database) -> None:
    with pytest.raises(RoundUnknown):
        sheet_of(sqlite_small, "2000-q1", now=NOW)


def test_figures_of_one_round_are_not_those_of_another(sqlite_small: Database) -> None:
    say(sqlite_small, *ON_TIME, SAID)
    other = sheet_of(sqlite_small, "2026-q3", now=NOW)
    assert not any(each.figure for each in other.reported.targets)


def test_a_figure_changes_no_result_and_is_printed_apart_beside_what_the_plan_asks(
    sqlite_small: Database,
) -> None:
    add_responses(sqlite_small, "XA", "land", [5, 4, 4, 3, 2] * 4)
    before = final_result(sqlite_small)
    say(sqlite_small, *ON_TIME, replace(SAID, value="94,5"))
    say(sqlite_small, *HOUSEHOLDS, replace(SAID, value="83,94", source="Bộ Nội vụ", year=2024))
    after = final_result(sqlite_small)
    assert after.index == before.index
    assert after.targets == before.targets
    document = round_document(
        sqlite_small, ROUND, "vi", public_url="http://x", small_cell=5, within=None, now=NOW
    )
    paper = " ".join(" ".join(page.split()) for page in pages(write_pdf(document)))
    for said in (
        "94,5",
        "không đạt",
        "chưa báo cáo",
        "Hệ thống một cửa của tỉnh",
        "83,94",
        "Bộ Nội vụ, ngày",
    ):
        assert said in paper
    assert "Hỏi người dân tại nhà" in paper


def test_a_figure_changed_by_hand_after_sealing_is_found(sqlite_small: Database) -> None:
    say(sqlite_small, *ON_TIME, SAID)
    later = NOW + timedelta(hours=2)
    assert write(sqlite_small, now=later, key=KEY) is not None
    assert verify(sqlite_small).findings == ()
    with sqlite_small.writing() as session:
        driver = session.connection().connection
        driver.execute("DROP TRIGGER reported_figure_refuses_update")
        driver.execute("UPDATE reported_figure SET value = '99'")
    assert {finding.table for finding in verify(sqlite_small).findings} == {"reported_figure"}
