"""Rounds raked to the margins of their population: one by hand, what is met, what is refused, what is hidden."""

from dataclasses import replace
from math import isnan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.definition import Definition, Part, Text
from survey.core.breakdown import break_down
from survey.core.credibility import Reach, judge
from survey.core.estimation_settings import USUAL, as_text, from_text
from survey.core.evaluation import evaluate
from survey.core.evidence import NOT_ANSWERED_CODE, Evidence
from survey.core.margins import known_margins
from survey.core.public_records import public_records
from survey.core.raking import Raked, Reason, Refused
from survey.core.result import RoundResult
from survey.core.scoring import score_round
from survey.core.small_cells import protect
from tests.core.test_flags import at_hours, day_by_day
from tests.core.test_respondents import asked, sex
from tests.core.tiny import definition, evidence
from tests.core.variants import with_scoring

MAN, WOMAN, OTHER, SILENT = 1, 2, 3, NOT_ANSWERED_CODE
YES, NO = [5, 5, 5], [1, 1, 1]
Row = tuple[str, str, list[int], int]

HAND: list[Row] = [
    ("A", "land", YES, WOMAN),
    ("A", "land", NO, WOMAN),
    ("A", "land", YES, MAN),
    ("A", "land", YES, MAN),
    ("A", "land", NO, MAN),
]
"""100 dossiers: each response stands for 20, women for 40 and men for 60 of them; the frame says 60 and 40."""


def raked_round(
    rows: list[Row],
    margins: dict[str, dict[str, int]],
    dossiers: dict[tuple[str, str], int] | None = None,
    *,
    of: Definition | None = None,
    weights: str = "raked",
) -> Evidence:
    plain = evidence(
        dossiers or {("A", "land"): 100},
        [(unit, field, codes) for unit, field, codes, _ in rows],
        asked=of or asked(),
    )
    settings = replace(USUAL, weights=weights)  # type: ignore[arg-type]
    return replace(
        plain,
        round=replace(plain.round, settings=settings),
        choices={"sex": np.array([who for *_, who in rows], dtype=np.int8)},
        margins=margins,
    )


def done(found: Evidence) -> tuple[RoundResult, Raked]:
    result = evaluate(score_round(found), None)
    assert isinstance(result.raked, Raked)
    return result, result.raked


def refused(found: Evidence) -> Refused:
    """The refusal of a round, which has the figures of its strata then."""
    result = evaluate(score_round(found), None)
    plain = evaluate(score_round(replace(found, round=replace(found.round, settings=USUAL))), None)
    assert (repr(result.index), result.unraked) == (repr(plain.index), None)  # nan is not itself
    assert isinstance(result.raked, Refused)
    return result.raked


def test_one_margin_by_hand() -> None:
    """Women: 1 of 2 is satisfied; men: 2 of 3. Weights: women 20 × 60/40 = 30, men 20 × 40/60 = 13 1/3."""
    result, raked = done(raked_round(HAND, {"sex": {"Nữ": 60, "Nam": 40}}))
    assert result.index.value == pytest.approx(0.6 * 1 / 2 + 0.4 * 2 / 3)
    # Residuals from the mean of each sex, times weights: ±15; 4 4/9 twice and -8 8/9.
    squares = 2 * 15**2 + 2 * (40 / 9) ** 2 + (80 / 9) ** 2
    assert result.index.estimate.standard_error == pytest.approx(sqrt((1 - 5 / 100) * 5 / 4 * squares) / 100)
    assert (raked.smallest, raked.largest) == pytest.approx((2 / 3, 3 / 2))
    assert raked.effect_before == pytest.approx(1)
    assert raked.effect_after == pytest.approx(5 * (2 * 30**2 + 3 * (40 / 3) ** 2) / 100**2)
    assert result.unraked is not None
    assert result.unraked.value == pytest.approx(3 / 5)
    [margin] = raked.margins
    assert [(c.option.code, c.responses, c.before, c.after) for c in margin.categories] == [
        (MAN, 3, pytest.approx(0.6), pytest.approx(0.4)),
        (WOMAN, 2, pytest.approx(0.4), pytest.approx(0.6)),
    ]


def test_the_shares_of_answers_are_raked_like_the_items() -> None:
    result, _raked = done(raked_round(HAND, {"sex": {"Nữ": 60, "Nam": 40}}))
    for item in result.items:
        assert item.shares[4] + item.shares[5] == pytest.approx(item.measure.value)


def test_who_did_not_say_keeps_the_share_of_the_strata() -> None:
    """10 responses of 10 dossiers: 2 did not say and keep 20; women get 60 % of the other 80, men 40 %."""
    rows = [*HAND, *HAND[:3], ("A", "land", YES, SILENT), ("A", "land", NO, SILENT)]
    result, raked = done(
        raked_round(rows, {"sex": {"Nữ": 600, "Nam": 390, "không rõ": 10}}, {("A", "land"): 1000})
    )
    women, men = 0.8 * 600 / 990, 0.8 * 390 / 990
    assert result.index.value == pytest.approx(women * 2 / 4 + men * 3 / 4 + 0.2 * 1 / 2)
    assert raked.margins[0].unsaid == 2


def test_an_answer_that_the_frame_does_not_know_is_as_none() -> None:
    three = definition().model_copy(update={"questions": (*definition().questions, sex("Nam", "Nữ", "Khác"))})
    rows = [*HAND, ("A", "land", YES, OTHER)]
    said = raked_round(rows, {"sex": {"Nữ": 60, "Nam": 40}}, of=three)
    silent = raked_round([*HAND, ("A", "land", YES, SILENT)], {"sex": {"Nữ": 60, "Nam": 40}}, of=three)
    assert done(said)[0].index == done(silent)[0].index


PARTS = tuple(
    Part(code=code, title=Text(vi=code), sections=(section,), weight=weight)
    for code, section, weight in (("x", "access", 60), ("y", "staff", 40))
)


@pytest.mark.parametrize(
    "changes",
    [
        {"index": "pooled"},
        {"index": "parts", "parts": PARTS},
        {"also": ("mean_score", "all_satisfied")},
        {"rule": "points", "satisfied": (), "max_points": 5},
    ],
)
def test_every_rule_of_scoring_takes_the_raked_weights(changes: dict[str, object]) -> None:
    """All items of a response are answered alike, so women count 60 and men 40 of 100 whatever the rule."""
    found = raked_round(HAND, {"sex": {"Nữ": 60, "Nam": 40}})
    version = replace(found.round.version, definition=with_scoring(asked(), **changes))
    result, _ = done(replace(found, round=replace(found.round, version=version)))
    worth = (0.2, 1.0) if changes.get("rule") == "points" else (0.0, 1.0)
    share = 0.6 * 1 / 2 + 0.4 * 2 / 3
    assert result.index.value == pytest.approx(worth[0] + share * (worth[1] - worth[0]))
    expected = {"mean_score": 0.2 + 0.8 * share, "all_satisfied": share}
    assert {one.name: one.measure.value for one in result.further} == pytest.approx(
        expected if "also" in changes else {}
    )
    assert all(part.measure.value == pytest.approx(share) for part in result.parts)


def test_the_usual_settings_do_not_look_at_margins() -> None:
    with_, without = (
        evaluate(score_round(raked_round(HAND, margins, weights="strata")), None)
        for margins in ({"sex": {"Nữ": 60, "Nam": 40}}, {})
    )
    assert with_.raked is None
    assert with_.index == without.index
    assert with_.items == without.items


def test_published_records_carry_the_raked_weights() -> None:
    rows = HAND * 3 + [("A", "civil", YES, WOMAN)] * 15
    dossiers = {("A", "land"): 100, ("A", "civil"): 100}
    scored = score_round(raked_round(rows, {"sex": {"Nữ": 40, "Nam": 160}}, dossiers))
    told = public_records(scored, np.zeros(len(rows), np.int64), np.zeros(2, bool), 5)
    assert told.weight.sum() == pytest.approx(200)
    assert told.weight[told.field == 0].mean() > 100 / 15  # men answered for land alone


@given(
    st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from(["land", "civil"]), st.sampled_from([YES, NO]),
                       st.sampled_from([MAN, WOMAN, SILENT])), min_size=1, max_size=40),
    st.integers(1, 99),
)  # fmt: skip
def test_weights_meet_the_margins_or_are_refused(rows: list[Row], men: int) -> None:
    dossiers = {(unit, field): 25 for unit in "AB" for field in ("land", "civil")}
    scored = score_round(raked_round(rows, {"sex": {"Nam": men, "Nữ": 100 - men}}, dossiers))
    who = np.array([row[3] for row in rows])
    if isinstance(scored.raked, Refused):
        assert scored.raked.reason is Reason.NOBODY
        assert not {MAN, WOMAN} <= set(who.tolist())
        return
    weights, before = scored.tables.weights, scored.weighting.design.weights[scored.weighting.design.stratum]
    assert weights.sum() == pytest.approx(before.sum())
    assert weights[who == SILENT].sum() == pytest.approx(before[who == SILENT].sum())
    assert weights[who == MAN].sum() == pytest.approx(men / 100 * weights[who != SILENT].sum())


@pytest.mark.parametrize(
    ("margins", "rows", "reason", "categories"),
    [
        ({}, HAND, Reason.NO_MARGIN, ()),
        ({"age": {"18-24": 100}}, HAND, Reason.NO_MARGIN, ()),
        ({"sex": {"không rõ": 100}}, HAND, Reason.NO_MARGIN, ()),
        ({"sex": {"Nữ": 60, "Nam": 41}}, HAND, Reason.OTHER_TOTAL, ()),
        ({"sex": {"Nữ": 60, "Đàn ông": 40}}, HAND, Reason.NO_OPTION, ("Đàn ông",)),
        ({"sex": {"Nữ": 60, "Nam": 40}}, HAND[:2], Reason.NOBODY, ("Nam",)),
        ({"sex": {"Nữ": 60, "Nam": 40}}, [], Reason.NOBODY, ("Nam", "Nữ")),
    ],
)
def test_what_cannot_be_raked_says_why(
    margins: dict[str, dict[str, int]], rows: list[Row], reason: Reason, categories: tuple[str, ...]
) -> None:
    why = refused(raked_round(rows, margins))
    assert (why.reason, why.categories) == (reason, categories)


def test_margins_that_contradict_each_other_in_the_sample_are_refused() -> None:
    """All men live in the first channel, which has fewer dossiers than men have."""
    plain = asked()
    channel = sex("Trực tiếp", "Trực tuyến").model_copy(update={"code": "channel"})
    both = plain.model_copy(update={"questions": (*plain.questions, channel)})
    found = raked_round(
        HAND, {"sex": {"Nữ": 40, "Nam": 60}, "channel": {"Trực tiếp": 30, "Trực tuyến": 70}}, of=both
    )
    at = np.array([1 if row[3] == MAN else 2 for row in HAND], np.int8)
    why = refused(replace(found, choices={**found.choices, "channel": at}))
    assert why.reason is Reason.UNREACHABLE


def test_categories_are_known_by_their_words_and_nothing_else() -> None:
    age = sex("Từ 18 - 24 tuổi", "25–34 tuổi", "Trên 60 tuổi", "Dưới 18").model_copy(
        update={"code": "age_group"}
    )
    asks = definition().model_copy(update={"questions": (*definition().questions, age)})
    volumes = {
        "18-24": 1,
        "nhóm 25 đến 34": 2,
        "TRÊN 60": 3,
        "Từ 60 tuổi": 4,
        "": 5,
        "60": 6,
        "không rõ": 7,
        "35-40": 0,
    }
    [margin] = known_margins(asks, {"age": volumes, "sex": {"Nam": 1}})
    assert margin.dossiers == {1: 1, 2: 2, 3: 3}
    assert margin.unmatched == ("Từ 60 tuổi", "", "60")
    assert margin.unknown == 7


def test_settings_of_before_keep_their_text_and_so_their_digest() -> None:
    assert as_text(USUAL) == (
        '{"confidence_percent":95,"empty_strata":"uncovered","interval":"logit","lonely":"adjust","planned_margin":5}'
    )
    raked = replace(USUAL, weights="raked")
    assert from_text(as_text(raked)) == raked
    with pytest.raises(ValueError, match="not offered"):
        replace(USUAL, weights="x")  # type: ignore[arg-type]


def test_what_few_people_answered_does_not_follow_from_the_two_indices() -> None:
    rows = HAND[:2] * 10 + [("A", "land", NO, MAN)]
    result, _ = done(raked_round(rows, {"sex": {"Nữ": 60, "Nam": 40}}))
    assert result.unraked is not None
    shown = protect(result, 5)
    assert shown.unraked is None
    assert isinstance(shown.raked, Raked)
    assert all(isnan(category.before) for category in shown.raked.margins[0].categories)
    enough = protect(done(raked_round(HAND * 5, {"sex": {"Nữ": 60, "Nam": 40}}))[0], 5)
    assert enough.unraked is not None
    assert (
        protect(done(raked_round(HAND * 5, {"sex": {"Nữ": 60, "Nam": 40}}))[0], 5, is_moving=True).unraked
        is None
    )


def test_a_way_that_cannot_be_raked_is_marked() -> None:
    found = raked_round(HAND * 4, {"sex": {"Nữ": 60, "Nam": 40}})
    tickets = np.array([row[3] == MAN for row in HAND * 4], np.int64)
    found = replace(found, mode=tickets, modes=("qr", "ticket"))
    trust = judge(score_round(found), at_hours(day_by_day(len(found.unit))), Reach(), None)
    assert (trust.everybody.by_strata, trust.unflagged.by_strata, trust.verified.by_strata) == (
        False,
        False,
        True,
    )
    none = judge(
        score_round(replace(found, margins={})), at_hours(day_by_day(len(found.unit))), Reach(), None
    )
    assert not any(way.by_strata for way in (none.everybody, none.unflagged, none.verified))


def test_while_answers_are_taken_a_raked_round_is_told_as_a_whole_only() -> None:
    """Two looks at a unit between which men and women elsewhere changed its weights would tell its men from its women."""
    rows = [*HAND * 4, *(("B", "land", codes, who) for _, _, codes, who in HAND * 4)]
    dossiers = {("A", "land"): 100, ("B", "land"): 100}
    found = raked_round(rows, {"sex": {"Nữ": 120, "Nam": 80}}, dossiers)
    broken = break_down(score_round(found), 5, is_moving=True)
    shown = protect(evaluate(score_round(found), None), 5, broken.hidden_codes, is_moving=True)
    assert shown.index.is_known
    assert not any(row.measure.is_known for row in (*shown.units, *shown.fields))
    assert broken.measure("round", 0, 0).is_known
    assert not any(
        broken.measure(level, 0, at).is_known
        for level in ("unit", "field", "unit_field")
        for at in range(len(broken.figures))
    )
    closed = break_down(score_round(found), 5)
    assert closed.measure("unit", 0, 0).is_known
    plain = break_down(score_round(raked_round(rows, {}, dossiers, weights="strata")), 5, is_moving=True)
    assert plain.measure("unit", 0, 0).is_known


def test_while_answers_are_taken_nothing_is_told_before_every_category_has_enough_people() -> None:
    rows = HAND[:2] * 10 + [("A", "land", NO, MAN)]
    found = raked_round(rows, {"sex": {"Nữ": 60, "Nam": 40}})
    broken = break_down(score_round(found), 5, is_moving=True)
    assert not broken.measure("round", 0, 0).is_known
    assert not protect(
        evaluate(score_round(found), None), 5, broken.hidden_codes, is_moving=True
    ).index.is_known
    assert protect(
        evaluate(score_round(found), None), 5, break_down(score_round(found), 5).hidden_codes
    ).index.is_known
