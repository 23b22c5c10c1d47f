"""A document as a Word file: real headings, tables and captions that an office can go on writing in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import assert_never
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx.document import Document as File
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.shared import Mm, Pt
from docx.table import _Cell as TableCell
from docx.text.paragraph import Paragraph as Line

from reports import word_layout as layout
from reports.document import (
    Align,
    Block,
    Bullets,
    Document,
    Figure,
    Heading,
    Headline,
    Letterhead,
    Note,
    PageBreak,
    Paragraph,
    Signature,
    Table,
    VerdictRow,
    Verdicts,
)
from reports.formats import words
from reports.pdf import CONTENTS_ABOVE
from reports.pictures import pictures

PICTURE_WIDTH = Mm(160)
ROLES = {"body": "Body Text", "legal": "Legal basis", "lead": "Lead", "closing": "Body Text"}
SHORT = 12
"""A table with no more rows stays on one page."""
MARKS = {"met": "● ", "not_met": "◆ ", "not_enough": "○ ", "neutral": ""}
"""A verdict's mark differs by shape as well as by colour, like in the charts."""


@dataclass
class _Writer:
    """What is known while a file is written: its pictures still to come, and what was numbered so far.

    The leaders' page, from its one number to the page break, is set smaller so that it stays one page.
    """

    file: File
    word: dict[str, str]
    drawn: Iterator[bytes]
    headings: Sequence[Heading]
    numbers: dict[str, int] = field(default_factory=dict)
    is_leaders_page: bool = False

    def next(self, name: str) -> int:
        self.numbers[name] = self.numbers.get(name, 0) + 1
        return self.numbers[name]


def write_docx(document: Document) -> bytes:
    """The document as one Word file; equal documents give equal bytes.

    Raises:
        TypesettingFailed: if a chart cannot be drawn.
        AssertionError: for a kind of block without a writer.
    """
    svgs = [svg for block in document.blocks if (svg := _svg(block))]
    writer = _Writer(
        file=layout.blank(document),
        word=dict(words(document.language)),
        drawn=iter(pictures(svgs)),
        headings=[block for block in document.blocks if isinstance(block, Heading)],
    )
    _letterhead(writer, document.letterhead)
    for block in _with_contents(document.blocks, writer):
        _write(writer, block)
    return _packed(writer.file)


def _write(writer: _Writer, block: Block) -> None:  # noqa: C901 - one line for each kind
    match block:
        case Heading():
            _heading(writer, block)
        case Paragraph():
            line = writer.file.add_paragraph(block.text, ROLES[block.role])
            line.paragraph_format.keep_with_next = block.role == "closing" or None
        case Bullets():
            style = "Key point" if writer.is_leaders_page else "List Bullet"
            for item in block.items:
                writer.file.add_paragraph(item, style)
        case Note():
            _note(writer, block)
        case Headline():
            _headline(writer, block)
        case Verdicts():
            _verdicts(writer, block)
        case Table():
            _table(writer, block)
        case Figure():
            _picture(writer, block.alt)
            _caption(writer, "figure", block.caption)
        case PageBreak():
            _page_break(writer)
        case Signature():
            _signature(writer, block)
        case _:
            assert_never(block)


def _svg(block: Block) -> str:
    match block:
        case Figure():
            return block.svg
        case Headline():
            return block.gauge_svg
        case _:
            return ""


def _with_contents(blocks: Sequence[Block], writer: _Writer) -> Iterator[Block]:
    """The blocks, with the contents where the paper has them: at the first page break of a long document."""
    waiting = len(writer.headings) > CONTENTS_ABOVE
    for block in blocks:
        yield block
        if waiting and isinstance(block, PageBreak):
            waiting = False
            _contents(writer)
            yield PageBreak()


def _packed(file: File) -> bytes:
    """The file as bytes that tell no hour of packing."""
    loose, packed = BytesIO(), BytesIO()
    file.save(loose)
    with ZipFile(loose) as given, ZipFile(packed, "w", ZIP_DEFLATED) as taken:
        for name in given.namelist():
            taken.writestr(ZipInfo(name), given.read(name), ZIP_DEFLATED)
    return packed.getvalue()


def _letterhead(writer: _Writer, head: Letterhead) -> None:
    table = writer.file.add_table(2, 2)
    layout.widths(table, (0.46, 0.54))
    left, right = table.rows[0].cells
    layout.write(left, head.superior, "center")
    layout.write(left, head.agency, "center", bold=True)
    layout.write(right, writer.word["motto_country"], "center", bold=True)
    layout.write(right, writer.word["motto"], "center", bold=True)
    layout.write(table.cell(1, 0), head.number, "center")
    layout.write(table.cell(1, 1), head.place_and_date, "center").runs[0].italic = True
    title = writer.file.add_paragraph(style="Title")
    title.paragraph_format.space_before = Pt(8)
    title.add_run(head.kind).add_break()
    title.add_run(head.subject)


def _contents(writer: _Writer) -> None:
    head = writer.file.add_paragraph(writer.word["contents"].upper(), "Title")
    head.paragraph_format.keep_with_next = True
    lines = [writer.file.add_paragraph(style="Small") for _ in writer.headings]
    layout.open_field(lines[0], 'TOC \\o "1-2" \\h \\z \\u')
    for line, heading in zip(lines, writer.headings, strict=True):
        line.paragraph_format.left_indent = Mm(8 * (heading.level - 1))
        layout.link(line, heading.text, heading.anchor)
    layout.close_field(lines[-1])


def _heading(writer: _Writer, it: Heading) -> None:
    line = writer.file.add_heading(it.text, it.level)
    layout.bookmark(line, writer.next("bookmark"), it.anchor)


def _note(writer: _Writer, it: Note) -> None:
    line = writer.file.add_paragraph(style="Reader's note")
    line.add_run(f"{writer.word['note']}. ").bold = True
    line.add_run(it.text)


def _headline(writer: _Writer, it: Headline) -> None:
    writer.is_leaders_page = True
    label = writer.file.add_paragraph()
    label.add_run(it.label).bold = True
    number = writer.file.add_paragraph(it.value.text, "Key number")
    interval = writer.file.add_paragraph(it.interval)
    for line in (label, number, interval):
        line.paragraph_format.space_after = Pt(0)
    writer.file.add_paragraph(it.caption, "Small")
    if it.gauge_svg:
        _picture(writer, it.alt)


def _picture(writer: _Writer, alt: str) -> Line:
    line = writer.file.add_paragraph()
    line.alignment, line.paragraph_format.keep_with_next = WD_ALIGN_PARAGRAPH.CENTER, True
    shape = line.add_run().add_picture(BytesIO(next(writer.drawn)), width=PICTURE_WIDTH)
    properties = shape._inline.docPr  # noqa: SLF001 - the library has no words for alternative text
    properties.set("descr", alt)
    properties.set("name", f"{writer.word['figure']} {writer.next('picture')}")
    return line


def _caption(writer: _Writer, kind: str, text: str) -> Line:
    line = writer.file.add_paragraph(style="Caption")
    line.add_run(f"{writer.word[kind]} ")
    layout.open_field(line, f"SEQ {kind} \\* ARABIC")
    line.add_run(str(writer.next(kind)))
    layout.close_field(line)
    line.add_run(f". {text}").bold = False
    return line


def _table(writer: _Writer, it: Table) -> None:
    _caption(writer, "table", it.caption).paragraph_format.keep_with_next = True
    if it.columns:
        table = writer.file.add_table(1 + len(it.rows), len(it.columns), "Table Grid")
        layout.widths(table, layout.shares(it))
        for cell, column in zip(table.rows[0].cells, it.columns, strict=True):
            layout.write(cell, column.heading, column.align, bold=True)
        for number, (line, row) in enumerate(zip(list(table.rows)[1:], it.rows, strict=True)):
            for cell, value, column in zip(line.cells, row, it.columns, strict=True):
                text = value if isinstance(value, str) else value.text
                layout.write(cell, text, column.align, bold=number in it.strong)
        layout.mark_head(table)
        if len(it.rows) <= SHORT:
            layout.keep_together(table)
    writer.file.add_paragraph(it.note, "Small")  # also keeps two tables apart


def _verdicts(writer: _Writer, it: Verdicts) -> None:
    line = writer.file.add_paragraph()
    line.add_run(it.caption).bold = True
    line.paragraph_format.keep_with_next = True
    table = writer.file.add_table(1 + len(it.rows), 3, "Table Grid")
    layout.widths(table, (0.51, 0.19, 0.3))
    for cell, name in zip(table.rows[0].cells, ("target", "measured", "verdict"), strict=True):
        layout.write(cell, writer.word[name], bold=True)
    for cells, row in zip([line.cells for line in list(table.rows)[1:]], it.rows, strict=True):
        _verdict(cells, row)
    layout.mark_head(table)
    for remark in it.notes:
        writer.file.add_paragraph(remark, "Small")


def _verdict(cells: Sequence[TableCell], row: VerdictRow) -> None:
    layout.write(cells[0], row.sentence)
    layout.write(cells[1], row.measured, "right", bold=True)
    outcome = layout.write(cells[2], f"{MARKS[row.tone]}{row.outcome}", bold=True)
    outcome.runs[0].font.color.rgb = layout.colour("muted" if row.tone == "neutral" else row.tone)
    further: tuple[tuple[TableCell, str, Align], ...] = (
        (cells[0], row.scope, "left"),
        (cells[1], row.interval, "right"),
        (cells[2], row.point_result, "left"),
    )
    for cell, text, align in further:
        if text:
            layout.write(cell, text, align)


def _page_break(writer: _Writer) -> None:
    """End the page in the last paragraph; one of its own would stand empty at the head of the next page."""
    writer.is_leaders_page = False
    lines = writer.file.paragraphs
    follows_text = writer.file.element.body[-2] is lines[-1]._p  # noqa: SLF001 - last but the section's properties
    line = lines[-1] if follows_text else writer.file.add_paragraph()
    line.add_run().add_break(WD_BREAK.PAGE)


def _signature(writer: _Writer, it: Signature) -> None:
    table = writer.file.add_table(1, 2)
    layout.widths(table, (1, 1.1))
    left, right = table.rows[0].cells
    layout.write(left, writer.word["recipients"], bold=True).runs[0].italic = True
    for recipient in it.recipients:
        layout.write(left, f"- {recipient}")
    for text in (it.authority, it.title):
        if text:
            layout.write(right, text, "center", bold=True)
    layout.write(right, it.name, "center", bold=True).paragraph_format.space_before = Mm(26)
