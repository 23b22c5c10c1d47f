"""The screen and the paper say the same: every writer knows every kind of block, with the same numbers."""

import re
from itertools import pairwise
from typing import cast

import pytest
import tinycss2

from reports.charts import PALETTE
from reports.document import Block, Table
from reports.pdf import write_pdf
from reports.word import write_docx
from tests.reports.every_block import KINDS, Poem, one_of_each, unwritten
from tests.reports.reading import (
    HTML,
    ROOT,
    SVG,
    document,
    html,
    in_words,
    page_texts,
    parsed,
    squeezed,
    vietnamese_letters,
)
from tests.reports.sample import sample_document

BLOCKS = [block for block, _ in one_of_each("Chữ").values()]
WRITERS = {
    "html": html,
    "pdf": lambda block: write_pdf(document(block)),
    "docx": lambda block: write_docx(document(block)),
}
NUMBERED = r"(Bảng|Hình) (\d+)\. ?([^\n<]{4,})"


def test_the_blocks_tried_are_all_the_kinds_there_are() -> None:
    assert set(one_of_each("x")) == KINDS == {type(block).__name__ for block in BLOCKS}
    assert {type(block).__name__ for block in sample_document().blocks} == KINDS


@pytest.mark.parametrize("writer", WRITERS)
def test_every_kind_of_block_is_written(writer: str) -> None:
    assert unwritten(BLOCKS, WRITERS[writer]) == set()


@pytest.mark.parametrize("writer", WRITERS)
def test_a_kind_that_a_writer_does_not_know_is_counted(writer: str) -> None:
    poem = cast("Block", Poem("Chữ"))
    assert unwritten([*BLOCKS, poem], WRITERS[writer]) == {"Poem"}


@pytest.mark.parametrize("kind", one_of_each("x"))
def test_the_page_says_every_text_of_a_block_letter_for_letter(kind: str) -> None:
    text = in_words(vietnamese_letters())
    block, times = one_of_each(text)[kind]
    assert squeezed("".join(parsed(html(block)).itertext())).count(squeezed(text)) == times


def test_tables_and_figures_have_the_same_numbers_on_screen_and_on_paper() -> None:
    sample = sample_document()
    paper = "\n".join(page_texts(write_pdf(sample)))
    shown = parsed(html(sample))
    captions = [
        " ".join("".join(element.itertext()).split())
        for name in ("caption", "figcaption")
        for element in shown.iter(f"{HTML}{name}")
    ]
    numbered = [match.groups() for match in map(re.compile(NUMBERED).match, captions) if match]
    assert len(numbered) == sum(type(block).__name__ in {"Table", "Figure"} for block in sample.blocks)
    for kind, number, caption in numbered:
        assert squeezed(f"{kind} {number}. {caption}") in squeezed(paper)


def test_the_page_is_valid_and_carries_no_inline_style_script_or_handler() -> None:
    page = parsed(html(sample_document()))
    for element in page.iter():
        assert element.tag not in {f"{HTML}script", f"{HTML}style"}
        assert not [name for name in element.attrib if name == "style" or name.startswith("on")]
    ids = [element.attrib["id"] for element in page.iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids))
    targets = {element.attrib["href"].removeprefix("#") for element in page.iter(f"{HTML}a")}
    assert targets <= set(ids)


def test_headings_descend_without_gaps_under_one_title() -> None:
    levels = [
        int(tag[-1]) for element in parsed(html(sample_document())).iter() if (tag := name_of(element)) in H
    ]
    assert levels.count(1) == 1
    assert all(lower <= upper + 1 for upper, lower in pairwise(levels))


H = {f"h{level}" for level in range(1, 7)}


def name_of(element: object) -> str:
    """An element's name without its namespace."""
    return str(getattr(element, "tag", "")).removeprefix(HTML)


def test_tables_can_be_read_aloud_and_scrolled_with_the_keyboard() -> None:
    page = parsed(html(sample_document()))
    for region in page.iter(f"{HTML}div"):
        if region.get("class") == "report-scroll":
            assert region.get("tabindex") == "0"
            assert region.get("aria-label")
    for table in page.iter(f"{HTML}table"):
        assert table.find(f"{HTML}caption") is not None
        assert all(head.get("scope") in {"col", "row"} for head in table.iter(f"{HTML}th"))
        for row in table.find(f"{HTML}tbody").iter(f"{HTML}tr"):
            assert len(row.findall(f"{HTML}th")) == 1
    pictures = [element for element in page.iter(f"{HTML}div") if element.get("role") == "img"]
    assert len(pictures) == sum(1 for svg in page.iter(f"{SVG}svg") if svg.get("role") == "img")
    assert all(picture.get("aria-label") for picture in pictures)


def test_text_from_people_is_escaped_everywhere() -> None:
    evil = "<script>alert(1)</script>"
    for kind, (block, _) in one_of_each(evil).items():
        assert "<script" not in html(block), kind


def test_a_table_without_text_columns_and_one_without_rows_are_written() -> None:
    table = Table("Trống", (), ())
    assert "Trống" in html(table)


def test_only_one_macro_writes_unescaped_markup() -> None:
    template = (ROOT / "templates/leader/blocks.html").read_text(encoding="utf-8")
    assert len(re.findall(r"\|\s*(?:safe|svg)\b|Markup|autoescape", template)) == 1


def test_the_pages_colours_are_those_of_the_charts() -> None:
    style = (ROOT / "survey/web/static/report.css").read_text(encoding="utf-8")
    rules = tinycss2.parse_stylesheet(style, skip_comments=True, skip_whitespace=True)
    root = next(rule for rule in rules if rule.type == "qualified-rule")
    named = {
        item.name.removeprefix("--").replace("-", "_"): tinycss2.serialize(item.value).strip()
        for item in tinycss2.parse_blocks_contents(root.content)
        if item.type == "declaration" and item.name.startswith("--")
    }
    assert len(named) >= 9
    assert named == {name: PALETTE[name] for name in named}
