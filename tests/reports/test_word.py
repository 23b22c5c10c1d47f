"""The report as a Word file: what an office finds when it opens it to go on writing."""

from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from docx.document import Document as File
from docx.oxml.ns import qn
from docx.shared import Mm

from reports.document import Figure, Heading, Paragraph, Table
from reports.word import write_docx
from tests.reports.every_block import KINDS, one_of_each
from tests.reports.reading import document, in_words, squeezed, vietnamese_letters
from tests.reports.sample import sample_document


@pytest.fixture(scope="module")
def sample() -> File:
    """The sample report, opened."""
    return opened(write_docx(sample_document()))


def opened(content: bytes) -> File:
    """A Word file as its library reads it."""
    return docx.Document(BytesIO(content))


def said(file: File) -> str:
    """Every text of the body, tables included, in order."""
    return "".join(element.text or "" for element in file.element.body.iter(qn("w:t")))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_file_says_every_text_of_a_block_letter_for_letter(kind: str) -> None:
    text = in_words(vietnamese_letters())
    block, times = one_of_each(text)[kind]
    drawn = 1 if kind in {"Headline", "Figure"} else 0  # alternative texts are no text of the body
    file = opened(write_docx(document(block)))
    found = squeezed(said(file)).count(squeezed(text))
    assert found == {"Headline": 3, "Figure": 1}.get(kind, times)
    assert len(file.inline_shapes) == drawn


def test_headings_are_headings_and_have_their_bookmarks(sample: File) -> None:
    expected = [
        (f"Heading {block.level}", block.text, block.anchor)
        for block in sample_document().blocks
        if isinstance(block, Heading)
    ]
    found = [
        (line.style.name, line.text, mark.get(qn("w:name")))
        for line in sample.paragraphs
        if line.style is not None and (line.style.name or "").startswith("Heading")
        for mark in line._p.iter(qn("w:bookmarkStart"))  # noqa: SLF001 - the library has no bookmarks
    ]
    assert found == expected


def test_the_contents_lead_to_every_heading(sample: File) -> None:
    marks = {mark.get(qn("w:name")) for mark in sample.element.body.iter(qn("w:bookmarkStart"))}
    links = [link.get(qn("w:anchor")) for link in sample.element.body.iter(qn("w:hyperlink"))]
    headings = [block for block in sample_document().blocks if isinstance(block, Heading)]
    assert links == [heading.anchor for heading in headings]
    assert set(links) <= marks


def test_tables_and_figures_are_numbered_by_fields_and_captioned(sample: File) -> None:
    blocks = [block for block in sample_document().blocks if isinstance(block, Table | Figure)]
    counted = {"Table": 0, "Figure": 0}
    expected = []
    for block in blocks:
        kind = type(block).__name__
        counted[kind] += 1
        expected.append(f"{'Bảng' if kind == 'Table' else 'Hình'} {counted[kind]}. {block.caption}")
    captions = [line for line in sample.paragraphs if line.style and line.style.name == "Caption"]
    assert [line.text for line in captions] == expected
    for line in captions:
        assert "SEQ" in "".join(field.text or "" for field in line._p.iter(qn("w:instrText")))  # noqa: SLF001


def test_every_picture_has_its_alternative_text(sample: File) -> None:
    described = [shape._inline.docPr.get("descr") for shape in sample.inline_shapes]  # noqa: SLF001
    expected = [block.alt for block in sample_document().blocks if hasattr(block, "alt")]
    assert described == expected


def test_the_page_is_that_of_an_official_document(sample: File) -> None:
    section = sample.sections[0]
    assert [round(side.mm) for side in (section.page_width, section.page_height) if side] == [210, 297]
    sides = (section.left_margin, section.right_margin, section.top_margin, section.bottom_margin)
    assert [side.mm for side in sides if side] == pytest.approx([30, 15, 20, 20], abs=0.1)
    assert section.different_first_page_header_footer
    for table in sample.tables:
        wide = sum(column.width or 0 for column in table.columns)
        assert wide <= Mm(165.5)


def test_the_first_row_of_a_table_is_its_head_on_every_page(sample: File) -> None:
    ruled = [table for table in sample.tables if table.style and table.style.name == "Table Grid"]
    assert ruled
    for table in ruled:
        heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]  # noqa: SLF001
        assert heads == [True] + [False] * (len(heads) - 1)


def test_text_is_read_and_spelled_as_vietnamese(sample: File) -> None:
    normal = sample.styles["Normal"].element
    assert [lang.get(qn("w:val")) for lang in normal.iter(qn("w:lang"))] == ["vi-VN"]
    assert sample.core_properties.language == "vi-VN"


def test_the_same_report_gives_the_same_file_without_an_hour_of_making() -> None:
    first, second = (write_docx(sample_document(3)) for _ in range(2))
    assert first == second
    with ZipFile(BytesIO(first)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_text_that_looks_like_markup_stays_a_text() -> None:
    evil = "<w:br/> & ]]> {PAGE}"
    assert evil in said(opened(write_docx(document(Paragraph(evil)))))
