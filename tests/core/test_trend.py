"""The index over rounds: joined while the same is asked, broken and never bridged where not."""

from questionnaires.comparison import EditorialChange
from questionnaires.definition import Definition
from survey.core.evaluation import evaluate
from survey.core.measure import Measure
from survey.core.round import Round
from survey.core.scoring import score_round
from survey.core.trend import TrendPoint, trend
from tests.core.tiny import definition, evidence, item, round_of


def asking(first: str) -> Definition:
    """The tiny questionnaire with these words for its first item."""
    asked = definition()
    access, staff = asked.sections
    changed = access.model_copy(update={"items": (item("a1", first), access.items[1])})
    return asked.model_copy(update={"sections": (changed, staff)})


def answered(asked: Definition, code: str) -> tuple[Round, Measure]:
    found = evidence({("A", "land"): 100}, [("A", "land", (5, 4, 2))] * 9, asked=asked)
    return round_of(asked, code), evaluate(score_round(found), None).index


def line(*asked: Definition, editorial: tuple[EditorialChange, ...] = ()) -> tuple[TrendPoint, ...]:
    return trend([answered(each, f"q{number}") for number, each in enumerate(asked)], editorial)


def test_rounds_that_ask_the_same_are_joined() -> None:
    assert [point.joins for point in line(definition(), definition(), definition())] == [False, True, True]


def test_other_words_break_the_line_and_the_same_words_afterwards_go_on_from_the_break() -> None:
    old, new = asking("Dễ tìm"), asking("Sạch sẽ")
    assert [point.joins for point in line(old, old, new, new)] == [False, True, False, True]


def test_a_rewording_that_was_declared_editorial_bridges_the_line() -> None:
    old, new = asking("Dễ tìm"), asking("Dễ tìm thấy")
    assert [point.joins for point in line(old, new)] == [False, False]
    declared = EditorialChange("a1", old.items[0].text.vi, new.items[0].text.vi)
    assert [point.joins for point in line(old, new, editorial=(declared,))] == [False, True]


def test_every_point_has_its_own_rounds_index() -> None:
    points = line(definition(), definition())
    assert [point.round.code for point in points] == ["q0", "q1"]
    assert all(point.index.value == 2 / 3 for point in points)
