"""Whoever looks at a round as often as they like, and once more when its figures are final, computes nobody's answers."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.core.evidence import NOT_ANSWERED_CODE, Evidence, IntArray
from survey.core.released import released
from tests.core.tiny import NA, evidence

CELLS = (("A", "land"), ("A", "civil"), ("B", "land"))
ARRIVALS = st.lists(
    st.tuples(st.integers(0, 12), st.sampled_from(CELLS), st.sampled_from([1, 4, NA])), max_size=70
)
FEWEST = st.integers(1, 6)
LAST = 13


def collected(arrivals: list[tuple[int, tuple[str, str], int]]) -> tuple[Evidence, IntArray]:
    rows = [(unit, field, (5, code, 2)) for _hour, (unit, field), code in arrivals]
    hours = np.array([hour for hour, _cell, _code in arrivals], dtype=np.int64)
    return evidence(dict.fromkeys(CELLS, 500), rows), hours


def seen(found: Evidence, hours: IntArray, before: int, fewest: int) -> list[set[tuple[int, int]]]:
    """Which answers count, by stratum: pairs of response and item."""
    shown, kept = released(found, hours, before=before, fewest=fewest)
    strata: list[set[tuple[int, int]]] = [set() for _ in range(4)]
    for row, item in np.argwhere(shown.answers >= 0).tolist():
        strata[shown.stratum[row]].add((int(kept[row]), item))
    return strata


def everything(found: Evidence) -> list[set[tuple[int, int]]]:
    strata: list[set[tuple[int, int]]] = [set() for _ in range(4)]
    for row, item in np.argwhere(found.answers >= 0).tolist():
        strata[found.stratum[row]].add((row, item))
    return strata


@settings(deadline=None)
@given(ARRIVALS, FEWEST)
def test_two_looks_differ_by_nothing_or_by_the_answers_of_enough_people_of_a_stratum(
    arrivals: list[tuple[int, tuple[str, str], int]], fewest: int
) -> None:
    found, hours = collected(arrivals)
    looks = [seen(found, hours, before, fewest) for before in range(LAST + 1)]
    for first, earlier in enumerate(looks):
        for later in looks[first:]:
            for before, after in zip(earlier, later, strict=True):
                assert before <= after
                for item in range(3):
                    came = [answer for answer in after - before if answer[1] == item]
                    assert not came or len(came) >= fewest


@settings(deadline=None)
@given(ARRIVALS, FEWEST)
def test_the_final_figures_less_the_last_look_are_enough_people_or_a_stratum_never_shown(
    arrivals: list[tuple[int, tuple[str, str], int]], fewest: int
) -> None:
    found, hours = collected(arrivals)
    final = everything(found)
    for before in range(LAST + 1):
        for shown, all_ in zip(seen(found, hours, before, fewest), final, strict=True):
            for item in range(3):
                was = [answer for answer in shown if answer[1] == item]
                left = [answer for answer in all_ - shown if answer[1] == item]
                assert not was or len(left) >= fewest


@given(ARRIVALS, FEWEST)
def test_what_counts_at_an_hour_does_not_depend_on_what_comes_later(
    arrivals: list[tuple[int, tuple[str, str], int]], fewest: int
) -> None:
    found, hours = collected(arrivals)
    early = [arrival for arrival in arrivals if arrival[0] < 6]
    then, hours_then = collected(early)
    now, kept = released(found, hours, before=6, fewest=fewest)
    past, _ = released(then, hours_then, before=6, fewest=fewest)
    assert sorted(map(tuple, now.answers.tolist())) == sorted(map(tuple, past.answers.tolist()))
    assert (hours[kept] < 6).all()


def test_one_look_after_every_response_is_the_attack_and_shows_only_whole_steps() -> None:
    found, hours = collected([(hour, ("A", "land"), 4) for hour in range(12)])
    sizes = [len(released(found, hours, before=hour, fewest=5)[1]) for hour in range(13)]
    assert sizes == [0] * 10 + [5, 5, 5]


def test_a_rarely_answered_item_waits_for_enough_answers_of_its_own() -> None:
    codes = [4, NA, NA, NA, NA] * 12
    found, hours = collected([(at // 5, ("A", "land"), code) for at, code in enumerate(codes)])
    shown, kept = released(found, hours, before=LAST, fewest=5)
    assert len(kept) == 55
    assert int((shown.answers[:, 1] >= 0).sum()) == 5
    assert int((shown.answers[:, 1] == NOT_ANSWERED_CODE).sum()) == 30
    assert (shown.answers[:, 0] == 5).all()


def test_responses_in_any_order_give_the_same_steps() -> None:
    found, hours = collected([(hour, CELLS[hour % 3], 4) for hour in range(12) for _ in range(4)])
    order = np.random.default_rng(1).permutation(len(hours))
    mixed = replace(
        found,
        unit=found.unit[order],
        field=found.field[order],
        mode=found.mode[order],
        answers=found.answers[order],
    )
    kept = released(found, hours, before=LAST, fewest=5)[1]
    again = released(mixed, hours[order], before=LAST, fewest=5)[1]
    assert set(order[again].tolist()) == set(kept.tolist())
