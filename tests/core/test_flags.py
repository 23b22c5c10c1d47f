"""Each rule finds what it is about, leaves honest units alone, and no rule ever takes an answer away."""

from dataclasses import replace

import numpy as np
import pytest

from survey.core.credibility import Reach, judge
from survey.core.evidence import Evidence
from survey.core.flags import FEWEST, Arrivals, Rule, flag
from survey.core.scoring import score_round
from survey.core.target import Comparator, Outcome, Target
from survey.core.target_sheets import load_target_sheet
from survey.library import shipped_target_sheets
from tests.core.tiny import evidence

MORNING = 483_000
"""An hour since 1970 that is 7 o'clock in Việt Nam."""
TARGET = next(
    target
    for target in load_target_sheet(shipped_target_sheets()["nghe-an-2024"], name="x").targets
    if target.comparator is Comparator.AT_LEAST
)
AT_NIGHT = {Rule.NIGHT: 30}
CONTENT, UNHAPPY, MIXED = [5, 5, 4], [1, 2, 2], [5, 2, 3]


def land(rows: list[list[int]], *, dossiers: int = 5000, verified: int = 0) -> Evidence:
    """Responses about land at one commune; the first ones are verified."""
    made = evidence({("A", "land"): dossiers}, [("A", "land", codes) for codes in rows])
    return replace(
        made, mode=np.array([int(at < verified) for at in range(len(rows))]), modes=("qr", "ticket")
    )


def at_hours(hours: list[int], late: int = 0) -> Arrivals:
    return Arrivals(
        np.zeros(len(hours), int), np.array(hours), np.full(len(hours), late), np.zeros(len(hours), bool)
    )


def day_by_day(number: int) -> list[int]:
    """One response an hour, in the ten hours of an office's day."""
    return [MORNING + 24 * (at // 10) + at % 10 for at in range(number)]


def flagged(found: Evidence, arrivals: Arrivals) -> dict[Rule, int]:
    return {rule: int(of.sum()) for rule, of in flag(found, arrivals).by_rule.items() if of.any()}


def test_a_quiet_counter_raises_no_flag() -> None:
    assert flagged(land([MIXED, CONTENT, UNHAPPY] * 40), at_hours(day_by_day(120))) == {}


def test_no_responses_raise_no_flag() -> None:
    assert flagged(land([]), at_hours([])) == {}


def test_a_rush_of_four_times_the_usual_is_no_burst_and_of_thirty_times_is_one() -> None:
    rush = [*day_by_day(100), *[MORNING + 24 * 50] * 4]
    assert flagged(land([MIXED] * 104), at_hours(rush)) == {}
    burst = [*day_by_day(100), *[MORNING + 24 * 50] * 30]
    assert flagged(land([MIXED] * 130), at_hours(burst)) == {Rule.BURST: 30}


def test_what_phones_deliver_late_all_at_once_is_no_burst() -> None:
    assert flagged(land([MIXED] * 30), at_hours([MORNING + 9] * 30, late=3)) == {}


@pytest.mark.parametrize(
    ("local", "found"), [(21, {}), (22, AT_NIGHT), (0, AT_NIGHT), (5, AT_NIGHT), (6, {})]
)
def test_the_night_is_from_22_to_6_by_the_clock_of_viet_nam(local: int, found: dict[Rule, int]) -> None:
    hours = [*day_by_day(100), *(MORNING - 7 + local + 24 * day for day in range(30))]
    assert flagged(land([MIXED] * 130), at_hours(hours)) == found


def test_a_night_owl_or_two_raise_no_flag() -> None:
    hours = [*day_by_day(100), MORNING + 16, MORNING + 40]
    assert flagged(land([MIXED] * 102), at_hours(hours)) == {}


def test_what_was_finished_by_day_and_delivered_at_night_is_not_at_night() -> None:
    assert (
        flagged(land([MIXED] * 30), at_hours([MORNING + 17 + 24 * day for day in range(30)], late=10)) == {}
    )


def hurried(number: int, of: int, *, every_kind: str = "qr") -> dict[Rule, int]:
    """What is flagged if the last ones of some responses were hurried."""
    fast = np.arange(of) >= of - number
    found = replace(land([MIXED] * of), modes=(every_kind, "ticket"))
    return flagged(found, replace(at_hours(day_by_day(of)), hurried=fast))


def test_a_unit_where_many_answer_faster_than_anybody_reads_is_flagged_and_those_answers_alone() -> None:
    assert hurried(30, 200) == {Rule.HURRIED: 30}


def test_a_few_who_know_the_form_by_heart_raise_no_flag() -> None:
    assert hurried(12, 200) == {}
    assert hurried(0, 200) == {}


def test_what_officers_put_in_is_never_too_fast() -> None:
    assert hurried(30, 200, every_kind="paper") == {}


def test_more_answers_than_dossiers_flags_the_open_ones_of_the_stratum() -> None:
    assert flagged(land([MIXED] * 12, dossiers=11, verified=5), at_hours(day_by_day(12))) == {
        Rule.MORE_THAN_DOSSIERS: 7
    }
    assert flagged(land([MIXED] * 12, dossiers=12), at_hours(day_by_day(12))) == {}


def test_open_answers_far_happier_than_verified_ones_are_flagged() -> None:
    verified = [MIXED, UNHAPPY] * 20
    assert flagged(land([*verified, *[CONTENT] * 40], verified=40), at_hours(day_by_day(80))) == {
        Rule.OPEN_ABOVE_VERIFIED: 40
    }
    assert flagged(land([*verified, *verified], verified=40), at_hours(day_by_day(80))) == {}


def test_the_gap_is_not_judged_where_one_side_is_too_small_nor_where_open_answers_are_worse() -> None:
    few = FEWEST - 1
    assert (
        flagged(land([*[UNHAPPY] * few, *[CONTENT] * 40], verified=few), at_hours(day_by_day(40 + few))) == {}
    )
    assert flagged(land([*[CONTENT] * 40, *[UNHAPPY] * 40], verified=40), at_hours(day_by_day(80))) == {}


def test_the_index_is_taken_three_ways_and_says_when_the_verdict_depends_on_it() -> None:
    assert TARGET.threshold > 0.5
    honest = [MIXED, UNHAPPY, CONTENT] * 20
    stuffed = [[5, 5, 5], [5, 5, 4]] * 3000
    arrivals = at_hours([*day_by_day(60), *[MORNING + 24 * 50 + 16] * 6000])
    trust = judge(
        score_round(land([*honest, *stuffed], dossiers=100_000, verified=30)),
        arrivals,
        Reach({("A", "land"): 40}),
        TARGET,
    )
    assert trust.flagged[Rule.BURST] == trust.flagged[Rule.NIGHT] == 6000
    assert trust.any_flagged == trust.flagged[Rule.OPEN_ABOVE_VERIFIED] == 6030
    assert [way.measure.responses for way in (trust.everybody, trust.unflagged, trust.verified)] == [
        6060,
        30,
        30,
    ]
    outcomes = [way.verdict.outcome for way in (trust.everybody, trust.unflagged) if way.verdict]
    assert outcomes == [Outcome.MET, Outcome.NOT_MET]
    assert trust.depends
    [unit] = trust.suspicious
    assert (unit.unit.code, unit.invited, unit.verified, unit.responses) == ("A", 40, 30, 6060)


def test_without_flags_the_three_ways_agree_and_nothing_depends_on_them() -> None:
    trust = judge(
        score_round(land([MIXED, UNHAPPY] * 30, verified=30)), at_hours(day_by_day(60)), Reach(), None
    )
    assert (trust.any_flagged, trust.suspicious, trust.depends) == (0, (), False)
    assert trust.unflagged == trust.everybody
    assert isinstance(TARGET, Target)
