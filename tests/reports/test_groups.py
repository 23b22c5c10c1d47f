"""The chapter on groups of respondents, and the numbers of the chapters."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from reports.document import Block, Figure, Heading, Paragraph, Table
from reports.edition import Edition
from reports.formats import Language, roman
from reports.groups import blocks
from reports.report import build_report, numbered
from survey.core.evaluation import evaluate
from survey.core.place import Instance
from survey.core.scoring import score_round
from survey.core.small_cells import protect
from survey.wording import translator
from tests.core.test_respondents import MAN, SILENT, WOMAN, answered


def edition(counts: dict[int, int], language: Language = "vi") -> Edition:
    """A report on so many men, women and others, who answered in turn by code and on paper."""
    who = [person for person, count in counts.items() for _ in range(count)]
    rows = [
        ("A" if at % 2 else "B", "land", [5, 4, 3] if at % 3 else [2, 4, 5], person)
        for at, person in enumerate(who)
    ]
    found = answered({("A", "land"): 500, ("B", "land"): 900}, rows)
    mode = np.arange(len(who)) % 2
    result = evaluate(score_round(replace(found, mode=mode, modes=("paper", "qr"))), None)
    owner = Instance("UBND", "Sở", "Huế", "BC", simulated=False)
    return Edition(protect(result, 5), owner, date(2026, 11, 22), language, translator(language))


def tables(found: list[Block]) -> list[Table]:
    return [block for block in found if isinstance(block, Table)]


def test_every_trait_has_its_table_and_all_groups_one_chart() -> None:
    found = blocks(edition({MAN: 20, WOMAN: 30}))
    assert [table.caption for table in tables(found)] == [
        "Chỉ số hài lòng: hình thức trả lời",
        "Chỉ số hài lòng: giới tính",
    ]
    assert [row[0] for row in tables(found)[1].rows] == ["Nam", "Nữ"]
    [figure] = [block for block in found if isinstance(block, Figure)]
    for name in ("Nam", "Nữ", "phiếu giấy nhập lại", "quét mã QR tại quầy"):
        assert name in figure.alt


def test_a_hidden_group_shows_neither_figure_nor_share_and_no_share_gives_it_away() -> None:
    table = tables(blocks(edition({MAN: 20, WOMAN: 30, SILENT: 2})))[1]
    assert [row[0] for row in table.rows] == ["Nam", "Nữ", "không trả lời câu này"]
    assert [row[2] for row in table.rows] == ["–", "–", "–"]
    men, women, others = ([getattr(cell, "text", cell) for cell in row] for row in table.rows)
    assert men[1:] == ["20", "–", "–", "–"]
    assert others[1:] == ["2", "–", "–", "–"]
    assert "%" in women[3]
    assert "được ẩn" in table.note


def test_where_all_answered_alike_a_sentence_says_so() -> None:
    made = edition({MAN: 20})
    alone = replace(made, result=replace(made.result, groupings=()))
    _heading, paragraph = blocks(alone)
    assert isinstance(paragraph, Paragraph)
    assert "không tách được nhóm nào" in paragraph.text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_main_parts_are_numbered_without_a_gap_and_annexes_not_at_all(language: Language) -> None:
    report = build_report(edition({MAN: 20, WOMAN: 30}, language))
    parts = [block for block in report.blocks if isinstance(block, Heading) and block.level == 1]
    assert [part.text.partition(". ")[0] for part in parts[:-1]] == [
        roman(number) for number in range(1, len(parts))
    ]
    assert ". " not in parts[-1].text
    assert parts[-1].anchor == "annex"


def test_sections_inside_a_part_have_no_numeral() -> None:
    given = [
        Heading(1, "MỘT", "a"),
        Heading(2, "Nhỏ", "b"),
        Heading(1, "HAI", "c"),
        Heading(1, "PHỤ LỤC", "annex"),
    ]
    assert [block.text for block in numbered(given) if isinstance(block, Heading)] == [
        "I. MỘT",
        "Nhỏ",
        "II. HAI",
        "PHỤ LỤC",
    ]


def test_roman_numerals_are_those_of_the_textbook() -> None:
    assert [roman(n) for n in (1, 4, 6, 9, 10, 14, 19, 20)] == [
        "I",
        "IV",
        "VI",
        "IX",
        "X",
        "XIV",
        "XIX",
        "XX",
    ]
