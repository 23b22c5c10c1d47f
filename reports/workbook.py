"""A document as an Excel workbook: every table on a sheet of its own, numbers as numbers, charts that can be changed.

Words are always written as text, so that a unit's name that begins with ``=`` is never computed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from math import ceil, isfinite

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from reports.charts import PALETTE
from reports.document import Cell, Column, Document, Headline, Number, Range, Table, Verdicts
from reports.formats import words

OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
NUMBER_FORMATS = {"percent": "0.00%", "points": "+0.00;-0.00;0.00", "count": "#,##0"}
A4 = 9
MOST_BARS = 40
"""A chart of more rows cannot be read."""

WIDEST = 70
"""Letters in the widest column; longer texts are wrapped."""

SUMMARY_WIDTHS = (WIDEST, 16, 24, 24, 28)
LINE = 15.5
"""Points of a line of text."""


def write_xlsx(document: Document) -> bytes:
    """The document's numbers as one workbook; equal documents give equal bytes.

    The first sheet says how to read it, the second holds the index and the verdicts, then every table of the
    report follows under its own number. Proportions are 0–1 shown as per cent, changes are percentage points,
    intervals stand in two columns.
    """
    stream = BytesIO()
    book = Workbook(stream, OPTIONS)
    made = datetime(document.dated.year, document.dated.month, document.dated.day, tzinfo=UTC)
    book.set_properties(
        {"title": document.title, "author": document.letterhead.agency, "comments": document.banner}
        | {"created": made.replace(tzinfo=None)}
    )
    pages = _Pages(book, words(document.language))
    tables = [block for block in document.blocks if isinstance(block, Table)]
    pages.guide(document, tables)
    pages.summary(document)
    for number, table in enumerate(tables, start=1):
        pages.table(number, table)
    book.close()
    return stream.getvalue()


class _Pages:
    """A workbook being filled, with its formats."""

    def __init__(self, book: Workbook, word: Mapping[str, str]) -> None:
        self.book, self.word = book, word
        base = {"valign": "top"}
        ground = {"bold": True, "text_wrap": True, "bottom": 1, "bg_color": PALETTE["primary_faint"]}
        self.head = book.add_format(base | ground)
        self.title = book.add_format(base | {"bold": True, "font_size": 13})
        self.formats = {
            (unit, strong): book.add_format(base | {"num_format": pattern, "bold": strong})
            for unit, pattern in NUMBER_FORMATS.items()
            for strong in (False, True)
        }
        self.texts = {s: book.add_format(base | {"text_wrap": True, "bold": s}) for s in (False, True)}

    def _sheet(self, name: str) -> Worksheet:
        """A sheet that prints as wide as a page."""
        sheet = self.book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        return sheet

    def guide(self, document: Document, tables: Sequence[Table]) -> None:
        """What the workbook holds, with a link to every sheet."""
        sheet = self._sheet(self.word["guide"])
        sheet.set_column(0, 0, 14)
        sheet.set_column(1, 1, 100, self.texts[False])
        about = (document.title, document.letterhead.place_and_date, document.banner, document.footer)
        lines = [line for line in about if line]
        for row, line in enumerate(lines):
            sheet.write_string(row, 0, line, self.title)
        sentences = self.word["guide_text"].split("\n")
        for row, sentence in enumerate(sentences, start=len(lines) + 1):
            sheet.write_string(row, 1, sentence, self.texts[False])
        for number, table in enumerate(tables, start=1):
            row, name = len(lines) + len(sentences) + 1 + number, self._name(number)
            sheet.write_url(row, 0, f"internal:'{name}'!A1", string=name)
            sheet.write_string(row, 1, table.caption, self.texts[False])

    def summary(self, document: Document) -> None:
        """The index and the verdict on every target."""
        sheet = self._sheet(self.word["summary"])
        for column, letters in enumerate(SUMMARY_WIDTHS):
            sheet.set_column(column, column, letters)
        row = 0
        for block in document.blocks:
            if isinstance(block, Headline):
                sheet.write_string(row, 0, block.label, self.title)
                _number(sheet, row, 1, block.value, self.formats["percent", True])
                sheet.write_string(row, 2, block.interval, self.texts[False])
                sheet.write_string(row + 1, 0, block.caption, self.texts[False])
                row += 3
            elif isinstance(block, Verdicts):
                row = self._verdicts(sheet, row, block)

    def _verdicts(self, sheet: Worksheet, row: int, block: Verdicts) -> int:
        sheet.write_string(row, 0, block.caption, self.title)
        names = ("target", "measured", "interval", "verdict", "point_value")
        for column, name in enumerate(names):
            sheet.write_string(row + 1, column, self.word[name], self.head)
        row += 2
        for one in block.rows:
            sentence = " · ".join(filter(None, (one.sentence, one.scope)))
            cells = (sentence, one.measured, one.interval, one.outcome, one.point_result)
            sheet.set_row(row, _height(cells, SUMMARY_WIDTHS))
            for column, text in enumerate(cells):
                sheet.write_string(row, column, text, self.texts[column == names.index("verdict")])
            row += 1
        for remark in block.notes:
            sheet.set_row(row, _height((remark,), SUMMARY_WIDTHS))
            sheet.write_string(row, 0, remark, self.texts[False])
            row += 1
        return row + 1

    def _name(self, number: int) -> str:
        return f"{self.word['table']} {number}"

    def table(self, number: int, table: Table) -> None:
        """A table of the report, with a chart of its proportions where they can be read as one."""
        sheet = self._sheet(self._name(number))
        sheet.write_string(0, 0, f"{self._name(number)}. {table.caption}", self.title)
        spread = _spread(table, self.word)
        for column, name in enumerate(spread.heads):
            sheet.write_string(1, column, name, self.head)
        wide = [_width([spread.heads[c], *(row[c] for row in spread.rows)]) for c in range(len(spread.heads))]
        for column, letters in enumerate(wide):
            sheet.set_column(column, column, letters)
        for row, cells in enumerate(spread.rows):
            sheet.set_row(row + 2, _height(cells, wide))
            for column, cell in enumerate(cells):
                self._cell(sheet, row + 2, column, cell, strong=row in table.strong)
        for column in range(len(spread.heads)):
            sheet.set_column(
                column, column, _width([spread.heads[column], *(r[column] for r in spread.rows)])
            )
        if spread.rows:
            sheet.freeze_panes(2, 1)
        if (sortable := _sortable(table)) > 1:
            sheet.autofilter(1, 0, sortable + 1, len(spread.heads) - 1)
        if table.note:
            sheet.write_string(len(spread.rows) + 3, 0, table.note)
        self._chart(sheet, table, spread)

    def _cell(self, sheet: Worksheet, row: int, column: int, cell: "str | Number", *, strong: bool) -> None:
        if isinstance(cell, Number):
            _number(sheet, row, column, cell, self.formats[cell.unit, strong])
        elif cell:
            sheet.write_string(row, column, cell, self.texts[strong])

    def _chart(self, sheet: Worksheet, table: Table, spread: "_Spread") -> None:
        """Bars of the first column of proportions, with the interval as error bars."""
        drawn = spread.proportions()
        if drawn is None or not 1 < len(spread.rows) <= MOST_BARS:
            return
        first, last, name = 2, len(spread.rows) + 1, sheet.get_name()
        chart = self.book.add_chart({"type": "bar"})
        chart.add_series(
            {
                "name": table.caption,
                "categories": [name, first, 0, last, 0],
                "values": [name, first, drawn, last, drawn],
                "fill": {"color": PALETTE["primary_soft"]},
                "border": {"color": PALETTE["primary"]},
                "data_labels": {"value": True, "num_format": "0.0%"},
            }
        )
        chart.set_title({"name": table.caption, "name_font": {"size": 11}, "overlay": False})
        chart.set_legend({"none": True})
        chart.set_x_axis({"num_format": "0%", "min": 0, "max": 1})
        chart.set_y_axis({"reverse": True})
        chart.set_size({"width": 720, "height": 140 + 24 * len(spread.rows)})
        sheet.insert_chart(len(spread.rows) + 5, 0, chart, {"description": table.caption})


@dataclass(frozen=True)
class _Spread:
    """A table as a spreadsheet has it: intervals in two columns, everything else as it was."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str | Number, ...], ...]

    def proportions(self) -> int | None:
        """The first column whose cells are proportions, if there is one."""
        for column in range(1, len(self.heads)):
            cells = [row[column] for row in self.rows]
            numbers = [cell for cell in cells if isinstance(cell, Number) and isfinite(cell.value)]
            if numbers and all(number.unit == "percent" for number in numbers):
                return column
        return None


def _sortable(table: Table) -> int:
    """How many rows a reader may sort: sums stay below, and where the order says something, none."""
    rows = len(table.rows) + len(table.further)
    first_sum = min(table.strong, default=rows)
    sums_are_last = first_sum + len(table.strong) == rows
    return 0 if table.is_ordered or not sums_are_last else first_sum


def _spread(table: Table, word: Mapping[str, str]) -> _Spread:
    every = (*table.rows, *table.further)
    ranges = [any(isinstance(row[place], Range) for row in every) for place in range(len(table.columns))]
    heads = [
        heading
        for column, is_range in zip(table.columns, ranges, strict=True)
        for heading in _heads(column, word, is_range=is_range)
    ]
    rows = [
        tuple(
            part
            for cell, is_range in zip(row, ranges, strict=True)
            for part in _parts(cell, is_range=is_range)
        )
        for row in every
    ]
    return _Spread(tuple(heads), tuple(rows))


def _heads(column: Column, word: Mapping[str, str], *, is_range: bool) -> tuple[str, ...]:
    if not is_range:
        return (column.heading,)
    return f"{column.heading}: {word['low']}", f"{column.heading}: {word['high']}"


def _parts(cell: Cell, *, is_range: bool) -> tuple[str | Number, ...]:
    match cell:
        case Range():
            return Number(cell.low, "", cell.unit), Number(cell.high, "", cell.unit)
        case _ if is_range:
            return cell, ""
        case _:
            return (cell,)


def _number(sheet: Worksheet, row: int, column: int, number: Number, style: Format) -> None:
    """The unrounded number; one that is not known as it was printed."""
    if not isfinite(number.value):
        sheet.write_string(row, column, number.text)
        return
    value = number.value * 100 if number.unit == "points" else number.value
    sheet.write_number(row, column, value, style)


def _height(cells: Sequence[str | Number], wide: Sequence[float]) -> float:
    """Points that the longest text of a row needs in columns this wide (in letters)."""
    lengths = [
        len(cell) / letters for cell, letters in zip(cells, wide, strict=False) if isinstance(cell, str)
    ]
    return LINE * max([1, *map(ceil, lengths)])


def _width(cells: Sequence[str | Number]) -> float:
    letters = [len(cell) for cell in cells if isinstance(cell, str)]
    return min(max(12, *letters) + 2, WIDEST) if letters else 12
