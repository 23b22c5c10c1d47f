"""What officers write into a report is kept state by state; nobody's words are lost or overwritten unseen."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from survey.actions.report import round_document
from survey.actions.report_texts import FieldsUnknown, TextsChanged, desk, history, save
from survey.actions.rounds import RoundUnknown
from survey.core.trail import Deed
from survey.store.database import Database
from tests.actions.test_making_rounds import newest_deed
from tests.places import HOUR, NOW, ROUND, add_responses


def test_every_state_is_kept_and_one_that_changes_nothing_is_not_saved(small: Database) -> None:
    first = save(small, ROUND, {"title": "GIÁM ĐỐC"}, base=0, who="canbo", now=NOW)
    assert save(small, ROUND, {"title": "GIÁM ĐỐC"}, base=1, who="canbo", now=NOW) == first
    second = save(small, ROUND, {"title": "PHÓ GIÁM ĐỐC"}, base=1, who="canbo2", now=NOW)
    _round, states = history(small, ROUND, now=NOW)
    assert states == [second, first]
    assert [(state.number, state.texts.title, state.who) for state in states] == [
        (2, "PHÓ GIÁM ĐỐC", "canbo2"),
        (1, "GIÁM ĐỐC", "canbo"),
    ]
    assert newest_deed(small) == (Deed.REPORT_TEXT_SAVED.value, ROUND)


def test_what_two_write_in_different_parts_is_put_together(sqlite_small: Database) -> None:
    save(sqlite_small, ROUND, {"title": "GIÁM ĐỐC"}, base=0, who="canbo", now=NOW)
    both = save(sqlite_small, ROUND, {"signer": "Lê Thử", "title": ""}, base=0, who="canbo2", now=NOW)
    assert (both.texts.title, both.texts.signer) == ("GIÁM ĐỐC", "Lê Thử")


def test_what_two_write_in_the_same_part_is_shown_to_the_second_and_not_saved(sqlite_small: Database) -> None:
    save(sqlite_small, ROUND, {"title": "GIÁM ĐỐC", "signer": "A"}, base=0, who="canbo", now=NOW)
    with pytest.raises(TextsChanged) as conflict:
        save(sqlite_small, ROUND, {"title": "PHÓ", "authority": "KT. GIÁM ĐỐC"}, base=0, who="x", now=NOW)
    assert conflict.value.parts == ["title"]
    assert conflict.value.standing.number == 1
    assert conflict.value.mine["title"] == "PHÓ"
    assert conflict.value.mine["signer"] == "A"
    kept = save(sqlite_small, ROUND, conflict.value.mine, base=1, who="x", now=NOW)
    assert (kept.texts.title, kept.texts.authority, kept.texts.signer) == ("PHÓ", "KT. GIÁM ĐỐC", "A")


def test_an_unknown_field_is_named_with_its_part_and_nothing_is_saved(sqlite_small: Database) -> None:
    with pytest.raises(FieldsUnknown) as refused:
        save(sqlite_small, ROUND, {"proposals_vi": "{chỉ sô}", "title": "A"}, base=0, who="x", now=NOW)
    assert refused.value.by_part == {"proposals_vi": ("chỉ sô",)}
    assert history(sqlite_small, ROUND, now=NOW)[1] == []


def test_braces_outside_the_chapters_are_only_braces(sqlite_small: Database) -> None:
    assert (
        save(sqlite_small, ROUND, {"recipients": "{ai}"}, base=0, who="x", now=NOW).texts.recipients == "{ai}"
    )


def test_a_round_that_does_not_exist_has_no_texts(sqlite_small: Database) -> None:
    with pytest.raises(RoundUnknown):
        save(sqlite_small, "x", {"title": "A"}, base=0, who="x", now=NOW)
    with pytest.raises(RoundUnknown):
        desk(sqlite_small, "x", "vi", small_cell=5, now=NOW)


def test_the_report_is_made_with_the_newest_texts_and_the_newest_figures(sqlite_small: Database) -> None:
    save(sqlite_small, ROUND, {"assessment_vi": "Có {số phiếu} phiếu."}, base=0, who="x", now=NOW)

    def said(hours: int) -> str:
        now = NOW + timedelta(hours=hours)
        document = round_document(
            sqlite_small, ROUND, "vi", public_url="", small_cell=1, within=None, now=now
        )
        return str(document.blocks)

    # While a round is open, an hour's answers count once those of a later hour are there.
    for hour, codes in enumerate(([5, 4], [3], [2])):
        add_responses(sqlite_small, "XA", "land", codes, hour=HOUR + timedelta(hours=hour))
    assert "Có 2 phiếu." in said(2)
    assert "Có 3 phiếu." in said(3)


def test_a_saved_state_cannot_be_changed_at_the_prompt(small: Database) -> None:
    save(small, ROUND, {"title": "A"}, base=0, who="x", now=NOW)
    for statement in ("UPDATE report_text SET content = '{}'", "DELETE FROM report_text"):
        with pytest.raises(DBAPIError, match="is immutable"), small.writing() as session:
            session.execute(sa.text(statement))
