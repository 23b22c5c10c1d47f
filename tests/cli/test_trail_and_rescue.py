"""The trail checked by one command, and the way back in when no administrator can help."""

import pytest
from sqlalchemy import text

from survey.actions.people import person, withdraw
from survey.actions.signing_in import Attempt, begin_session, check_password
from survey.actions.trail import verify
from survey.core.account import Account
from survey.store import accounts
from survey.store.database import Database
from tests.cli.conftest import Run
from tests.places import ADMINISTRATOR, NOW, OFFICER

BROKEN = 1
NEW = "một mật khẩu hoàn toàn mới"


def cut(database: Database, statement: str) -> None:
    """Change the trail as the owner of the database could."""
    with database.writing() as session:
        for event in ("update", "delete", "replace"):
            session.execute(text(f"DROP TRIGGER trail_refuses_{event}"))
        session.execute(text(statement))


@pytest.fixture
def with_deeds(filled: Database) -> Database:
    """The instance's database after three deeds."""
    for _ in range(3):
        begin_session(filled, OFFICER, now=NOW)
    return filled


def test_a_whole_trail_is_said_to_be_whole_with_its_newest_hash(sipas: Run, with_deeds: Database) -> None:
    said = sipas("trail", "verify").success
    assert "nguyên vẹn: 3 việc" in said
    assert verify(with_deeds).newest in said


def test_a_rewritten_deed_is_named_and_the_exit_code_is_1(sipas: Run, with_deeds: Database) -> None:
    cut(with_deeds, "UPDATE trail SET who = 'nguoi khac' WHERE number = 2")
    outcome = sipas("trail", "verify")
    assert (outcome.code, outcome.out) == (BROKEN, "")
    assert "việc số 2" in outcome.err


def test_a_cut_tail_is_found_with_the_hash_that_was_noted_only(sipas: Run, with_deeds: Database) -> None:
    noted = verify(with_deeds).newest
    assert sipas("trail", "verify", "--noted", noted).success
    cut(with_deeds, "DELETE FROM trail WHERE number = 3")
    assert sipas("trail", "verify").success
    outcome = sipas("trail", "verify", "--noted", noted)
    assert outcome.code == BROKEN
    assert "đã bị cắt" in outcome.err


def test_the_only_administrator_who_lost_everything_gets_back_in(
    sipas: Run, filled: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with filled.writing() as session:
        accounts.set_second_factor(session, "quantri", "SECRET")
        accounts.add(session, Account("khac", "x", "administrator"), password_hash="none")  # noqa: S106  opens nothing
    withdraw(filled, "quantri", by=Account("khac", "x", "administrator"), now=NOW)
    monkeypatch.setenv("SIPAS_PASSWORD", NEW)
    assert "quantri" in sipas("user", "reset", "quantri").success
    assert person(filled, "quantri") == ADMINISTRATOR
    attempt = Attempt("quantri", "", b"a key for tests only")
    assert check_password(filled, attempt, NEW, now=NOW) == ADMINISTRATOR
    assert verify(filled).entries == 4


def test_nobody_unknown_is_let_in(sipas: Run, filled: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIPAS_PASSWORD", NEW)
    assert "ai" in sipas("user", "reset", "ai").refusal
    assert verify(filled).entries == 0
