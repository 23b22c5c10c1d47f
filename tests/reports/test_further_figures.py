"""What a questionnaire's rule wants beside the index is printed with its own name and interval."""

from dataclasses import replace
from datetime import date

from questionnaires.definition import Part, Text
from reports.document import Table
from reports.edition import Edition
from reports.scoring import further_figures, index_name, reworded
from survey.core.evaluation import evaluate
from survey.core.place import Instance
from survey.core.scoring import score_round
from survey.wording import translator
from tests.core.tiny import definition, evidence
from tests.core.variants import with_scoring

ROWS = [
    ("A", "land", [5, 5, 4]),
    ("A", "land", [4, 3, 3]),
    ("A", "land", [3, 4, 4]),
    ("A", "land", [2, 5, 4]),
] * 3
PARTS = (
    Part(code="x", title=Text(vi="Phần một"), sections=("access",), weight=60),
    Part(code="y", title=Text(vi="Phần hai"), sections=("staff",), weight=40),
)


def edition(**scoring: object) -> Edition:
    asked = with_scoring(definition(), **scoring)
    result = evaluate(score_round(evidence({("A", "land"): 80}, ROWS, asked=asked)), None)
    owner = Instance("UBND", "Sở", "Huế", "BC", simulated=False)
    return Edition(result, owner, date(2026, 11, 22), "vi", translator("vi"))


def test_parts_and_further_figures_stand_in_one_table() -> None:
    made = edition(index="parts", parts=PARTS, also=("mean_score", "all_satisfied"))
    table = further_figures(made)[1]
    assert isinstance(table, Table)
    assert [(row[0], getattr(row[1], "text", "")) for row in table.rows] == [
        ("Phần một (trọng số 60%)", "62,50\N{NO-BREAK SPACE}%"),
        ("Phần hai (trọng số 40%)", "75,00\N{NO-BREAK SPACE}%"),
        ("Điểm trung bình (tối đa 5)", "3,83"),
        ("Hài lòng toàn diện: tỷ lệ người hài lòng ở mọi câu đã trả lời", "25,00\N{NO-BREAK SPACE}%"),
    ]
    assert "trọng số các phần" in index_name(made)


def test_a_questionnaire_that_wants_nothing_more_gets_no_empty_table() -> None:
    assert further_figures(edition()) == []
    assert reworded(edition()) == []


def test_items_compared_by_declaration_are_named() -> None:
    made = edition()
    made = replace(made, result=replace(made.result, reworded=made.result.factors[0].section.items[:1]))
    [paragraph] = reworded(made)
    assert "Tiêu chí a1" in str(paragraph)
    assert "khai báo là không đổi nghĩa" in str(paragraph)
