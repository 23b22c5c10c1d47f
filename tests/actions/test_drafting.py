"""Drafts on both databases: revisions are kept, only one of two people publishes, nothing published changes."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from questionnaires.draft_values import values_of, with_values
from survey.actions.approving import approve, offered, shelved, withdraw
from survey.actions.drafting import DraftShut, desk, edit, history, redo, submit, undo
from survey.actions.publishing import published_versions
from survey.core.draft import State
from survey.store.database import Database
from tests.places import NOW

OFFICER, APPROVER = "canbo", "duyet"


def thank(database: Database, words: str) -> None:
    """Change the thanks of the draft with the number 1."""
    edit(
        database,
        1,
        lambda c: with_values(c, "details", "", {**values_of(c, "details"), "thanks": words}),
        who=OFFICER,
        now=NOW,
    )


def test_every_save_is_kept_and_undo_and_redo_walk_through_them(small: Database) -> None:
    for words in ("Một", "Hai"):
        thank(small, words)
    assert undo(small, 1, standing=3).current.number == 2
    assert redo(small, 1, standing=2).current.number == 3
    undo(small, 1, standing=3)
    thank(small, "Ba")
    assert [(s.revision.number, s.revision.parent) for s in history(small, 1)] == [
        (4, 2),
        (3, 2),
        (2, 1),
        (1, 0),
    ]
    with pytest.raises(DBAPIError, match="is immutable"), small.writing() as session:
        session.execute(text("UPDATE draft_revision SET content = '{}'"))


def test_of_two_approvals_at_one_moment_one_publishes(small: Database) -> None:
    thank(small, "Cảm ơn nhiều")
    submit(small, 1, standing=2, who=OFFICER, now=NOW)

    def try_to_approve(_number: int) -> str:
        try:
            return approve(small, 1, standing=2, who=APPROVER, now=NOW).fingerprint
        except DraftShut:
            return ""

    with ThreadPoolExecutor(2) as two:
        done = sorted(two.map(try_to_approve, range(2)))
    assert done[0] == ""
    assert [version.fingerprint for version in published_versions(small)][1:] == [done[1]]
    found = desk(small, 1).draft
    assert (found.state, found.version_fingerprint) == (State.APPROVED, done[1])


def test_a_withdrawn_version_is_not_offered_and_stays_on_the_shelf(small: Database) -> None:
    [version] = published_versions(small)
    with ThreadPoolExecutor(2) as two:
        done = two.map(
            lambda reason: withdraw(small, version.fingerprint, reason, who=APPROVER, now=NOW), ["sai", "lỗi"]
        )
        assert sorted(done) == [False, True]
    assert offered(small) == []
    assert shelved(small, version.fingerprint).version == version
