"""Every stratum with what tells how far it can be trusted; of few people's answers nothing can be computed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import groupby

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.core.credibility import Concern, Credibility, Reach, Trust, judge
from survey.core.evaluation import evaluate
from survey.core.evidence import Evidence
from survey.core.flags import Arrivals, Rule
from survey.core.openings import Openings
from survey.core.place import Field, Unit
from survey.core.reached import reached
from survey.core.released import released
from survey.core.scoring import score_round
from survey.core.small_cells import protect
from tests.core.test_flags import MORNING, at_hours, day_by_day
from tests.core.tiny import evidence

FEWEST = 5
DAY = date(2026, 10, 1)
UNITS = tuple(Unit(code, f"Xã {code}", "commune") for code in "ABCD")
FIELDS = tuple(Field(code, code, code) for code in ("land", "civil", "social"))
Cells = Mapping[tuple[str, str], int]


def held(responses: Cells, dossiers: Cells | None = None) -> Evidence:
    """A round with so many responses by stratum."""
    rows = [
        (*cell, [5, 4, 3] if at % 2 else [2, 4, 5])
        for cell, number in responses.items()
        for at in range(number)
    ]
    volumes = dossiers or {(unit.code, field.code): 500 for unit in UNITS for field in FIELDS}
    return evidence(volumes, rows, units=UNITS, fields=FIELDS)


def judged(found: Evidence, reach: Reach | None = None) -> Credibility:
    return judge(score_round(found), at_hours(day_by_day(found.responses)), reach or Reach(), None)


def row(rows: tuple[Trust, ...], unit: str, field: str | None = None) -> Trust:
    return next(r for r in rows if r.unit.code == unit and (r.field.code if r.field else None) == field)


def test_strata_add_up_to_their_units_and_units_to_the_round() -> None:
    found = held({("A", "land"): 7, ("A", "civil"): 3, ("B", "land"): 2})
    mixed = replace(found, mode=np.arange(12) % 3, modes=("qr", "ticket", "paper"))
    arrivals = Arrivals(np.zeros(12, int), np.array(day_by_day(12)), np.arange(12) % 4, np.zeros(12, bool))
    invited = {("A", "land"): 5, ("A", "civil"): 4, ("C", "social"): 1}
    trust = judge(score_round(mixed), arrivals, Reach(invited), None)
    assert [len(trust.units), len(trust.strata)] == [4, 12]
    for name in ("dossiers", "invited", "responses", "by_page", "verified", "late"):
        for unit in trust.units:
            parts = [getattr(s, name) for s in trust.strata if s.unit == unit.unit]
            assert sum(parts) == getattr(unit, name)
    assert sum(unit.invited for unit in trust.units) == trust.invited == 10
    assert sum(unit.late for unit in trust.units) == trust.late == 9
    land = row(trust.strata, "A", "land")
    assert (land.dossiers, land.invited, land.responses, land.by_page, land.verified) == (500, 5, 7, 5, 2)


def test_a_stratum_with_neither_dossiers_nor_responses_is_no_stratum() -> None:
    trust = judged(held({("B", "civil"): 2}, {("A", "land"): 10}))
    assert [(s.unit.code, s.field and s.field.code) for s in trust.strata] == [("A", "land"), ("B", "civil")]


def test_openings_are_told_of_strata_only_where_every_page_of_the_unit_has_its_field() -> None:
    openings = {
        ("A", "land"): Openings(20, 12),
        ("A", "civil"): Openings(3, 1),
        ("B", None): Openings(30, 9),
        ("B", "land"): Openings(5, 5),
    }
    found = held({("A", "land"): 7, ("A", "civil"): 4, ("B", "civil"): 10, ("C", "land"): 2})
    trust = judged(found, Reach(openings=openings, since=DAY, until=DAY))
    assert row(trust.strata, "A", "land").openings == Openings(20, 12)
    assert row(trust.strata, "A", "civil").openings == Openings(4, 4)
    assert row(trust.strata, "A", "social").openings == Openings()
    assert row(trust.units, "A").openings == Openings(24, 16)
    assert row(trust.strata, "B", "land").openings is None
    assert row(trust.units, "B").openings == Openings(35, 14)
    assert row(trust.units, "C").openings == Openings(2, 2)
    assert trust.openings == Openings(61, 32)


def test_a_round_in_which_nothing_was_counted_says_so_and_never_nought() -> None:
    trust = judged(held({("A", "land"): 7}))
    assert trust.openings is None
    assert {r.openings for r in (*trust.units, *trust.strata)} == {None}


CELLS = st.tuples(st.sampled_from("AB"), st.sampled_from(["land", "civil"]))


@given(
    st.dictionaries(
        st.tuples(st.sampled_from("AB"), st.sampled_from(["land", "civil", None])),
        st.builds(lambda opened, begun: Openings(opened, min(opened, begun)), *[st.integers(0, 9)] * 2),
    ),
    st.dictionaries(CELLS, st.integers(0, 9)),
)
def test_no_opening_is_lost_and_no_response_came_from_a_page_that_nobody_opened(
    openings: dict[tuple[str, str | None], Openings], by_page: dict[tuple[str, str], int]
) -> None:
    found = reached(openings, by_page)
    for unit in {code for code, _field in (*openings, *by_page)}:
        sent = sum(number for (code, _field), number in by_page.items() if code == unit)
        counted = sum((o for (code, _field), o in openings.items() if code == unit), Openings())
        whole = found[unit, None]
        assert sent <= whole.started <= whole.opened
        assert whole.opened >= counted.opened
        told = [o for (code, field), o in found.items() if code == unit and field is not None]
        if (unit, None) in openings:
            assert not told
        else:
            assert sum(told, Openings()) == whole


def test_what_needs_a_look_stands_first_by_what_weighs_most() -> None:
    dossiers = {
        ("A", "land"): 90,
        ("A", "civil"): 800,
        ("B", "land"): 70,
        ("B", "civil"): 3,
        ("C", "land"): 60,
    }
    found = held({("A", "land"): 3, ("B", "civil"): 4, ("C", "land"): 9}, {**dossiers, ("D", "land"): 50})
    openings = {("D", "land"): Openings(100, 2), ("A", "land"): Openings(40, 3)}
    trust = replace(judged(found, Reach(openings=openings, since=DAY, until=DAY)), fewest=FEWEST)
    named = [(s.unit.code, s.field and s.field.code, s.concerns(FEWEST)[0]) for s in trust.worrying]
    assert named == [
        ("B", "civil", Concern.FLAGGED),
        ("D", "land", Concern.UNFINISHED),
        ("A", "civil", Concern.SILENT),
        ("B", "land", Concern.SILENT),
        ("A", "land", Concern.FEW),
    ]
    assert row(trust.strata, "B", "civil").flagged == {Rule.MORE_THAN_DOSSIERS: 4}
    assert replace(row(trust.strata, "B", "civil"), flagged={}).concerns(FEWEST) == (Concern.OVERFULL,)
    assert row(trust.strata, "C", "land").concerns(FEWEST) == ()


# --- few people --------------------------------------------------------------------------------------


def with_all_same(trust: Credibility, found: Cells) -> Credibility:
    """As if the rule had pointed at so many responses of every stratum."""

    def flagged(rows: tuple[Trust, ...]) -> tuple[Trust, ...]:
        return tuple(
            replace(
                r,
                flagged={
                    Rule.ALL_SAME: sum(
                        number
                        for (unit, field), number in found.items()
                        if unit == r.unit.code and (r.field is None or r.field.code == field)
                    ),
                    Rule.NIGHT: 1,
                },
            )
            for r in rows
        )

    whole = {**trust.flagged, Rule.ALL_SAME: sum(found.values())}
    return replace(trust, units=flagged(trust.units), strata=flagged(trust.strata), flagged=whole)


def shown(responses: Cells, found: Cells, *, is_moving: bool = False) -> Credibility:
    """The credibility page as everybody may see it."""
    made = held(responses)
    result = replace(evaluate(score_round(made), None), credibility=with_all_same(judged(made), found))
    trust = protect(result, FEWEST, is_moving=is_moving).credibility
    assert trust is not None
    return trust


RESPONSES = st.dictionaries(
    st.tuples(st.sampled_from("ABCD"), st.sampled_from(["land", "civil", "social"])),
    st.integers(1, 12),
    min_size=1,
)


@given(RESPONSES, st.integers(0, 12))
def test_whoever_subtracts_all_that_is_shown_learns_of_answers_of_many_only(
    responses: dict[tuple[str, str], int], most: int
) -> None:
    """The rule's numbers make a tree, so that all that can be computed is a total less its shown parts."""
    trust = shown(responses, {cell: min(number, most) for cell, number in responses.items()})
    if sum(responses.values()) < FEWEST:
        assert Rule.ALL_SAME not in trust.flagged
        assert trust.any_flagged is None
        assert all(r.is_hidden for r in (*trust.units, *trust.strata) if r.responses)
        return
    strata = {code: list(rows) for code, rows in groupby(trust.strata, key=lambda r: r.unit.code)}
    families = [list(trust.units), *(strata[unit.unit.code] for unit in trust.units if not unit.is_hidden)]
    for parts in families:
        hidden = [part.responses for part in parts if part.is_hidden]
        assert not hidden or (len(hidden) > 1 and sum(hidden) >= FEWEST)
        assert all(part.responses >= FEWEST for part in parts if part.responses and not part.is_hidden)
    for unit in trust.units:
        if unit.is_hidden:
            assert all(part.is_hidden for part in strata[unit.unit.code] if part.responses)
    for part in (*trust.units, *trust.strata):
        assert (Rule.ALL_SAME in part.flagged) is not part.is_hidden
        assert part.flagged[Rule.NIGHT] == 1


def test_a_single_answer_of_a_small_stratum_is_told_neither_there_nor_by_the_rest_of_its_unit() -> None:
    trust = shown(
        {("A", "land"): 1, ("A", "civil"): 8, ("A", "social"): 30, ("B", "land"): 40},
        {("A", "land"): 1, ("A", "civil"): 2, ("A", "social"): 3},
    )
    assert not row(trust.units, "A").is_hidden
    assert row(trust.units, "A").flagged[Rule.ALL_SAME] == 6
    assert [row(trust.strata, "A", f).is_hidden for f in ("land", "civil", "social")] == [True, True, False]
    assert Rule.ALL_SAME not in row(trust.strata, "A", "land").flagged


def test_a_unit_whose_index_is_hidden_is_not_named_for_its_answers_nor_are_its_strata() -> None:
    trust = shown({("A", "land"): 2, ("B", "land"): 9, ("B", "civil"): 30}, {("B", "civil"): 30})
    assert [unit.is_hidden for unit in trust.units[:2]] == [True, True]
    assert Rule.ALL_SAME not in row(trust.strata, "B", "civil").flagged
    assert [unit.flagged.get(Rule.NIGHT) for unit in trust.units[:2]] == [1, 1]


@pytest.mark.parametrize("fewest", [2, 5])
def test_while_answers_arrive_the_strata_move_by_many_people_at_a_time(fewest: int) -> None:
    found = held({("A", "land"): 23, ("A", "civil"): 11, ("B", "land"): 17})
    hours = MORNING + np.random.default_rng(7).permutation(found.responses)
    before: dict[tuple[str, str | None], tuple[int, ...]] = {}
    moved = 0
    for hour in range(int(hours.min()), int(hours.max()) + 2):
        counted, kept = released(found, hours, before=hour, fewest=fewest)
        none = np.zeros(kept.size, int)
        arrivals = Arrivals(none, hours[kept], none, none > 0)
        trust = judge(score_round(counted), arrivals, Reach(), None)
        now = {
            (r.unit.code, r.field.code if r.field else None): (r.responses, r.by_page, r.verified, r.late)
            for r in (*trust.units, *trust.strata)
        }
        for place, numbers in now.items():
            step = numbers[0] - before.get(place, (0,))[0]
            assert step == 0 or step >= fewest
            assert step or numbers == before.get(place, numbers)
            moved += step > 0
        before = now
    assert moved > 3
