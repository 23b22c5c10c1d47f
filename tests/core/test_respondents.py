"""Groups of respondents: estimated on paper first, then by the program, and protected like units."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from questionnaires.definition import Definition, Option, Part, Question, Text
from survey.core.credibility import Reach, judge
from survey.core.evaluation import evaluate
from survey.core.evidence import NOT_ANSWERED_CODE, NOT_IN_VERSION_CODE, Evidence
from survey.core.respondents import MODE, asks_the_same, grouping_questions
from survey.core.result import Grouping, RoundResult
from survey.core.scoring import score_round
from survey.core.small_cells import protect
from tests.core.test_flags import at_hours, day_by_day
from tests.core.tiny import NA, definition, evidence
from tests.core.variants import with_scoring

MAN, WOMAN, SILENT = 1, 2, NOT_ANSWERED_CODE
FEWEST = 5


def sex(*words: str) -> Question:
    options = tuple(Option(code=code, text=Text(vi=word)) for code, word in enumerate(words, start=1))
    return Question(code="sex", kind="single", text=Text(vi="Giới tính"), options=options)


def asked() -> Definition:
    plain = definition()
    return plain.model_copy(update={"questions": (*plain.questions, sex("Nam", "Nữ"))})


def answered(dossiers: dict[tuple[str, str], int], rows: list[tuple[str, str, list[int], int]]) -> Evidence:
    """Responses of which the last number says who answered."""
    found = evidence(dossiers, [(unit, field, codes) for unit, field, codes, _ in rows], asked=asked())
    return replace(found, choices={"sex": np.array([who for *_, who in rows], dtype=np.int8)})


def by(result: RoundResult, code: str) -> Grouping:
    return next(grouping for grouping in result.groupings if grouping.code == code)


PAPER = answered(
    {("A", "land"): 10, ("B", "land"): 30},
    [
        ("A", "land", [5, 5, 5], WOMAN),  # 1
        ("A", "land", [4, 4, 1], WOMAN),  # 2/3
        ("A", "land", [1, 1, 1], MAN),
        ("A", "land", [5, 5, 5], MAN),
        ("B", "land", [2, 2, 5], WOMAN),  # 1/3
        ("B", "land", [1, 1, 1], MAN),
        ("B", "land", [5, 5, 5], SILENT),
    ],
)


def test_a_group_that_cuts_across_units_keeps_the_weights_of_its_strata() -> None:
    women = by(evaluate(score_round(PAPER), None), "sex").groups[1].measure
    # A's responses stand for 2.5 dossiers, B's for 10: (2.5*1 + 2.5*2/3 + 10*1/3) / 15
    assert women.value == pytest.approx((2.5 + 2.5 * 2 / 3 + 10 / 3) / 15)
    assert (women.responses, women.dossiers) == (3, 15)


def test_a_groups_error_counts_those_outside_it_as_zeros_in_their_stratum() -> None:
    women = by(evaluate(score_round(PAPER), None), "sex").groups[1].measure
    p = (2.5 + 2.5 * 2 / 3 + 10 / 3) / 15
    variance = 0.0
    for weight, population, shares in ((2.5, 10, [1, 2 / 3, None, None]), (10, 30, [1 / 3, None, None])):
        z = [0.0 if share is None else weight * (share - p) / 15 for share in shares]
        mean, n = sum(z) / len(z), len(z)
        variance += (1 - n / population) * n / (n - 1) * sum((value - mean) ** 2 for value in z)
    assert women.estimate.standard_error == pytest.approx(sqrt(variance))
    assert women.estimate.degrees_of_freedom == 3 - 2


def test_groups_are_those_of_rs_survey_package() -> None:
    """R 4.2.2, survey 4.1-1, for ``PAPER`` as 0/1 items a1, a2, b1 with N dossiers in the unit.

    des <- svydesign(id=~1, strata=~unit, fpc=~N, data=d); g <- subset(des, sex==s)
    svycontrast(svymean(~a1+a2+b1, g), c(1,1,1)/3); degf(g)
    """
    men, women, _silent = (
        group.measure.estimate for group in by(evaluate(score_round(PAPER), None), "sex").groups
    )
    assert (men.value, men.standard_error) == pytest.approx(
        (0.1666666666666667, 0.1571348402636772), rel=1e-12
    )
    assert (women.value, women.standard_error) == pytest.approx((0.5, 0.1217161238900369), rel=1e-12)
    assert (men.degrees_of_freedom, women.degrees_of_freedom) == (1, 1)


def test_those_who_did_not_say_are_a_group_of_their_own() -> None:
    groups = by(evaluate(score_round(PAPER), None), "sex").groups
    assert [(group.key, group.measure.responses) for group in groups] == [("1", 3), ("2", 3), ("", 1)]
    whole = sum(group.measure.dossiers for group in groups)
    assert whole == 40


def test_where_everybody_said_nobody_is_missing() -> None:
    said = replace(PAPER, choices={"sex": np.array([1, 2, 1, 2, 1, 2, 1], dtype=np.int8)})
    assert [group.key for group in by(evaluate(score_round(said), None), "sex").groups] == ["1", "2"]


def test_an_answer_to_another_question_of_the_same_name_says_nothing() -> None:
    codes = np.array([1, 1, 1, 2, 2, 2, NOT_IN_VERSION_CODE], dtype=np.int8)
    groups = by(evaluate(score_round(replace(PAPER, choices={"sex": codes})), None), "sex").groups
    assert [group.measure.responses for group in groups] == [3, 3, 1]
    assert not asks_the_same(sex("Nam", "Nữ"), sex("Nữ", "Nam"))
    assert asks_the_same(sex("Nam", "Nữ"), sex("Nam", "Nữ"))


def test_a_questionnaire_that_does_not_ask_is_told_apart_by_mode_alone() -> None:
    result = evaluate(score_round(evidence({("A", "land"): 9}, [("A", "land", [5, 5, 5])] * 3)), None)
    assert [grouping.code for grouping in result.groupings] == [MODE]
    assert [group.measure.value for group in by(result, MODE).groups] == [1.0]


def test_a_free_text_of_that_name_groups_nobody() -> None:
    text = Question(code="sex", kind="text", text=Text(vi="Giới tính"))
    plain = definition()
    assert grouping_questions(plain.model_copy(update={"questions": (*plain.questions, text)})) == ()


def test_a_response_without_a_weight_is_in_no_group() -> None:
    outside = answered(
        {("A", "land"): 10}, [("A", "land", [5, 5, 5], MAN)] * 3 + [("B", "land", [1, 1, 1], WOMAN)]
    )
    men, women = by(evaluate(score_round(outside), None), "sex").groups
    assert (men.measure.responses, women.measure.responses) == (3, 0)
    assert not women.measure.is_known


def protected(counts: dict[int, int]) -> Grouping:
    rows = [
        ("A" if at % 2 else "B", "land", [5, 4, 3] if at % 3 else [2, 4, 5], who)
        for who, count in counts.items()
        for at in range(count)
    ]
    return by(
        protect(evaluate(score_round(answered({("A", "land"): 90, ("B", "land"): 90}, rows)), None), FEWEST),
        "sex",
    )


def test_a_small_group_takes_another_with_it() -> None:
    men, women = protected({MAN: 3, WOMAN: 30}).groups
    assert men.measure.is_hidden
    assert women.measure.is_hidden
    assert (men.measure.responses, women.measure.responses) == (3, 30)


def test_a_hidden_group_does_not_tell_how_many_dossiers_it_stands_for() -> None:
    groups = protected({MAN: 20, WOMAN: 30, SILENT: 2}).groups
    assert [group.measure.is_hidden for group in groups] == [True, False, True]
    assert [group.measure.dossiers > 0 for group in groups] == [False, True, False]


def test_a_round_that_hardly_anybody_answered_shows_no_group_either() -> None:
    assert all(group.measure.is_hidden for group in protected({MAN: 2, WOMAN: 2}).groups)


def test_who_is_hidden_among_the_modes_is_not_shown_as_verified() -> None:
    rows = [("A", "land", [5, 4, 3] if at % 3 else [2, 4, 5]) for at in range(60)]
    modes = np.array([0] * 30 + [1] * 3 + [2] * 27, dtype=np.int64)
    found = replace(evidence({("A", "land"): 900}, rows), mode=modes, modes=("paper", "qr", "ticket"))
    trust = judge(score_round(found), at_hours(day_by_day(60)), Reach(), None)
    assert trust.verified.measure.is_known
    result = protect(replace(evaluate(score_round(found), None), credibility=trust), FEWEST)
    assert [group.measure.is_hidden for group in by(result, MODE).groups] == [False, True, True]
    assert result.credibility is not None
    assert result.credibility.verified.measure.is_hidden
    assert result.credibility.everybody.measure.is_known


def by_mode(rows: dict[tuple[str, str], int]) -> list[bool]:
    """Which modes are hidden, of so many responses by unit and mode; modes in the order of their names."""
    modes = sorted({mode for _, mode in rows})
    listed, mode_of = [], []
    for (unit, mode), count in rows.items():
        listed += [(unit, "land", [5, 4, 3] if at % 3 else [2, 4, 5]) for at in range(count)]
        mode_of += [modes.index(mode)] * count
    found = evidence({(unit, "land"): 900 for unit, _ in rows}, listed)
    found = replace(found, mode=np.array(mode_of, dtype=np.int64), modes=tuple(modes))
    groups = by(protect(evaluate(score_round(found), None), FEWEST), MODE).groups
    return [group.measure.is_hidden for group in groups]


def test_a_mode_of_one_unit_is_hidden_where_the_unit_less_that_mode_leaves_a_few() -> None:
    assert by_mode({("A", "kiosk"): 27, ("A", "qr"): 3, ("B", "qr"): 40}) == [True, True]
    assert by_mode({("A", "kiosk"): 27, ("A", "qr"): 5, ("B", "qr"): 40}) == [False, False]


def test_a_mode_is_hidden_where_it_less_a_unit_that_it_holds_leaves_a_few() -> None:
    assert by_mode({("B", "paper"): 30, ("A", "paper"): 3, ("A", "qr"): 40}) == [True, True]
    assert by_mode({("B", "paper"): 30, ("A", "paper"): 6, ("A", "qr"): 40}) == [False, False]


def test_a_mode_that_is_a_unit_is_shown_as_the_unit_is() -> None:
    assert by_mode({("A", "paper"): 30, ("B", "qr"): 40}) == [False, False]


RULES: dict[str, dict[str, object]] = {
    "mean": {},
    "pooled": {"index": "pooled"},
    "parts": {
        "index": "parts",
        "parts": (
            Part(code="x", title=Text(vi="Phần một"), sections=("access",), weight=60),
            Part(code="y", title=Text(vi="Phần hai"), sections=("staff",), weight=40),
        ),
    },
}


@pytest.mark.parametrize("rule", RULES)
def test_a_group_of_everybody_has_the_index_of_the_questionnaires_rule(rule: str) -> None:
    rows = [
        ("A", "land", [5, 4, NA]),
        ("A", "land", [2, 4, 4]),
        ("B", "land", [1, 5, 3]),
        ("B", "land", [4, NA, 5]),
    ]
    found = evidence({("A", "land"): 30, ("B", "land"): 50}, rows, asked=with_scoring(asked(), **RULES[rule]))
    everybody = replace(found, choices={"sex": np.array([WOMAN] * 4, dtype=np.int8)})
    result = evaluate(score_round(everybody), None)
    women = by(result, "sex").groups[1].measure
    assert women.estimate == result.index.estimate
    assert women.interval == result.index.interval
    assert (women.responses, women.dossiers) == (4, 80)


@pytest.mark.parametrize("rule", RULES)
def test_the_factors_of_the_only_unit_are_those_of_the_round(rule: str) -> None:
    rows = [
        ("A", "land", [5, 4, NA]),
        ("A", "land", [2, 4, 4]),
        ("A", "land", [1, 5, 3]),
        ("A", "land", [4, NA, 5]),
    ]
    found = evidence({("A", "land"): 30}, rows, asked=with_scoring(definition(), **RULES[rule]))
    result = evaluate(score_round(found), None)
    [unit] = result.units
    assert unit.factors == tuple(factor.measure for factor in result.factors)


def test_a_round_that_nobody_answered_has_no_groups_to_show() -> None:
    result = protect(evaluate(score_round(answered({("A", "land"): 10}, [])), None), FEWEST)
    assert not any(group.measure.responses for grouping in result.groupings for group in grouping.groups)
