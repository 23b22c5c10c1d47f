"""What the report says of raking: nothing where nobody asked, what moved where it was done, why where it was not."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import docx
import openpyxl
import pytest

from reports.document import Bullets, Document, Heading, Number, Paragraph, Table
from reports.edition import Edition
from reports.pdf import write_pdf
from reports.raking import blocks, refusal
from reports.report import build_report
from reports.word import write_docx
from reports.workbook import write_xlsx
from survey.core.credibility import Reach, judge
from survey.core.evaluation import evaluate
from survey.core.evidence import Evidence
from survey.core.place import Instance
from survey.core.raking import Reason, Refused
from survey.core.scoring import score_round
from survey.core.small_cells import protect
from survey.wording import translator
from tests.core.test_flags import at_hours, day_by_day
from tests.core.test_raking import HAND, SILENT, YES, Row, raked_round
from tests.core.tiny import evidence
from tests.reports.reading import html, page_texts, squeezed
from tests.reports.test_attention import ROWS as DRIVEN

ROWS: list[Row] = [*HAND * 6, *[("A", "land", YES, SILENT)] * 6]
KNOWN = {"sex": {"Nữ": 600, "Nam": 400}}
DOSSIERS = {("A", "land"): 1000}


def edition(found: Evidence) -> Edition:
    result = evaluate(score_round(found), None)
    trust = judge(score_round(found), at_hours(day_by_day(found.responses)), Reach(), None)
    owner = Instance("UBND", "Sở", "Huế", "BC", simulated=False)
    shown = protect(replace(result, credibility=trust), 5)
    return Edition(shown, owner, date(2026, 11, 22), "vi", translator("vi"))


def report(margins: dict[str, dict[str, int]], weights: str = "raked") -> Document:
    return build_report(edition(raked_round(ROWS, margins, DOSSIERS, weights=weights)))


def words(found: Document) -> str:
    return "\n".join(block.text for block in found.blocks if isinstance(block, Paragraph))


def margins_table(found: Document) -> Table:
    return next(
        block for block in found.blocks if isinstance(block, Table) and block.caption.startswith("Các biên")
    )


def test_a_round_with_the_usual_settings_has_the_same_document_with_margins_and_without() -> None:
    with_, without = report(KNOWN, "strata"), report({}, "strata")
    assert with_ == without
    assert write_pdf(with_) == write_pdf(without)
    assert not [block for block in with_.blocks if isinstance(block, Heading) and block.anchor == "raking"]


def test_what_moved_is_printed() -> None:
    found = report(KNOWN)
    text = words(found)
    # 36 responses, 30 with a sex: 833 1/3 dossiers, 500 of women (27 7/9 × 12 = 333 1/3 before), 333 1/3 of men.
    assert "một hệ số từ 0,67 đến 1,50" in text
    assert "khớp cùng lúc tỷ trọng hồ sơ theo giới tính" in text
    assert "đi từ 1,00 đến 1,14" in text
    before, after = (6 * 1 + 12 + 6) / 36, (500 * 1 / 2 + 1000 / 3 * 2 / 3 + 1000 / 6) / 1000
    assert f"chỉ số là {100 * before:.2f}".replace(".", ",") in text
    assert f"sau cân chỉnh là {100 * after:.2f}".replace(".", ",") in text
    rows = [
        [cell if isinstance(cell, str) else cell.text for cell in row] for row in margins_table(found).rows
    ]
    assert rows == [
        ["giới tính", "Nam", "18", "60,00\xa0%", "40,00\xa0%"],
        ["giới tính", "Nữ", "12", "40,00\xa0%", "60,00\xa0%"],
        ["giới tính", "không trả lời, không rõ", "6", "–", "–"],
    ]
    bullets = [block for block in found.blocks if hasattr(block, "items")]
    assert any("Deming–Stephan" in item for block in bullets for item in block.items)


def test_what_goes_by_other_weights_than_the_index_is_named_where_it_stands() -> None:
    """The order of factors, and the ranks as if units were independent."""

    def said(found: Document) -> str:
        listed = [text for block in found.blocks if isinstance(block, Bullets) for text in block.items]
        return "\n".join([*listed, *(block.note for block in found.blocks if isinstance(block, Table))])

    order = evaluate(score_round(evidence({("A", "land"): 240}, DRIVEN)), None).attention
    for weights, is_raked in (("raked", True), ("strata", False)):
        found = edition(raked_round(ROWS, KNOWN, DOSSIERS, weights=weights))
        document = build_report(replace(found, result=replace(found.result, attention=order)))
        for phrase in ("chưa cân chỉnh theo biên, nên có thể lệch", "phụ thuộc nhau đôi chút"):
            assert (phrase in said(document)) is is_raked


def test_all_four_writers_carry_it() -> None:
    found = report(KNOWN)
    table = margins_table(found)
    cells = [cell.text for row in table.rows for cell in row if isinstance(cell, Number)]
    page, paper = html(found), squeezed("".join(page_texts(write_pdf(found))))
    word = docx.Document(BytesIO(write_docx(found)))
    of_word = [[cell.text for cell in row.cells] for one in word.tables for row in one.rows]
    for text in cells:
        assert text in page
        assert squeezed(text) in paper
        assert any(text in row for row in of_word)
    book = openpyxl.load_workbook(BytesIO(write_xlsx(found)))
    values = {
        cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, float)
    }
    assert {0.6, 0.4} <= {round(value, 12) for value in values}
    assert "hệ số từ 0,67 đến 1,50" in page


def test_a_refusal_is_said_plainly_and_the_figures_are_those_of_the_strata() -> None:
    found = report({"sex": {"Nữ": 600, "Nam": 401}})
    text = words(found)
    assert "không thực hiện được nên báo cáo dùng trọng số theo hồ sơ" in text
    assert "biên giới tính cộng lại là 1.001 hồ sơ, tổng thể của đợt là 1.000 hồ sơ" in text
    assert "Tổng thể không cho biết số hồ sơ của từng nhóm" in text  # and not that weights are raked
    without = edition(raked_round(ROWS, {}, DOSSIERS, weights="strata")).result
    assert edition(raked_round(ROWS, {}, DOSSIERS)).result.index == without.index


@pytest.mark.parametrize("reason", Reason)
def test_every_refusal_says_what_to_do(reason: Reason) -> None:
    refused = Refused(reason, "age", ("18–24 tuổi", "<b>"), 1234, 5678)
    said = refusal(refused, translator("vi"), "vi")
    assert "hãy" in said
    assert "%(" not in said
    if reason is Reason.NOBODY:
        assert "biên nhóm tuổi" in said
        assert "“18–24 tuổi”" in said


def test_while_answers_are_taken_the_index_is_told_in_one_way() -> None:
    found = raked_round(ROWS, KNOWN, DOSSIERS)
    result = protect(evaluate(score_round(found), None), 5, is_moving=True)
    owner = Instance("UBND", "Sở", "Huế", "BC", simulated=False)
    said = blocks(Edition(result, owner, date(2026, 11, 22), "vi", translator("vi")))
    assert not any(isinstance(block, Paragraph) and "sau cân chỉnh là" in block.text for block in said)


@pytest.mark.parametrize(("before", "now"), [("strata", "raked"), ("raked", "strata"), ("raked", "raked")])
def test_a_change_of_method_since_the_round_before_is_told(before: str, now: str) -> None:
    rounds = [raked_round(ROWS, KNOWN, DOSSIERS, weights=weights) for weights in (before, now)]
    result = evaluate(score_round(rounds[1]), None, evaluate(score_round(rounds[0]), None))
    owner = Instance("UBND", "Sở", "Huế", "BC", simulated=False)
    found = build_report(Edition(protect(result, 5), owner, date(2026, 11, 22), "vi", translator("vi")))
    assert ("gia quyền theo hai cách khác nhau" in words(found)) == (before != now)
