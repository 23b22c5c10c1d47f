"""A report is published by a second person, stands as it was published, and only a further issue corrects it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from hashlib import sha256

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from reports.document import Document
from reports.pdf import write_pdf
from survey.actions.approving import ApproverIsAuthor, NoReason
from survey.actions.freezing import frozen
from survey.actions.issuing import (
    FreezeBroken,
    NotFrozen,
    NothingNew,
    NotWaiting,
    give_back,
    publish,
    recall,
    stored_file,
    submit,
    way,
)
from survey.actions.report import round_document
from survey.actions.report_texts import TextsChanged, TextsShut, save
from survey.actions.rounds import close_round
from survey.actions.scheduling import reopen
from survey.actions.seals import write
from survey.core.published_report import PublishedReport, State
from survey.core.round import VIETNAM
from survey.core.trail import Deed
from survey.store.database import Database
from tests.actions.test_making_rounds import newest_deed
from tests.places import KEY, NOW, OFFICER, ROUND, add_responses
from tests.tampering import Hand

SETTLED = NOW + timedelta(days=15)
URL = "https://khaosat.thu.vn"


def closed(database: Database) -> Database:
    """The small place with answers, a text, and its round closed."""
    add_responses(database, "XA", "land", [5, 4, 4, 3, 2] * 3)
    add_responses(database, "PH", "land", [5, 4, 2, 2, 1] * 3)
    save(database, ROUND, {"assessment_vi": "Chỉ số {chỉ số}."}, base=0, who="canbo", now=NOW)
    close_round(database, ROUND, by=OFFICER, now=NOW)
    return database


def published(database: Database, reason: str = "", *, small_cell: int = 5) -> PublishedReport:
    """Handed in by the officer and published by the approver."""
    waiting = submit(database, ROUND, reason, who="canbo", now=SETTLED)
    return publish(
        database, ROUND, read=waiting.id, public_url=URL, small_cell=small_cell, who="duyet", now=SETTLED
    )


def paper(database: Database, language: str = "vi", *, small_cell: int = 5) -> bytes:
    """The report's PDF as its page gives it now."""
    document = round_document(
        database, ROUND, "en" if language == "en" else "vi", public_url=URL, small_cell=small_cell, within=None,
        now=SETTLED,
    )  # fmt: skip
    return write_pdf(document)


def test_an_issue_keeps_its_bytes_and_the_page_gives_the_very_same(small: Database) -> None:
    closed(small)
    write(small, now=SETTLED, key=KEY)
    draft = paper(small)
    issue = published(small)
    assert newest_deed(small) == (Deed.REPORT_PUBLISHED.value, ROUND)
    for language in ("vi", "en"):
        stored = stored_file(small, ROUND, 1, language)
        assert sha256(stored).hexdigest() == issue.pdf(language)
        assert paper(small, language) == stored
    assert draft != stored_file(small, ROUND, 1, "vi")
    # What seals and settings say later is not what was published.
    write(small, now=SETTLED + timedelta(days=1), key=KEY)
    assert paper(small, small_cell=7) == stored_file(small, ROUND, 1, "vi")
    kept = frozen(small, ROUND, now=SETTLED)
    assert kept is not None
    assert (issue.freeze_digest, issue.submitted_by, issue.published_by) == (kept.digest, "canbo", "duyet")
    assert issue.program.startswith("sipas ")


def test_an_issue_is_dated_by_its_publication_and_stays_so_whatever_the_clock_says_later(
    small: Database,
) -> None:
    closed(small)
    issue = published(small)
    assert issue.dated == SETTLED.astimezone(VIETNAM).date() != NOW.astimezone(VIETNAM).date()

    def shown(now: datetime) -> Document:
        return round_document(
            small, ROUND, "vi", public_url=URL, small_cell=5, within=None, now=now
        )  # fmt: skip

    day = f"ngày {issue.dated:%d} tháng {issue.dated:%m} năm {issue.dated:%Y}"
    assert shown(SETTLED).letterhead.place_and_date.endswith(day)
    assert shown(SETTLED + timedelta(days=400)) == shown(SETTLED)
    assert write_pdf(shown(SETTLED + timedelta(days=400))) == stored_file(small, ROUND, 1, "vi")


def test_a_round_that_is_not_frozen_has_nothing_to_publish(sqlite_small: Database) -> None:
    with pytest.raises(NotFrozen):
        submit(sqlite_small, ROUND, "", who="canbo", now=NOW)
    closed(sqlite_small)
    with pytest.raises(NotFrozen):
        submit(sqlite_small, ROUND, "", who="canbo", now=NOW + timedelta(days=14))


def test_who_wrote_or_handed_in_cannot_publish(sqlite_small: Database) -> None:
    closed(sqlite_small)
    waiting = submit(sqlite_small, ROUND, "", who="canbo2", now=SETTLED)
    for who in ("canbo", "canbo2"):
        with pytest.raises(ApproverIsAuthor):
            publish(sqlite_small, ROUND, read=waiting.id, public_url=URL, small_cell=5, who=who, now=SETTLED)
    assert way(sqlite_small, ROUND, now=SETTLED).issues == ()


def test_what_waits_stands_still_until_it_is_recalled_or_returned(sqlite_small: Database) -> None:
    closed(sqlite_small)
    submit(sqlite_small, ROUND, "", who="canbo", now=SETTLED)
    with pytest.raises(TextsShut):
        save(sqlite_small, ROUND, {"title": "A"}, base=1, who="canbo", now=SETTLED)
    with pytest.raises(TextsShut):
        submit(sqlite_small, ROUND, "", who="canbo", now=SETTLED)
    with pytest.raises(NotWaiting):
        recall(sqlite_small, ROUND, who="canbo2", now=SETTLED)
    recall(sqlite_small, ROUND, who="canbo", now=SETTLED)
    assert newest_deed(sqlite_small) == (Deed.REPORT_RECALLED.value, ROUND)
    save(sqlite_small, ROUND, {"title": "A"}, base=1, who="canbo", now=SETTLED)
    submit(sqlite_small, ROUND, "", who="canbo", now=SETTLED)
    with pytest.raises(NoReason):
        give_back(sqlite_small, ROUND, " ", who="duyet", now=SETTLED)
    give_back(sqlite_small, ROUND, "Thiếu kiến nghị", who="duyet", now=SETTLED)
    last = way(sqlite_small, ROUND, now=SETTLED).last
    assert last is not None
    assert (last.state, last.note) == (State.RETURNED, "Thiếu kiến nghị")
    with pytest.raises(NotWaiting):
        give_back(sqlite_small, ROUND, "Lần nữa", who="duyet", now=SETTLED)


def test_an_approver_publishes_what_they_read_and_nothing_else(sqlite_small: Database) -> None:
    closed(sqlite_small)
    read = submit(sqlite_small, ROUND, "", who="canbo", now=SETTLED)
    recall(sqlite_small, ROUND, who="canbo", now=SETTLED)
    save(sqlite_small, ROUND, {"assessment_vi": "Khác."}, base=1, who="canbo", now=SETTLED)
    submit(sqlite_small, ROUND, "", who="canbo", now=SETTLED)
    with pytest.raises(NotWaiting):
        publish(sqlite_small, ROUND, read=read.id, public_url=URL, small_cell=5, who="duyet", now=SETTLED)


def test_two_approvers_who_press_at_once_publish_one_issue(small: Database) -> None:
    waiting = submit(closed(small), ROUND, "", who="canbo", now=SETTLED)

    def press(who: str) -> bool:
        try:
            publish(small, ROUND, read=waiting.id, public_url=URL, small_cell=5, who=who, now=SETTLED)
        except NotWaiting:
            return False
        return True

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(press, ("duyet", "duyet2"))) == [False, True]
    assert [issue.number for issue in way(small, ROUND, now=SETTLED).issues] == [1]


def test_two_officers_who_save_at_once_leave_two_states_or_a_conflict(small: Database) -> None:
    def write_down(who: str) -> int:
        try:
            return save(small, ROUND, {"title": who}, base=0, who=who, now=NOW).number
        except TextsChanged:
            return 0

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(write_down, ("canbo", "canbo2"))) == [0, 1]


def test_the_same_is_not_published_twice(sqlite_small: Database) -> None:
    published(closed(sqlite_small))
    with pytest.raises(NothingNew):
        submit(sqlite_small, ROUND, "không có gì khác", who="canbo", now=SETTLED)
    found = way(sqlite_small, ROUND, now=SETTLED)
    assert (found.is_current, found.may_be_submitted) == (True, False)


def test_a_correction_is_a_further_issue_with_a_reason_and_the_first_stays(small: Database) -> None:
    first = published(closed(small))
    save(small, ROUND, {"assessment_vi": "Chỉ số là {chỉ số}."}, base=1, who="canbo", now=SETTLED)
    assert not way(small, ROUND, now=SETTLED).is_current
    with pytest.raises(NoReason):
        submit(small, ROUND, "sửa", who="canbo", now=SETTLED)
    bytes_before = stored_file(small, ROUND, 1, "vi")
    second = published(small, "Sửa câu chữ của phần đánh giá")
    assert (second.number, second.reason) == (2, "Sửa câu chữ của phần đánh giá")
    assert second.figures == first.figures
    assert stored_file(small, ROUND, 1, "vi") == bytes_before
    assert paper(small) == stored_file(small, ROUND, 2, "vi")


def test_a_round_opened_again_is_a_draft_until_it_is_published_anew_with_what_changed(
    sqlite_small: Database,
) -> None:
    first = published(closed(sqlite_small))
    later = SETTLED + timedelta(days=1)
    reopen(sqlite_small, ROUND, "đóng nhầm ngày", by=OFFICER, now=later)
    assert not way(sqlite_small, ROUND, now=later).is_current
    with pytest.raises(NotFrozen):
        submit(sqlite_small, ROUND, "mở lại để nhận thêm phiếu", who="canbo", now=later)
    add_responses(sqlite_small, "XA", "land", [1, 1, 1, 1, 1])
    close_round(sqlite_small, ROUND, by=OFFICER, now=later)
    again = later + timedelta(days=15)
    waiting = submit(sqlite_small, ROUND, "Mở lại để nhận thêm phiếu", who="canbo", now=again)
    second = publish(
        sqlite_small, ROUND, read=waiting.id, public_url=URL, small_cell=5, who="duyet", now=again
    )
    assert first.figures["responses"] == 30
    assert second.figures["responses"] == 35
    document = round_document(sqlite_small, ROUND, "vi", public_url=URL, small_cell=5, within=None, now=again)
    assert "Số phiếu trả lời: 30 → 35" in str(document.blocks)


def test_what_was_changed_by_hand_after_freezing_is_not_published(sqlite_small: Database) -> None:
    closed(sqlite_small)
    waiting = submit(sqlite_small, ROUND, "", who="canbo", now=SETTLED)
    Hand(sqlite_small).sql("UPDATE frame SET dossiers = dossiers + 1")
    with pytest.raises(FreezeBroken):
        publish(sqlite_small, ROUND, read=waiting.id, public_url=URL, small_cell=5, who="duyet", now=SETTLED)


def test_an_issue_and_its_files_cannot_be_changed_at_the_prompt(small: Database) -> None:
    published(closed(small))
    for statement in (
        "UPDATE published_report SET reason = 'x'",
        "DELETE FROM published_file",
        "UPDATE published_file SET language = 'fr' WHERE language = 'en'",
        "DELETE FROM published_report",
    ):
        with pytest.raises(DBAPIError, match="is immutable"), small.writing() as session:
            session.execute(sa.text(statement))
