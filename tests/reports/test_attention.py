"""Which factor a leader is told to mend first, and what must be said beside it."""

from dataclasses import replace
from datetime import date

import pytest

from questionnaires.definition import Part, Text
from reports import attention
from reports.document import Bullets, Figure, Table
from reports.edition import Edition
from survey.core.evaluation import evaluate
from survey.core.place import Instance
from survey.core.scoring import score_round
from survey.wording import translator
from tests.core.tiny import Row, definition, evidence
from tests.core.variants import with_scoring

# Of 24 responses: a1 is good in 12, a2 in all but 2, b1 in 12.
ROWS: list[Row] = [
    *[("A", "land", [5, 5, 5])] * 8,
    *[("A", "land", [2, 5, 5])] * 4,
    *[("A", "land", [4, 4, 2])] * 4,
    *[("A", "land", [2, 4, 2])] * 6,
    *[("A", "land", [1, 2, 2])] * 2,
]


def edition(rows: list[Row] | None = None, **scoring: object) -> Edition:
    """An edition of a round with one stratum of 240 dossiers."""
    asked = with_scoring(definition(), **scoring)
    result = evaluate(
        score_round(evidence({("A", "land"): 240}, ROWS if rows is None else rows, asked=asked)), None
    )
    owner = Instance("UBND", "Sở", "Huế", "BC", simulated=False)
    return Edition(result, owner, date(2026, 11, 22), "vi", translator("vi"))


def test_the_room_of_a_factor_is_what_the_index_gains_when_its_low_items_come_up_to_it() -> None:
    found = edition().result.attention
    assert found is not None
    # shares 12/24, 22/24, 12/24; the index is their mean 46/72; each low item lacks 46/72 - 36/72 = 10/72
    gains = {one.section.code: one.gain for one in found.order}
    assert gains == pytest.approx({"access": 10 / 72 / 3, "staff": 10 / 72 / 3})
    assert {one.section.code: one.items for one in found.order} == {"access": ("a1",), "staff": ("b1",)}


def test_the_order_is_by_importance_times_room_and_importances_make_a_whole() -> None:
    found = edition().result.attention
    assert found is not None
    products = [one.importance * one.gain for one in found.order]
    assert products == sorted(products, reverse=True)
    assert sum(one.importance for one in found.order) == pytest.approx(1.0)


def test_the_first_page_names_the_factors_and_their_lowest_items() -> None:
    [first, second] = attention.advice(edition())
    both = first + second
    assert (
        "Tiếp cận (chỉ số có thể thêm 4,63\N{NO-BREAK SPACE}điểm\N{NO-BREAK SPACE}%): thấp nhất là “Tiêu chí a1” (50,00"
        in both
    )
    assert "“Tiêu chí b1”" in both


def test_the_order_is_printed_with_its_cautions_and_its_chart_has_words() -> None:
    blocks = attention.blocks(edition())
    [table] = [block for block in blocks if isinstance(block, Table)]
    [figure] = [block for block in blocks if isinstance(block, Figure)]
    [cautions] = [block for block in blocks if isinstance(block, Bullets)]
    assert len(table.rows) == 2
    assert "Tiếp cận" in figure.alt
    assert "Công chức" in figure.alt
    said = " ".join(cautions.items)
    assert "chưa phải là nguyên nhân" in said
    assert "Chưa tới 30 phiếu" in said
    assert "Điểm chung được tính từ chính các yếu tố này" in said


@pytest.mark.parametrize(
    ("rows", "scoring"),
    [
        (ROWS, {"index": "pooled"}),
        (
            ROWS,
            {
                "index": "parts",
                "parts": (Part(code="x", title=Text(vi="P"), sections=("access", "staff"), weight=100),),
            },
        ),
        (ROWS[:3], {}),  # too few, and nobody differs
        ([("A", "land", [5, 5, 5])] * 40, {}),  # nothing varies
    ],
)
def test_without_an_honest_order_the_lowest_items_are_named_instead(
    rows: list[Row], scoring: dict[str, object]
) -> None:
    made = edition(rows, **scoring)
    assert made.result.attention is None
    assert attention.blocks(made) == []
    assert len(attention.advice(made)) == 3


def test_without_answers_nothing_is_advised() -> None:
    assert attention.advice(edition([])) == []


def test_a_factor_without_room_is_not_advised() -> None:
    made = edition()
    assert made.result.attention is not None
    order = tuple(replace(one, gain=0.0) for one in made.result.attention.order)
    calm = replace(made, result=replace(made.result, attention=replace(made.result.attention, order=order)))
    assert "có thể thêm" not in " ".join(attention.advice(calm))
