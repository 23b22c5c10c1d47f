"""A published report is made again from what is stored; whatever was changed by hand is found and named."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from survey.actions import report_checking
from survey.actions.issuing import IssueUnknown, publish, submit
from survey.actions.report_checking import Checked, published_codes, verify
from survey.actions.report_texts import save
from survey.actions.rounds import close_round
from survey.actions.scheduling import reopen
from survey.actions.seal_checking import verify as verify_seals
from survey.actions.seals import write
from survey.core.seal_findings import Kind
from survey.store.database import Database
from tests.actions.test_issuing import SETTLED, URL, closed, published
from tests.places import EARLIER, KEY, OFFICER, ROUND, add_responses
from tests.tampering import Hand

PLACES = {
    "@XA": "(SELECT id FROM unit WHERE code = 'XA')",
    "@Q4": "(SELECT id FROM round WHERE code = '2026-q4')",
}
"""What stands for ids in the statements below."""


@pytest.fixture
def issued(sqlite_small: Database) -> Database:
    """The small place with a sealed and published report."""
    closed(sqlite_small)
    write(sqlite_small, now=SETTLED, key=KEY)
    published(sqlite_small)
    write(sqlite_small, now=SETTLED + timedelta(hours=2), key=KEY)
    return sqlite_small


def tamper(database: Database, statement: str) -> None:
    """Execute a statement as somebody at the database's own prompt."""
    for name, subquery in PLACES.items():
        statement = statement.replace(name, subquery)
    Hand(database).sql(statement)


def checked(database: Database) -> Checked:
    return verify(database, ROUND, now=SETTLED + timedelta(days=1))


def parts(found: Checked) -> set[tuple[str, str, str]]:
    return {(each.part, each.name, each.kind) for each in found.parts}


def figures(found: Checked) -> set[str]:
    return {each.name for each in found.figures}


def test_what_nobody_touched_is_made_again_byte_for_byte(small: Database) -> None:
    published(closed(small))
    found = checked(small)
    assert found.holds, found
    assert not found.was_refrozen
    assert published_codes(small) == [EARLIER, ROUND]


Expected = tuple[set[tuple[str, str, str]], Callable[[Checked], bool]]

TAMPERINGS: dict[str, tuple[str, Expected]] = {
    "answers": (
        "UPDATE response SET answers = replace(answers, ':5', ':1') WHERE unit_id = @XA",
        (
            {("responses", "XA", "changed")},
            lambda c: {"index", "unit/XA"} <= figures(c) and c.files_differ == ("vi", "en"),
        ),
    ),
    "a response taken away": (
        "DELETE FROM response WHERE id = (SELECT min(id) FROM response WHERE unit_id = @XA)",
        ({("responses", "XA", "changed")}, lambda c: "responses" in figures(c)),
    ),
    "dossiers": (
        "UPDATE frame SET dossiers = dossiers * 9 WHERE unit_id = @XA AND round_id = @Q4",
        ({("population", "XA", "changed")}, lambda c: {"index", "dossiers"} <= figures(c)),
    ),
    "the settings": (
        """UPDATE round SET settings = '{"confidence_percent": 90}' WHERE id = @Q4""",
        ({("settings", "", "changed")}, lambda c: figures(c) >= {"index low", "index high"}),
    ),
    "a text": (
        "UPDATE report_text SET content = replace(content, 'Chỉ số', 'Con số')",
        ({("texts", "", "changed")}, lambda c: figures(c) == set() and c.files_differ == ("vi",)),
    ),
    "a text with a field that does not exist": (
        "UPDATE report_text SET content = replace(content, '{chỉ số}', '{gì đó}')",
        ({("texts", "", "changed")}, lambda c: "gì đó" in c.fault),
    ),
    "a text that is none": (
        "UPDATE report_text SET content = 'x'",
        (set(), lambda c: bool(c.fault)),
    ),
    "a text taken away": (
        "DELETE FROM report_text",
        ({("texts", "", "changed")}, lambda c: c.files_differ == ("vi", "en")),
    ),
    "the threshold of small cells": (
        "UPDATE published_report SET small_cell = 20 WHERE round_id = @Q4",
        ({("small_cell", "", "changed")}, lambda c: "unit/XA" in figures(c)),
    ),
    "a figure that was published": (
        """UPDATE published_report SET figures = replace(figures, '"responses":30.0', '"responses":300.0')
        WHERE round_id = @Q4""",
        (set(), lambda c: figures(c) == {"responses"}),
    ),
    "the digest": (
        "UPDATE published_report SET digest = 'x' WHERE round_id = @Q4",
        (set(), lambda c: not c.is_sound),
    ),
    "a file": (
        "UPDATE published_file SET content = x'25' WHERE language = 'en' AND round_id = @Q4",
        (set(), lambda c: c.files_changed == ("en",) and c.files_differ == ()),
    ),
    "a file taken away": (
        "DELETE FROM published_file WHERE language = 'vi' AND round_id = @Q4",
        (set(), lambda c: c.files_changed == ("vi",)),
    ),
    "the name of a unit": (
        "UPDATE unit SET name = 'Xã Khác' WHERE code = 'XA'",
        ({("units", "", "changed")}, lambda c: c.files_differ == ("vi", "en") and not c.figures),
    ),
    "the agency": (
        "UPDATE instance SET agency = 'Sở Khác'",
        ({("agency", "", "changed")}, lambda c: c.files_differ == ("vi", "en")),
    ),
    "the round before": (
        "UPDATE frame SET dossiers = dossiers + 1 WHERE round_id <> @Q4",
        ({("earlier", "", "changed")}, lambda c: not c.files_changed),
    ),
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_whatever_is_changed_by_hand_is_found_and_named(issued: Database, what: str) -> None:
    statement, (expected, holds) = TAMPERINGS[what]
    tamper(issued, statement)
    found = checked(issued)
    assert not found.holds
    assert parts(found) == expected
    assert holds(found), found


@pytest.mark.parametrize(
    ("statement", "kind", "table"),
    [
        ("DELETE FROM published_report WHERE round_id = @Q4", Kind.REMOVED, "published_report"),
        ("UPDATE published_report SET reason = 'khác'", Kind.CHANGED, "published_report"),
        ("UPDATE report_text SET who = 'khác'", Kind.CHANGED, "report_text"),
        ("UPDATE published_file SET content = x'25'", Kind.CHANGED, "published_file"),
    ],
)
def test_the_seals_find_an_issue_that_was_changed_or_taken_out(
    issued: Database, statement: str, kind: Kind, table: str
) -> None:
    assert verify_seals(issued).findings == ()
    tamper(issued, statement)
    assert (kind, table) in {(finding.kind, finding.table) for finding in verify_seals(issued).findings}


def test_a_round_opened_again_is_said_to_be_so_and_each_issue_can_be_checked(issued: Database) -> None:
    later = SETTLED + timedelta(days=1)
    reopen(issued, ROUND, "đóng nhầm ngày", by=OFFICER, now=later)
    add_responses(issued, "XA", "land", [1, 1, 1])
    close_round(issued, ROUND, by=OFFICER, now=later)
    again = later + timedelta(days=15)
    waiting = submit(issued, ROUND, "Mở lại để nhận thêm phiếu", who="canbo", now=again)
    publish(issued, ROUND, read=waiting.id, public_url=URL, small_cell=5, who="duyet", now=again)
    assert verify(issued, ROUND, now=again).holds
    first = verify(issued, ROUND, 1, now=again)
    assert first.was_refrozen
    assert {("responses", "XA", "changed"), ("round", "", "changed"), ("reopenings", "", "changed")} <= parts(
        first
    )
    assert first.files_changed == ()


def test_later_words_do_not_touch_what_was_published(issued: Database) -> None:
    save(issued, ROUND, {"assessment_vi": "Khác hẳn."}, base=1, who="canbo", now=SETTLED)
    assert checked(issued).holds


def test_what_another_program_made_is_told_apart(issued: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_checking, "running", lambda: "sipas 9.9")
    found = checked(issued)
    assert found.holds
    assert found.is_other_program


def test_an_issue_that_was_never_published_is_unknown(issued: Database) -> None:
    for code, number in ((ROUND, 2), ("x", None)):
        with pytest.raises(IssueUnknown):
            verify(issued, code, number, now=SETTLED)
