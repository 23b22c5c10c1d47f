"""People: who may sign in, and whether this is them."""

from pathlib import Path
from typing import Literal

import pytest
from argon2 import Parameters, PasswordHasher, extract_parameters
from argon2.low_level import Type

from survey.actions import signing_in
from survey.actions.people import (
    SHORTEST_PASSWORD,
    NameTaken,
    NameUnfit,
    PasswordTooShort,
    add_account,
)
from survey.actions.signing_in import Attempt, WrongSignIn, check_password
from survey.core.account import Account
from survey.store import accounts
from survey.store.database import Database
from tests.places import NOW, OFFICER, PASSWORD

NEW = Account("moi", "Người mới", "leader")
OWASP_MEMORY, OWASP_TIME = 19456, 2


def sign_in(database: Database, name: str, password: str) -> Account | None:
    try:
        return check_password(database, Attempt(name, "", b"a key for tests only"), password, now=NOW)
    except WrongSignIn:
        return None


def account_named(database: Database, name: str) -> Account | None:
    with database.reading() as session:
        return accounts.with_name(session, name)


def hash_of(database: Database, name: str) -> str:
    with database.reading() as session:
        stored = accounts.password_hash(session, name)
    assert stored is not None
    return stored


def test_the_right_name_and_password_give_the_account(small: Database) -> None:
    assert sign_in(small, "canbo", PASSWORD) == OFFICER


@pytest.mark.parametrize("wrong", ["", PASSWORD + " ", PASSWORD[:-1], PASSWORD.upper(), "mật khẩu khác hẳn"])
def test_a_wrong_password_gives_nobody(sqlite_small: Database, wrong: str) -> None:
    assert sign_in(sqlite_small, "canbo", wrong) is None


@pytest.mark.parametrize("name", ["", "nobody", "CANBO", "canbo ", "can%"])
def test_an_unknown_name_gives_nobody(sqlite_small: Database, name: str) -> None:
    assert sign_in(sqlite_small, name, PASSWORD) is None


def test_the_password_that_guards_unknown_names_opens_nothing(sqlite_small: Database) -> None:
    assert sign_in(sqlite_small, "nobody", "nobody has this password") is None


def test_one_persons_password_does_not_open_another_account(sqlite_small: Database) -> None:
    add_account(sqlite_small, NEW, "một mật khẩu dài khác", by="sipas", now=NOW)
    assert sign_in(sqlite_small, "moi", PASSWORD) is None
    assert sign_in(sqlite_small, "moi", "một mật khẩu dài khác") == NEW


def test_an_unknown_name_costs_the_same_work_as_a_wrong_password(
    sqlite_small: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    work: list[Parameters] = []

    class Watched(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 - its name there
            work.append(extract_parameters(str(hash)))
            return super().verify(hash, password)

    monkeypatch.setattr(signing_in, "HASHER", Watched())
    assert sign_in(sqlite_small, "canbo", "mật khẩu sai") is None
    assert sign_in(sqlite_small, "nobody", "mật khẩu sai") is None
    [for_wrong, for_unknown] = work
    assert for_wrong == for_unknown


@pytest.mark.parametrize("length", [0, 1, SHORTEST_PASSWORD - 1])
def test_a_short_password_is_refused_and_no_account_made(sqlite_small: Database, length: int) -> None:
    with pytest.raises(PasswordTooShort):
        add_account(sqlite_small, NEW, "đ" * length, by="sipas", now=NOW)
    assert account_named(sqlite_small, "moi") is None


def test_a_password_of_the_shortest_length_is_accepted(sqlite_small: Database) -> None:
    add_account(sqlite_small, NEW, "đ" * SHORTEST_PASSWORD, by="sipas", now=NOW)
    assert sign_in(sqlite_small, "moi", "đ" * SHORTEST_PASSWORD) == NEW


def test_a_very_long_password_counts_to_its_last_letter(sqlite_small: Database) -> None:
    add_account(sqlite_small, NEW, "đ" * 200 + "a", by="sipas", now=NOW)
    assert sign_in(sqlite_small, "moi", "đ" * 200 + "b") is None
    assert sign_in(sqlite_small, "moi", "đ" * 200 + "a") == NEW


@pytest.mark.parametrize("name", ["", " ", "can\u200bbo", "can\nbo", "can\x00bo"])
def test_a_blank_name_or_one_with_invisible_characters_is_refused_and_signs_nobody_in(
    small: Database, name: str
) -> None:
    with pytest.raises(NameUnfit):
        add_account(small, Account(name, "Người mới", "leader"), "một mật khẩu dài khác", by="sipas", now=NOW)
    assert sign_in(small, name, "một mật khẩu dài khác") is None


def test_a_name_in_use_is_refused_and_its_owner_keeps_everything(small: Database) -> None:
    before = hash_of(small, "canbo")
    with pytest.raises(NameTaken, match="canbo"):
        add_account(
            small, Account("canbo", "Kẻ khác", "leader"), "một mật khẩu dài khác", by="sipas", now=NOW
        )
    assert hash_of(small, "canbo") == before
    assert account_named(small, "canbo") == OFFICER
    assert sign_in(small, "canbo", PASSWORD) == OFFICER


def test_a_password_is_kept_as_argon2id_with_the_cost_that_owasp_asks_for(sqlite_small: Database) -> None:
    add_account(sqlite_small, NEW, "một mật khẩu dài khác", by="sipas", now=NOW)
    parameters = extract_parameters(hash_of(sqlite_small, "moi"))
    assert parameters.type is Type.ID
    assert parameters.memory_cost >= OWASP_MEMORY
    assert parameters.time_cost >= OWASP_TIME
    assert parameters.salt_len >= 16


def test_the_same_password_is_kept_differently_for_two_people(sqlite_small: Database) -> None:
    add_account(sqlite_small, NEW, PASSWORD, by="sipas", now=NOW)
    add_account(sqlite_small, Account("khac", "Người khác", "officer"), PASSWORD, by="sipas", now=NOW)
    assert len({hash_of(sqlite_small, name) for name in ("moi", "khac", "canbo")}) == 3


def test_the_password_itself_stands_nowhere_in_the_database_files(
    sqlite_small: Database, tmp_path: Path
) -> None:
    add_account(sqlite_small, NEW, "một mật khẩu dài khác", by="sipas", now=NOW)
    files = list(tmp_path.glob("*.sqlite*"))
    content = b"".join(file.read_bytes() for file in files)
    assert "Người mới".encode() in content  # what is stored can be found this way
    assert PASSWORD.encode() not in content
    assert "một mật khẩu dài khác".encode() not in content


def test_an_account_is_found_by_its_name_for_an_open_session(sqlite_small: Database) -> None:
    assert account_named(sqlite_small, "canbo") == OFFICER
    assert account_named(sqlite_small, "nobody") is None
