"""Rounds open and close by the clock, with nothing running; versions change from a day on; re-opening leaves a trace."""

from datetime import datetime, timedelta

import pytest

from survey.actions.answering import NoOpenRound, open_counter
from survey.actions.answering import reopen as reopen_page
from survey.actions.making_rounds import VersionNotOffered
from survey.actions.publishing import publish
from survey.actions.rounds import RoundUnknown, board, close_round
from survey.actions.scheduling import (
    MomentUnfit,
    NotNow,
    OtherQuestionnaire,
    ReasonUnfit,
    beginning_of,
    plan_version,
    readiness,
    reopen,
    reopenings,
    set_closing,
    set_opening,
    unplan_version,
    version_plan,
)
from survey.core.draft import Withdrawal
from survey.core.round import VIETNAM, State
from survey.core.trail import Deed
from survey.library import shipped_definitions
from survey.store import trail, versions
from survey.store.database import Database
from tests.actions.test_answering import send
from tests.actions.test_making_rounds import made, newest_deed
from tests.core.variants import without_item
from tests.places import EARLIER, LAND_ONLY, MIXED, NOW, OFFICER, ROUND, five_factors

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WHY = "Đóng nhầm ngày, còn hai xã chưa phát phiếu"


def state(database: Database, code: str, now: datetime) -> State:
    return board(database, code, within=None, now=now).state


def test_a_round_opens_and_closes_by_the_clock_with_nothing_running(small: Database) -> None:
    code = made(small).code
    close_round(small, ROUND, by=OFFICER, now=NOW)
    set_opening(small, code, NOW + HOUR, by=OFFICER, now=NOW)
    set_closing(small, code, NOW + 3 * HOUR, by=OFFICER, now=NOW)
    with pytest.raises(NoOpenRound):
        open_counter(small, MIXED, now=NOW)
    sheet = open_counter(small, MIXED, now=NOW + HOUR)
    assert sheet.round.code == code
    assert send(small, sheet, now=NOW + 2 * HOUR).is_new
    with pytest.raises(NoOpenRound):
        open_counter(small, MIXED, now=NOW + 3 * HOUR)
    with pytest.raises(NoOpenRound):
        send(small, sheet, now=NOW + 4 * HOUR + timedelta(seconds=1))
    assert [state(small, code, NOW + n * HOUR) for n in range(4)] == [
        State.PLANNED, State.OPEN, State.OPEN, State.CLOSED,
    ]  # fmt: skip


def test_an_opening_that_is_not_ahead_opens_at_once_and_never_into_the_past(sqlite_small: Database) -> None:
    code = made(sqlite_small).code
    assert set_opening(sqlite_small, code, NOW - DAY, by=OFFICER, now=NOW).opened_at == NOW
    assert newest_deed(sqlite_small) == (Deed.ROUND_OPENED.value, code)
    with pytest.raises(NotNow):
        set_opening(sqlite_small, code, None, by=OFFICER, now=NOW)


def test_an_opening_ahead_can_be_taken_back(sqlite_small: Database) -> None:
    code = made(sqlite_small).code
    set_opening(sqlite_small, code, NOW + DAY, by=OFFICER, now=NOW)
    set_opening(sqlite_small, code, None, by=OFFICER, now=NOW)
    assert state(sqlite_small, code, NOW + 9 * DAY) is State.DRAFT


def test_moments_in_the_wrong_order_are_refused(sqlite_small: Database) -> None:
    code = made(sqlite_small).code
    set_opening(sqlite_small, code, NOW + 2 * DAY, by=OFFICER, now=NOW)
    for moment in (NOW, NOW - DAY, NOW + DAY, NOW + 2 * DAY):
        with pytest.raises(MomentUnfit):
            set_closing(sqlite_small, code, moment, by=OFFICER, now=NOW)
    set_closing(sqlite_small, code, NOW + 3 * DAY, by=OFFICER, now=NOW)
    with pytest.raises(MomentUnfit):
        set_opening(sqlite_small, code, NOW + 3 * DAY, by=OFFICER, now=NOW)


def test_closing_at_once_overrules_a_closing_that_was_set(sqlite_small: Database) -> None:
    set_closing(sqlite_small, ROUND, NOW + DAY, by=OFFICER, now=NOW)
    assert close_round(sqlite_small, ROUND, by=OFFICER, now=NOW)
    assert board(sqlite_small, ROUND, within=None, now=NOW).round.closed_at == NOW
    with pytest.raises(NotNow):
        set_closing(sqlite_small, ROUND, None, by=OFFICER, now=NOW)


def test_a_round_whose_version_was_withdrawn_does_not_open(sqlite_small: Database) -> None:
    round_ = made(sqlite_small)
    with sqlite_small.writing() as session:
        versions.withdraw(session, round_.version.fingerprint, Withdrawal("sai câu", "duyet", NOW))
    with pytest.raises(VersionNotOffered):
        set_opening(sqlite_small, round_.code, NOW, by=OFFICER, now=NOW)
    assert readiness(sqlite_small, round_.code, now=NOW)[1].version_withdrawn


def test_readiness_says_what_is_missing(sqlite_small: Database) -> None:
    code = made(sqlite_small).code
    _round, ready = readiness(sqlite_small, code, now=NOW)
    assert (ready.dossiers, ready.counters) == (0, 4)
    assert [other.code for other in ready.others] == [ROUND]


# --- opening again -----------------------------------------------------------------------------------


def test_a_closed_round_opens_again_and_says_when_and_why(small: Database) -> None:
    close_round(small, ROUND, by=OFFICER, now=NOW)
    reopen(small, ROUND, f"  {WHY} ", by=OFFICER, now=NOW + HOUR)
    assert state(small, ROUND, NOW + HOUR) is State.OPEN
    [said] = reopenings(small, ROUND)
    assert (said.closed_at, said.reopened_at, said.reason, said.who) == (NOW, NOW + HOUR, WHY, "canbo")
    with small.reading() as session:
        [entry] = [e for e in trail.entries(session) if e.deed == Deed.ROUND_REOPENED.value]
    assert entry.detail["reason"] == WHY


@pytest.mark.parametrize("reason", ["", "nhầm", " " * 40, "x" * 501])
def test_a_round_is_not_opened_again_without_a_real_reason(sqlite_small: Database, reason: str) -> None:
    close_round(sqlite_small, ROUND, by=OFFICER, now=NOW)
    with pytest.raises(ReasonUnfit):
        reopen(sqlite_small, ROUND, reason, by=OFFICER, now=NOW)
    assert reopenings(sqlite_small, ROUND) == ()


def test_only_a_closed_round_is_opened_again(sqlite_small: Database) -> None:
    for code in (ROUND, made(sqlite_small).code):
        with pytest.raises(NotNow):
            reopen(sqlite_small, code, WHY, by=OFFICER, now=NOW)
    with pytest.raises(RoundUnknown):
        reopen(sqlite_small, "2031-q1", WHY, by=OFFICER, now=NOW)


# --- versions from a day on --------------------------------------------------------------------------


def test_from_its_day_on_scanning_opens_the_planned_version_and_begun_forms_stay_on_theirs(
    small: Database,
) -> None:
    second = publish(small, without_item(five_factors(), "a1"), now=NOW)
    day = (NOW + 2 * DAY).astimezone(VIETNAM).date()
    plan_version(small, ROUND, second.fingerprint, day, by=OFFICER, now=NOW)
    begun = open_counter(small, MIXED, now=beginning_of(day) - timedelta(seconds=1))
    later = open_counter(small, MIXED, now=beginning_of(day))
    assert (begun.version.number, later.version) == (1, second)
    visit = begun.visit("0" * 32, mode="qr", now=beginning_of(day) - timedelta(minutes=1))
    assert reopen_page(small, visit).version == begun.version
    assert board(small, ROUND, within=None, now=beginning_of(day)).round.version == second
    assert [planned.version for planned in version_plan(small, ROUND, now=NOW).ahead] == [second]


def test_what_was_planned_can_be_taken_back_until_its_day(sqlite_small: Database) -> None:
    second = publish(sqlite_small, without_item(five_factors(), "a1"), now=NOW)
    day = (NOW + 2 * DAY).astimezone(VIETNAM).date()
    plan_version(sqlite_small, ROUND, second.fingerprint, day, by=OFFICER, now=NOW)
    assert not unplan_version(sqlite_small, ROUND, day, by=OFFICER, now=NOW + 3 * DAY)
    assert unplan_version(sqlite_small, ROUND, day, by=OFFICER, now=NOW)
    assert not unplan_version(sqlite_small, ROUND, day, by=OFFICER, now=NOW)
    assert open_counter(sqlite_small, MIXED, now=NOW + 3 * DAY).version.number == 1


def test_a_version_put_to_use_now_counts_before_what_was_planned_for_earlier(sqlite_small: Database) -> None:
    second = publish(sqlite_small, without_item(five_factors(), "a1"), now=NOW)
    third = publish(sqlite_small, without_item(five_factors(), "a2"), now=NOW)
    tomorrow = (NOW + DAY).astimezone(VIETNAM).date()
    plan_version(sqlite_small, ROUND, second.fingerprint, tomorrow, by=OFFICER, now=NOW)
    plan_version(sqlite_small, ROUND, third.fingerprint, None, by=OFFICER, now=NOW + 2 * DAY)
    assert open_counter(sqlite_small, MIXED, now=NOW + 3 * DAY).version == third


def test_a_version_planned_for_after_the_closing_is_never_asked(sqlite_small: Database) -> None:
    second = publish(sqlite_small, without_item(five_factors(), "a1"), now=NOW)
    day = (NOW + 5 * DAY).astimezone(VIETNAM).date()
    plan_version(sqlite_small, ROUND, second.fingerprint, day, by=OFFICER, now=NOW)
    close_round(sqlite_small, ROUND, by=OFFICER, now=NOW + DAY)
    assert board(sqlite_small, ROUND, within=None, now=NOW + 30 * DAY).round.version.number == 1


def test_an_open_round_takes_no_other_questionnaire_and_no_day_that_is_not_its_own(
    sqlite_small: Database,
) -> None:
    other = publish(sqlite_small, shipped_definitions()["danh_gia_nd61"], now=NOW)
    second = publish(sqlite_small, without_item(five_factors(), "a1"), now=NOW)
    with pytest.raises(OtherQuestionnaire):
        plan_version(sqlite_small, ROUND, other.fingerprint, None, by=OFFICER, now=NOW)
    today = NOW.astimezone(VIETNAM).date()
    for day in (today, today - DAY, today.replace(year=2027)):
        with pytest.raises(MomentUnfit):
            plan_version(sqlite_small, ROUND, second.fingerprint, day, by=OFFICER, now=NOW)
    with pytest.raises(NotNow):
        plan_version(sqlite_small, EARLIER, second.fingerprint, None, by=OFFICER, now=NOW)
    assert other not in version_plan(sqlite_small, ROUND, now=NOW).offered
    assert open_counter(sqlite_small, LAND_ONLY, now=NOW).version.number == 1
