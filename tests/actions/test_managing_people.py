"""An administrator changes people: everything in the trail, and somebody can always manage people."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from survey.actions.people import (
    EASILY_READ,
    IdentityTaken,
    LastAdministrator,
    NotYourself,
    PersonUnknown,
    add_account,
    change_account,
    end_sessions,
    everybody,
    fresh_password,
    person,
    remove_second_factor,
    restore,
    set_password,
    withdraw,
)
from survey.actions.signing_in import Attempt, WrongSignIn, account_of, begin_session, check_password
from survey.core.account import Account
from survey.store import accounts, trail
from survey.store.database import Database
from tests.places import ADMINISTRATOR, NOW, OFFICER, PASSWORD, PEOPLE

SECOND = Account("quantri2", "Người quản trị thứ hai", "administrator")


def second_administrator(database: Database) -> None:
    add_account(database, SECOND, PASSWORD, by="sipas", now=NOW)


def last_deed(database: Database) -> tuple[str, str, str, object]:
    with database.reading() as session:
        entry = list(trail.entries(session))[-1]
    return entry.who, entry.deed, entry.subject, dict(entry.detail)


def test_everybody_is_listed_by_name(sqlite_small: Database) -> None:
    assert everybody(sqlite_small) == sorted(PEOPLE, key=lambda account: account.name)


def test_a_change_is_kept_and_its_before_and_after_stand_in_the_trail(small: Database) -> None:
    changed = replace(OFFICER, role="leader", unit_code="XA", identity="canbo@thu.gov.vn")
    change_account(small, changed, by=ADMINISTRATOR, now=NOW)
    assert person(small, "canbo") == changed
    detail = {"role": ["officer", "leader"], "unit": [None, "XA"], "identity": [None, "canbo@thu.gov.vn"]}
    assert last_deed(small) == ("quantri", "person_changed", "canbo", detail)


def test_a_change_of_nothing_is_no_deed(sqlite_small: Database) -> None:
    change_account(sqlite_small, OFFICER, by=ADMINISTRATOR, now=NOW)
    with sqlite_small.reading() as session:
        assert list(trail.entries(session)) == []


def test_who_is_withdrawn_is_signed_out_and_stays_out_until_restored(small: Database) -> None:
    token = begin_session(small, OFFICER, now=NOW)
    withdraw(small, "canbo", by=ADMINISTRATOR, now=NOW)
    assert last_deed(small)[:3] == ("quantri", "person_withdrawn", "canbo")
    assert account_of(small, token, now=NOW) is None
    attempt = Attempt("canbo", "", b"a key for tests only")
    with pytest.raises(WrongSignIn):
        check_password(small, attempt, PASSWORD, now=NOW)
    restore(small, "canbo", by="quantri", now=NOW)
    assert last_deed(small)[:3] == ("quantri", "person_restored", "canbo")
    assert account_of(small, token, now=NOW) is None  # the old session does not come back to life
    assert check_password(small, attempt, PASSWORD, now=NOW) == OFFICER


def test_a_new_password_and_an_end_of_sessions_sign_somebody_out(sqlite_small: Database) -> None:
    deeds = [
        ("password_set", lambda: set_password(sqlite_small, "canbo", PASSWORD, by="quantri", now=NOW)),
        ("sessions_ended", lambda: end_sessions(sqlite_small, "canbo", by=ADMINISTRATOR, now=NOW)),
    ]
    for name, deed in deeds:
        token = begin_session(sqlite_small, OFFICER, now=NOW)
        other = begin_session(sqlite_small, ADMINISTRATOR, now=NOW)
        deed()
        assert last_deed(sqlite_small) == ("quantri", name, "canbo", {})
        assert account_of(sqlite_small, token, now=NOW) is None
        assert account_of(sqlite_small, other, now=NOW) == ADMINISTRATOR


def test_a_lost_phone_is_forgotten_once(sqlite_small: Database) -> None:
    with sqlite_small.writing() as session:
        accounts.set_second_factor(session, "canbo", "SECRET", step=1)
    for _ in range(2):
        remove_second_factor(sqlite_small, "canbo", by="quantri", now=NOW)
    assert not person(sqlite_small, "canbo").has_second_factor
    with sqlite_small.reading() as session:
        assert [entry.deed for entry in trail.entries(session)] == ["second_factor_removed"]


def test_nobody_withdraws_or_demotes_themselves_but_may_change_their_name(sqlite_small: Database) -> None:
    second_administrator(sqlite_small)
    with pytest.raises(NotYourself):
        withdraw(sqlite_small, "quantri", by=ADMINISTRATOR, now=NOW)
    for worse in (replace(ADMINISTRATOR, role="leader"), replace(ADMINISTRATOR, unit_code="XA")):
        with pytest.raises(NotYourself):
            change_account(sqlite_small, worse, by=ADMINISTRATOR, now=NOW)
    renamed = replace(ADMINISTRATOR, display_name="Tên khác")
    change_account(sqlite_small, renamed, by=ADMINISTRATOR, now=NOW)
    assert person(sqlite_small, "quantri") == renamed


def test_the_last_administrator_cannot_be_withdrawn_demoted_or_limited_by_anybody(small: Database) -> None:
    with pytest.raises(LastAdministrator):
        withdraw(small, "quantri", by=SECOND, now=NOW)
    for worse in (replace(ADMINISTRATOR, role="leader"), replace(ADMINISTRATOR, unit_code="XA")):
        with pytest.raises(LastAdministrator):
            change_account(small, worse, by=SECOND, now=NOW)
    assert person(small, "quantri") == ADMINISTRATOR


def test_one_who_is_withdrawn_or_limited_does_not_count_as_an_administrator(sqlite_small: Database) -> None:
    second_administrator(sqlite_small)
    withdraw(sqlite_small, "quantri2", by=ADMINISTRATOR, now=NOW)
    with pytest.raises(LastAdministrator):
        withdraw(sqlite_small, "quantri", by=SECOND, now=NOW)
    restore(sqlite_small, "quantri2", by="quantri", now=NOW)
    withdraw(sqlite_small, "quantri", by=SECOND, now=NOW)


def test_two_administrators_who_withdraw_each_other_at_once_do_not_both_succeed(small: Database) -> None:
    second_administrator(small)

    def withdrawn(names: tuple[str, Account]) -> bool:
        name, by = names
        try:
            withdraw(small, name, by=by, now=NOW + timedelta(seconds=1))
        except LastAdministrator:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(withdrawn, [("quantri2", ADMINISTRATOR), ("quantri", SECOND)]))
    assert sorted(done) == [False, True]


def test_an_identity_belongs_to_one_person(small: Database) -> None:
    change_account(small, replace(OFFICER, identity="a@b.vn"), by=ADMINISTRATOR, now=NOW)
    with pytest.raises(IdentityTaken, match="canbo"):
        change_account(small, replace(ADMINISTRATOR, identity="a@b.vn"), by=ADMINISTRATOR, now=NOW)
    with pytest.raises(IdentityTaken, match="canbo"):
        add_account(small, replace(SECOND, identity="a@b.vn"), PASSWORD, by="quantri", now=NOW)


def test_somebody_unknown_is_said_to_be_unknown(sqlite_small: Database) -> None:
    deeds = [
        lambda: person(sqlite_small, "ai"),
        lambda: change_account(sqlite_small, Account("ai", "x", "leader"), by=ADMINISTRATOR, now=NOW),
        lambda: set_password(sqlite_small, "ai", PASSWORD, by="quantri", now=NOW),
        lambda: withdraw(sqlite_small, "ai", by=ADMINISTRATOR, now=NOW),
        lambda: restore(sqlite_small, "ai", by="quantri", now=NOW),
        lambda: end_sessions(sqlite_small, "ai", by=ADMINISTRATOR, now=NOW),
        lambda: remove_second_factor(sqlite_small, "ai", by="quantri", now=NOW),
    ]
    for deed in deeds:
        with pytest.raises(PersonUnknown, match="ai"):
            deed()


def test_a_password_made_here_is_long_easy_to_read_and_never_the_same() -> None:
    made = {fresh_password() for _ in range(50)}
    assert len(made) == 50
    assert all(set(password) <= set(EASILY_READ) | {"-"} and len(password) == 23 for password in made)
