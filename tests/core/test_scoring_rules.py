"""The scoring rules beside the mean of shares, against values computed by hand."""

from math import isclose

import pytest

from questionnaires.definition import Definition, Part, Scoring, Text
from survey.core.evaluation import evaluate
from survey.core.result import RoundResult
from survey.core.scoring import score_round
from tests.core.tiny import BLANK, definition, evidence
from tests.core.variants import with_scoring

# One stratum of 8 dossiers. Shares: a1 2/4, a2 1/2, b1 3/3; 6 satisfied of 9 answers; scores add up to 34.
ROWS = [
    ("A", "land", [5, 5, 4]),
    ("A", "land", [4, 3, BLANK]),
    ("A", "land", [3, BLANK, 4]),
    ("A", "land", [2, BLANK, 4]),
]


def result(**scoring: object) -> RoundResult:
    return evaluate(
        score_round(evidence({("A", "land"): 8}, ROWS, asked=with_scoring(definition(), **scoring))), None
    )


def parts(first: int) -> tuple[Part, ...]:
    return (
        Part(code="x", title=Text(vi="X"), sections=("access",), weight=first),
        Part(code="y", title=Text(vi="Y"), sections=("staff",), weight=100 - first),
    )


def test_pooled_is_all_satisfied_answers_over_all_answers_in_the_form_and_in_each_factor() -> None:
    found = result(index="pooled")
    assert isclose(found.index.value, 6 / 9)
    assert isclose(found.unweighted, 6 / 9)
    assert [round(factor.measure.value, 9) for factor in found.factors] == [0.5, 1.0]
    assert isclose(found.units[0].measure.value, 6 / 9)
    assert isclose(found.fields[0].measure.value, 6 / 9)


def test_parts_weigh_the_means_of_their_items() -> None:
    found = result(index="parts", parts=parts(60))
    assert isclose(found.index.value, 0.6 * 0.5 + 0.4 * 1)
    assert isclose(found.unweighted, 0.6 * 0.5 + 0.4 * 1)
    assert [(one.part.code, round(one.measure.value, 9)) for one in found.parts] == [("x", 0.5), ("y", 1.0)]
    assert isclose(found.units[0].measure.value, 0.7)


def test_parts_weighted_by_their_number_of_items_are_the_mean_of_all_items() -> None:
    # Two items of three in one part: 2/3 is no whole number of hundredths, so each item has a part of its own weight.
    plain, weighted = result(), result(index="parts", parts=parts(67))
    assert abs(plain.index.value - weighted.index.value) < 0.01


def test_the_mean_score_is_all_points_over_all_answers() -> None:
    [score] = result(also=("mean_score",)).further
    assert (score.name, score.most) == ("mean_score", 5)
    assert isclose(score.measure.value * score.most, 34 / 9)
    assert score.measure.interval is not None


def test_full_satisfaction_counts_people_who_are_satisfied_with_all_they_answered() -> None:
    [share] = result(also=("all_satisfied",)).further
    assert isclose(share.measure.value, 1 / 4)


def test_somebody_who_answered_nothing_is_not_fully_satisfied_but_left_out() -> None:
    asked = with_scoring(definition(), also=("all_satisfied",))
    rows = [("A", "land", [5, 5, 5]), ("A", "land", [BLANK, BLANK, BLANK]), ("A", "land", [1, 5, 5])]
    [share] = evaluate(score_round(evidence({("A", "land"): 9}, rows, asked=asked)), None).further
    assert isclose(share.measure.value, 1 / 2)


def test_a_round_without_answers_has_no_figures_and_does_not_fail() -> None:
    asked = with_scoring(definition(), index="pooled", also=("mean_score", "all_satisfied"))
    found = evaluate(score_round(evidence({("A", "land"): 9}, [], asked=asked)), None)
    assert not found.index.is_known
    assert not any(one.measure.is_known for one in found.further)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"index": "parts"}, "danh sách parts"),
        ({"parts": parts(60)}, "danh sách parts"),
        ({"index": "parts", "parts": parts(60)[:1]}, "bằng 100"),
        ({"index": "parts", "parts": (parts(50)[0], parts(50)[0])}, "chỉ thuộc một phần"),
        ({"rule": "points", "satisfied": (), "max_points": 5, "also": ("all_satisfied",)}, "all_satisfied"),
    ],
)
def test_rules_that_say_nothing_sensible_are_refused(change: dict[str, object], words: str) -> None:
    scoring = definition().scoring.model_dump() | change
    with pytest.raises(ValueError, match=words):
        Scoring.model_validate(scoring)


def test_parts_that_leave_a_section_out_are_refused() -> None:
    lonely = Part(code="x", title=Text(vi="X"), sections=("access",), weight=100)
    with pytest.raises(ValueError, match="mọi yếu tố"):
        with_scoring(definition(), index="parts", parts=(lonely,))


def test_a_definition_without_the_new_keys_is_stored_as_before() -> None:
    scoring = definition().model_dump(mode="json")["scoring"]
    assert not {"index", "parts", "also"} & set(scoring)
    assert Definition.model_validate(definition().model_dump()) == definition()
