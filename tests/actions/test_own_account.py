"""One's own account: passwords, the phone's codes, and what guessing costs."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pyotp
import pytest
from sqlalchemy import text

from survey.actions.own_account import (
    NoSecondFactor,
    change_password,
    recovery_codes_left,
    remove_second_factor,
    renew_recovery_codes,
    set_second_factor,
)
from survey.actions.people import PasswordTooShort
from survey.actions.signing_in import (
    Attempt,
    MustWait,
    WrongCode,
    WrongSignIn,
    account_of,
    begin_session,
    check_code,
    check_password,
)
from survey.core.lockout import FREE_FAILURES
from survey.core.second_factor import step_of
from survey.store import trail
from survey.store.database import Database
from tests.places import NOW, OFFICER, PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The secret of the test values in RFC 6238, appendix B."""
NEW = "một mật khẩu hoàn toàn mới"
STEP = timedelta(seconds=30)


def attempt(device: str = "") -> Attempt:
    return Attempt("canbo", device, b"a key for tests only")


def code_at(moment: datetime, secret: str = SECRET) -> str:
    return pyotp.TOTP(secret).at(moment)


def enrol(database: Database) -> tuple[str, ...]:
    """Set the second factor at NOW, which uses up its code at NOW; gives the recovery codes."""
    return set_second_factor(database, attempt(), PASSWORD, SECRET, code_at(NOW), token="", now=NOW)


def deeds(database: Database) -> list[str]:
    with database.reading() as session:
        return [entry.deed for entry in trail.entries(session)]


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    moment = datetime.fromtimestamp(seconds, NOW.tzinfo)
    assert step_of(RFC_SECRET, code, moment) == seconds // 30
    assert step_of(RFC_SECRET, f" {code[:3]} {code[3:]} ", moment) == seconds // 30


@pytest.mark.parametrize("typed", ["", "abcdef", "28708", "2870820", "２８７０８２", "287083"])
def test_what_is_not_the_code_is_no_code(typed: str) -> None:
    assert step_of(RFC_SECRET, typed, datetime.fromtimestamp(59, NOW.tzinfo)) is None


@pytest.mark.parametrize(("steps", "counts"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phone_may_be_half_a_minute_early_or_late_and_no_more(steps: int, *, counts: bool) -> None:
    assert (step_of(SECRET, code_at(NOW + steps * STEP), NOW) is not None) == counts


def test_a_changed_password_ends_all_sessions_but_the_one_it_was_changed_in(small: Database) -> None:
    here, elsewhere = (begin_session(small, OFFICER, now=NOW) for _ in range(2))
    change_password(small, attempt(), PASSWORD, NEW, token=here, now=NOW)
    assert account_of(small, here, now=NOW) == OFFICER
    assert account_of(small, elsewhere, now=NOW) is None
    assert check_password(small, attempt(), NEW, now=NOW) == OFFICER
    with pytest.raises(WrongSignIn):
        check_password(small, attempt(), PASSWORD, now=NOW)
    assert deeds(small)[-1] == "password_changed"


def test_a_wrong_old_password_or_a_short_new_one_changes_nothing(sqlite_small: Database) -> None:
    with pytest.raises(WrongSignIn):
        change_password(sqlite_small, attempt(), NEW, NEW, token="", now=NOW)
    with pytest.raises(PasswordTooShort):
        change_password(sqlite_small, attempt(), PASSWORD, "ngắn", token="", now=NOW)
    assert check_password(sqlite_small, attempt(), PASSWORD, now=NOW) == OFFICER
    assert deeds(sqlite_small) == []


def test_whoever_sits_at_an_open_session_cannot_guess_the_password_nor_lock_its_owner_out(
    sqlite_small: Database,
) -> None:
    thief = attempt("session stolen")
    for _ in range(FREE_FAILURES):
        with pytest.raises(WrongSignIn):
            change_password(sqlite_small, thief, "đoán bừa một mật khẩu", NEW, token="", now=NOW)
    with pytest.raises(MustWait):
        change_password(sqlite_small, thief, PASSWORD, NEW, token="", now=NOW)
    assert check_password(sqlite_small, attempt("her own desk"), PASSWORD, now=NOW) == OFFICER


def test_a_second_factor_is_set_with_password_and_code_and_ends_other_sessions(small: Database) -> None:
    elsewhere = begin_session(small, OFFICER, now=NOW)
    enrol(small)
    assert account_of(small, elsewhere, now=NOW) is None
    assert check_password(small, attempt(), PASSWORD, now=NOW).has_second_factor
    assert deeds(small)[-1] == "second_factor_set"


def test_a_second_factor_is_not_set_with_a_wrong_code_or_a_wrong_password(sqlite_small: Database) -> None:
    with pytest.raises(WrongCode):
        set_second_factor(sqlite_small, attempt(), PASSWORD, SECRET, "000000", token="", now=NOW)
    with pytest.raises(WrongSignIn):
        set_second_factor(sqlite_small, attempt(), NEW, SECRET, code_at(NOW), token="", now=NOW)
    assert not check_password(sqlite_small, attempt(), PASSWORD, now=NOW).has_second_factor


def test_a_code_is_good_once_and_none_before_it_is_good_any_more(small: Database) -> None:
    enrol(small)
    with pytest.raises(WrongCode):
        check_code(small, attempt(), code_at(NOW), now=NOW)  # it was used to enrol
    later = NOW + 2 * STEP
    check_code(small, attempt(), code_at(later), now=later)
    for used_up in (later, later - STEP):
        with pytest.raises(WrongCode):
            check_code(small, attempt(), code_at(used_up), now=later)
    check_code(small, attempt(), code_at(later + STEP), now=later)


def test_of_many_who_send_one_code_at_once_a_single_one_gets_in(small: Database) -> None:
    enrol(small)
    later = NOW + 2 * STEP

    def gets_in(_number: int) -> bool:
        try:
            check_code(small, attempt(), code_at(later), now=later)
        except (WrongCode, MustWait):
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(gets_in, range(8))) == 1


def test_guessing_codes_is_stopped_after_five_even_when_all_are_sent_at_once(small: Database) -> None:
    enrol(small)

    def answer(guess: int) -> str:
        try:
            check_code(small, attempt(), f"{guess:06}", now=NOW)
        except MustWait:
            return "must wait"
        except WrongCode:
            return "wrong"
        return "in"

    with ThreadPoolExecutor(4) as pool:
        heard = list(pool.map(answer, range(12)))
    assert heard.count("wrong") == FREE_FAILURES
    assert heard.count("must wait") == 12 - FREE_FAILURES
    later = NOW + 4 * STEP
    with pytest.raises(MustWait):
        check_code(small, attempt(), code_at(later), now=later)
    check_code(small, attempt("her own desk"), code_at(later), now=later)


def test_without_a_second_factor_no_code_is_right(sqlite_small: Database) -> None:
    with pytest.raises(WrongCode):
        check_code(sqlite_small, attempt(), code_at(NOW), now=NOW)


def test_a_second_factor_is_removed_with_the_password_only(sqlite_small: Database) -> None:
    enrol(sqlite_small)
    with pytest.raises(WrongSignIn):
        remove_second_factor(sqlite_small, attempt(), NEW, now=NOW)
    remove_second_factor(sqlite_small, attempt(), PASSWORD, now=NOW)
    assert not check_password(sqlite_small, attempt(), PASSWORD, now=NOW).has_second_factor
    assert deeds(sqlite_small) == ["second_factor_set", "second_factor_removed"]


# --- recovery codes ---------------------------------------------------------------------------------------


def test_ten_different_recovery_codes_are_made_with_a_second_factor(small: Database) -> None:
    codes = enrol(small)
    assert len(set(codes)) == 10
    assert all(len(code) == 14 and code.replace("-", "").isdecimal() for code in codes)
    assert recovery_codes_left(small, "canbo") == 10


def test_a_recovery_code_lets_in_once_however_it_is_typed(small: Database) -> None:
    codes = enrol(small)
    typed = [
        codes[0],
        codes[1].replace("-", ""),
        f" {codes[2].replace('-', ' ')} ",
        codes[3].replace("-", " – "),
    ]
    for used, code in enumerate(typed, start=1):
        assert check_code(small, attempt(), code, now=NOW) == 10 - used
    for code in typed[:2]:
        with pytest.raises(WrongCode):
            check_code(small, attempt(), code, now=NOW)
    assert deeds(small)[-4:] == ["recovery_code_used"] * 4
    assert check_code(small, attempt(), code_at(NOW + STEP), now=NOW) is None


def test_of_many_who_send_one_recovery_code_at_once_a_single_one_gets_in(small: Database) -> None:
    code = enrol(small)[0]

    def gets_in(_number: int) -> bool:
        try:
            check_code(small, attempt(), code, now=NOW)
        except (WrongCode, MustWait):
            return False
        return True

    with ThreadPoolExecutor(4) as crowd:
        assert sum(crowd.map(gets_in, range(8))) == 1
    assert recovery_codes_left(small, "canbo") == 9


@pytest.mark.parametrize(
    "typed", ["", "0", "000000", "abcd-efgh-ijkl", "１２３４５６７８９０１２", "1" * 13, "\0" * 12]
)
def test_what_is_no_recovery_code_counts_as_a_wrong_code(sqlite_small: Database, typed: str) -> None:
    enrol(sqlite_small)
    with pytest.raises(WrongCode):
        check_code(sqlite_small, attempt(), typed, now=NOW)
    assert recovery_codes_left(sqlite_small, "canbo") == 10


def test_guessing_recovery_codes_is_slowed_down(sqlite_small: Database) -> None:
    codes = enrol(sqlite_small)
    for guess in range(FREE_FAILURES):
        with pytest.raises(WrongCode):
            check_code(sqlite_small, attempt(), f"{guess:012}", now=NOW)
    with pytest.raises(MustWait):
        check_code(sqlite_small, attempt(), codes[0], now=NOW)
    assert recovery_codes_left(sqlite_small, "canbo") == 10


def test_a_code_of_somebody_else_or_of_another_instance_lets_nobody_in(sqlite_small: Database) -> None:
    code = enrol(sqlite_small)[0]
    key = b"a key for tests only"
    theirs = Attempt("lanhdao", "", key)
    set_second_factor(sqlite_small, theirs, PASSWORD, SECRET, code_at(NOW), token="", now=NOW)
    for other in (theirs, Attempt("canbo", "", b"another key")):
        with pytest.raises(WrongCode):
            check_code(sqlite_small, other, code, now=NOW)


def test_the_codes_themselves_are_stored_nowhere(sqlite_small: Database) -> None:
    codes = enrol(sqlite_small)
    with sqlite_small.reading() as session:
        stored = session.execute(text("SELECT hash FROM recovery_code")).scalars().all()
    assert {len(each) for each in stored} == {32}
    kept = b"".join(stored)
    assert not [code for code in codes if code.replace("-", "").encode() in kept]


def test_a_new_set_ends_the_old_one_and_needs_the_password(small: Database) -> None:
    old = enrol(small)
    with pytest.raises(WrongSignIn):
        renew_recovery_codes(small, attempt(), NEW, now=NOW)
    assert recovery_codes_left(small, "canbo") == 10
    new = renew_recovery_codes(small, attempt(), PASSWORD, now=NOW)
    assert deeds(small)[-1] == "recovery_codes_made"
    with pytest.raises(WrongCode):
        check_code(small, attempt(), old[0], now=NOW)
    assert check_code(small, attempt(), new[9], now=NOW) == 9


def test_without_a_second_factor_there_are_no_recovery_codes(small: Database) -> None:
    with pytest.raises(NoSecondFactor):
        renew_recovery_codes(small, attempt(), PASSWORD, now=NOW)
    codes = enrol(small)
    remove_second_factor(small, attempt(), PASSWORD, now=NOW)
    assert recovery_codes_left(small, "canbo") == 0
    with pytest.raises(WrongCode):
        check_code(small, attempt(), codes[0], now=NOW)
    later = NOW + 2 * STEP
    set_second_factor(small, attempt(), PASSWORD, SECRET, code_at(later), token="", now=later)
    with pytest.raises(WrongCode):
        check_code(small, attempt(), codes[0], now=later)
