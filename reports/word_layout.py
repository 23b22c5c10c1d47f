"""The parts of a Word file that its blocks share: page, styles, fields, cells. Laid out by NĐ 30/2020/NĐ-CP."""

from collections.abc import Sequence
from datetime import UTC, datetime

import docx
from docx.document import Document as File
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table
from docx.table import _Cell as TableCell  # the library's public return type has a private name
from docx.text.paragraph import Paragraph

from reports.charts import PALETTE
from reports.document import Align, Document
from reports.document import Table as Grid

FONT = "Times New Roman"
TEXT_WIDTH = Mm(165)
"""210 mm less the margins of 30 and 15 mm."""

LEAST_FOR_TEXTS = 22.0
"""Millimetres that a column of texts needs."""

PER_LETTER, CELL_MARGINS = 2.15, 4.0
"""Millimetres of a letter at 10.5 pt, and of the margins of a cell."""

BOLD = 1.3
"""How much wider a letter of a heading is than one of a cell."""

ALIGNMENTS = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
}
OWN_STYLES = ("Legal basis", "Lead", "Reader's note", "Small", "Key number", "Key point", "Cell")
LANGUAGES = {"vi": "vi-VN", "en": "en-GB"}


def blank(document: Document) -> File:
    """An empty file with the page, the styles, the head and the foot of a report."""
    file = docx.Document()
    _properties(file, document)
    _styles(file, document.language)
    _page(file, document)
    return file


def colour(name: str) -> RGBColor:
    """A colour of the charts' palette."""
    return RGBColor.from_string(PALETTE[name].removeprefix("#").upper())


def _properties(file: File, document: Document) -> None:
    properties = file.core_properties
    properties.title = document.title
    properties.author = properties.last_modified_by = document.letterhead.agency
    properties.language = LANGUAGES[document.language]
    properties.comments = document.banner
    # The default file says when it was made; a report is dated by its data.
    properties.created = properties.modified = _noon(document)
    properties.revision = 1


def _styles(file: File, language: str) -> None:
    normal = _paragraph_style(file, "Normal")
    _font(normal, 13)
    normal.paragraph_format.space_after = Pt(6)
    _speak(normal, LANGUAGES[language])
    for name in OWN_STYLES:
        style = file.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
    for name, size in (("Title", 14), ("Heading 1", 14), ("Heading 2", 13), ("Caption", 11.5)):
        style = _paragraph_style(file, name)
        _font(style, size)
        style.font.bold, style.font.italic = True, False
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.paragraph_format.keep_with_next = name != "Caption"
    _paragraph_style(file, "Title").paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _without_rule(_paragraph_style(file, "Title"))
    body = _paragraph_style(file, "Body Text")
    body.paragraph_format.first_line_indent = Cm(1)
    body.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    _paragraph_style(file, "Legal basis").font.italic = True
    _paragraph_style(file, "Lead").font.size = Pt(13.5)
    _paragraph_style(file, "Small").font.size = Pt(10)
    _paragraph_style(file, "Small").font.color.rgb = colour("muted")
    number = _paragraph_style(file, "Key number")
    number.font.size, number.font.bold, number.font.color.rgb = Pt(28), True, colour("primary")
    _paragraph_style(file, "List Bullet").paragraph_format.space_after = Pt(3)
    point = _paragraph_style(file, "Key point")
    point.base_style = _paragraph_style(file, "List Bullet")
    point.font.size, point.paragraph_format.space_after = Pt(10.5), Pt(1)
    cell = _paragraph_style(file, "Cell")
    cell.font.size, cell.paragraph_format.space_after = Pt(10.5), Pt(1)
    cell.paragraph_format.space_before = Pt(1)
    _boxed(_paragraph_style(file, "Reader's note"))


def _paragraph_style(file: File, name: str) -> ParagraphStyle:
    style = file.styles[name]
    if not isinstance(style, ParagraphStyle):
        raise TypeError(name)
    return style


def _font(style: ParagraphStyle, size: float) -> None:
    style.font.name, style.font.size = FONT, Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        if "Theme" in name:  # the theme's font would win over ours
            del fonts.attrib[name]
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), FONT)


def _speak(style: ParagraphStyle, tag: str) -> None:
    """The language in which spelling is checked and the text is read aloud."""
    style.element.get_or_add_rPr().append(made("w:lang", {"w:val": tag, "w:eastAsia": tag}))


def _without_rule(style: ParagraphStyle) -> None:
    properties = style.element.get_or_add_pPr()
    for rule in properties.findall(qn("w:pBdr")):
        properties.remove(rule)


def _boxed(style: ParagraphStyle) -> None:
    """A faint ground with a bar at the left, like on paper."""
    properties = style.element.get_or_add_pPr()
    bar = {"w:val": "single", "w:sz": "20", "w:space": "8", "w:color": PALETTE["primary"].removeprefix("#")}
    border = made("w:pBdr")
    border.append(made("w:left", bar))
    properties.append(border)
    properties.append(made("w:shd", _ground("primary_faint")))


def _ground(name: str) -> dict[str, str]:
    return {"w:val": "clear", "w:color": "auto", "w:fill": PALETTE[name].removeprefix("#")}


def _page(file: File, document: Document) -> None:
    """A4 with the margins of NĐ 30/2020; page numbers at the top from the second page on."""
    section = file.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.different_first_page_header_footer = True
    head = section.header.paragraphs[0]
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    open_field(head, "PAGE")
    head.add_run("2")
    close_field(head)
    for banner in (section.header, section.first_page_header):
        if document.banner:
            line = banner.add_paragraph(document.banner, "Small")
            line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for foot in (section.footer, section.first_page_footer):
        foot.paragraphs[0].text = document.footer
        foot.paragraphs[0].style = "Small"


def _noon(document: Document) -> datetime:
    return datetime(document.dated.year, document.dated.month, document.dated.day, 12, tzinfo=UTC)


def made(name: str, attributes: dict[str, str] | None = None) -> BaseOxmlElement:
    """An element of the file format, for what the library has no words for."""
    element = OxmlElement(name)
    for key, value in (attributes or {}).items():
        element.set(qn(key), value)
    return element


def open_field(paragraph: Paragraph, instruction: str) -> None:
    """Begin a field that Word computes anew: a page number, a table's number, the contents.

    What is written next is shown until then.
    """
    text = made("w:instrText", {"xml:space": "preserve"})
    text.text = instruction
    for part in (
        made("w:fldChar", {"w:fldCharType": "begin"}),
        text,
        made("w:fldChar", {"w:fldCharType": "separate"}),
    ):
        paragraph.add_run()._r.append(part)  # noqa: SLF001 - the library has no fields


def close_field(paragraph: Paragraph) -> None:
    """End the field that was begun last."""
    paragraph.add_run()._r.append(made("w:fldChar", {"w:fldCharType": "end"}))  # noqa: SLF001


def bookmark(paragraph: Paragraph, number: int, name: str) -> None:
    """A place that links and the contents lead to."""
    start = made("w:bookmarkStart", {"w:id": str(number), "w:name": name})
    paragraph._p.insert(1 if paragraph._p.pPr is not None else 0, start)  # noqa: SLF001
    paragraph._p.append(made("w:bookmarkEnd", {"w:id": str(number)}))  # noqa: SLF001


def link(paragraph: Paragraph, text: str, name: str) -> None:
    """A text that leads to a bookmark."""
    anchor = made("w:hyperlink", {"w:anchor": name, "w:history": "1"})
    anchor.append(paragraph.add_run(text)._r)  # noqa: SLF001
    paragraph._p.append(anchor)  # noqa: SLF001


def shares(it: Grid) -> list[float]:
    """The width of every column in millimetres: numbers on one line, the rest of the page for the texts.

    Where there is no text column, or the numbers alone are wider than the page, the columns' own weights.
    """
    natural = [_millimetres(it, place) for place in range(len(it.columns))]
    weights = [column.width for column in it.columns]
    texts = [place for place, column in enumerate(it.columns) if column.align == "left"]
    rest = TEXT_WIDTH.mm - sum(wide for place, wide in enumerate(natural) if place not in texts)
    if not texts or rest < LEAST_FOR_TEXTS * len(texts):
        return weights
    weight = sum(weights[place] for place in texts)
    return [rest * weights[place] / weight if place in texts else wide for place, wide in enumerate(natural)]


def _millimetres(it: Grid, place: int) -> float:
    cells = [row[place] for row in it.rows]
    texts = [cell if isinstance(cell, str) else cell.text for cell in cells]
    longest = max(map(len, texts), default=0)
    word = max(map(len, it.columns[place].heading.split()), default=0)
    return PER_LETTER * max(longest, BOLD * word) + CELL_MARGINS


def widths(table: Table, shares: Sequence[float]) -> None:
    """Fix the widths of a table's columns by their shares of the page's width."""
    table.autofit = False
    for column, share in zip(table.columns, shares, strict=True):
        column.width = int(TEXT_WIDTH * share / sum(shares))
        for cell in column.cells:
            cell.width = column.width


def write(cell: TableCell, text: str, align: Align = "left", *, bold: bool = False) -> Paragraph:
    """A text into the last paragraph of an empty cell, or into a further one."""
    last = cell.paragraphs[-1]
    paragraph: Paragraph = cell.add_paragraph() if last.runs else last
    # By its id: the library looks through all styles for a name, which took most of a report's time.
    paragraph._p.style = "Cell"  # noqa: SLF001
    paragraph.alignment = ALIGNMENTS[align]
    paragraph.add_run(text).bold = bold
    return paragraph


def keep_together(table: Table) -> None:
    """Keep all rows of a table on one page, if one page has room for them."""
    for row in list(table.rows)[:-1]:
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = True


def mark_head(table: Table) -> None:
    """Repeat the first row on every page and keep every row in one piece."""
    for number, row in enumerate(table.rows):
        properties = row._tr.get_or_add_trPr()  # noqa: SLF001
        properties.append(made("w:cantSplit"))
        if number == 0:
            properties.append(made("w:tblHeader"))
            for cell in row.cells:
                cell._tc.get_or_add_tcPr().append(made("w:shd", _ground("primary_faint")))  # noqa: SLF001
