"""The report of a unit says why it has no index where some of its items have figures."""

from dataclasses import replace

import pytest

from reports.document import Document, Headline, Note, Table
from reports.formats import Language
from reports.unit_report import build_unit_report
from survey.core.breakdown import break_down
from survey.core.evaluation import evaluate
from survey.core.scoring import score_round
from survey.wording import translator
from tests.core.test_breakdown import CELLS, FEWEST, rows, without_b1_in_a
from tests.core.tiny import Row, evidence
from tests.reports.test_unit_charts import edition


def report(listed: list[Row], unit: str, language: Language = "vi") -> Document:
    found = evidence(CELLS, listed)
    shown = replace(
        edition(evaluate(score_round(found), None)), language=language, translate=translator(language)
    )
    return build_unit_report(shown, break_down(score_round(found), FEWEST), unit)


def notes(document: Document) -> str:
    return " ".join(block.text for block in document.blocks if isinstance(block, Note))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_unit_without_an_index_names_the_item_that_nobody_rated(language: Language) -> None:
    document = report([*without_b1_in_a(dict.fromkeys(CELLS, 20))], "A", language)
    [headline] = [block for block in document.blocks if isinstance(block, Headline)]
    assert headline.value.text == "–"
    item = score_round(evidence(CELLS, [])).definition.items[2].text.in_language(language).rstrip(".")
    assert f"“{item}”" in notes(document)
    figures = [block for block in document.blocks if isinstance(block, Table)][-1]
    assert any(cell != "–" for row in figures.rows for cell in row[1:])


def test_a_unit_with_an_index_and_one_with_too_few_responses_name_no_item() -> None:
    whole = notes(report([*rows(dict.fromkeys(CELLS, 20))], "A"))
    assert "Chưa tính được chỉ số" not in whole
    few = notes(report([*without_b1_in_a(dict.fromkeys(CELLS, 1))], "A"))
    assert "Chưa tính được chỉ số" not in few
