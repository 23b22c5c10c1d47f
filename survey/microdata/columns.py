"""Tables as columns of codes: every distinct text is kept once, so that a million rows stay small and quick.

Texts are trimmed, in Unicode NFC, and sorted; "" is an empty cell.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from math import isfinite

import numpy as np
import numpy.typing as npt

from questionnaires.cells import letters, plain
from questionnaires.source import Fault, quoted
from survey.statistics.arrays import BoolArray, FloatArray, IntArray

Codes = npt.NDArray[np.int32]
MOST_FAULTS = 50
"""Faults named one by one; more are only counted, since they are nearly always the same."""


@dataclass(frozen=True, eq=False)
class Column:
    """One column.

    Attributes:
        name: in the first row.
        position: counted from 0.
        codes: (n,) which of the texts each row holds.
        texts: the distinct texts, sorted.
        native: those of them that were numbers in a workbook: their decimal mark is the point, whatever the
            mark of numbers written as text.
    """

    name: str
    position: int
    codes: Codes
    texts: tuple[str, ...]
    native: frozenset[str] = frozenset()

    @property
    def place(self) -> str:
        """The column as a spreadsheet shows it."""
        return f"cột {letters(self.position)} {quoted(self.name)}"

    def rows_where(self, wrong: Sequence[bool]) -> IntArray:
        """Positions of the rows whose text is marked as wrong."""
        return np.flatnonzero(np.asarray(wrong, bool)[self.codes])

    def numbers(self, decimal: str) -> FloatArray:
        """The column as numbers (n,); nan where empty or no number."""
        return self.values(decimal)[self.codes]

    def values(self, decimal: str) -> FloatArray:
        """The numbers that the distinct texts mean; nan for those that mean none."""
        marks = ["." if text in self.native else decimal for text in self.texts]
        return np.array(list(map(number, self.texts, marks)), np.float64)

    def taken(self, rows: IntArray | BoolArray) -> "Column":
        """The same column of some rows, or of rows in another order."""
        return Column(self.name, self.position, self.codes[rows], self.texts, self.native)


@dataclass(frozen=True, eq=False)
class Table:
    """The columns that were asked for.

    Attributes:
        name: the file's name, for messages.
        columns: by name.
        numbering: (n,) number of each row as a spreadsheet counts it; the names stand in row 1.
    """

    name: str
    columns: dict[str, Column]
    numbering: IntArray

    @property
    def rows(self) -> int:
        """n, the number of rows that are not blank."""
        return len(self.numbering)

    def taken(self, rows: IntArray | BoolArray) -> "Table":
        """The same table of some rows, or of rows in another order."""
        columns = {name: column.taken(rows) for name, column in self.columns.items()}
        return Table(self.name, columns, self.numbering[rows])

    def crossed(self, names: Sequence[str]) -> tuple[IntArray, list[tuple[str, ...]]]:
        """Number the combinations of labels that occur: (n,) codes, and the labels of each, in sorted order."""
        key = self._key(names)
        _, first, codes = np.unique(key, return_index=True, return_inverse=True)
        parts = [(column.texts, column.codes[first]) for column in map(self.columns.__getitem__, names)]
        return codes, [tuple(texts[code[i]] for texts, code in parts) for i in range(len(first))]

    def in_fixed_order(self) -> "Table":
        """The rows sorted by what they hold, so that sums do not depend on the order of the file."""
        return self.taken(np.argsort(self._key(sorted(self.columns)), kind="stable"))

    def _key(self, names: Sequence[str]) -> IntArray:
        """One number per row that sorts as the labels of the columns do."""
        key, span = np.zeros(self.rows, np.int64), 1
        for column in map(self.columns.__getitem__, names):
            levels = len(column.texts)
            if span * levels >= np.iinfo(np.int64).max:
                key = np.unique(key, return_inverse=True)[1]
                span = self.rows
            key, span = key * levels + column.codes, span * levels
        return key

    def faults(self, column: Column, rows: IntArray, message: str) -> Iterator[Fault]:
        """A fault for every one of some rows; ``{text}`` in the message becomes what the cell holds."""
        for row in rows[: MOST_FAULTS + 1]:
            text = quoted(column.texts[column.codes[row]])
            yield Fault(self.name, int(self.numbering[row]), column.place, message.format(text=text))


class Coder(dict[object, int]):
    """Numbers distinct values in the order in which they are met."""

    def __missing__(self, value: object) -> int:
        code = len(self)
        self[value] = code
        return code

    def code(self, values: Sequence[object]) -> Codes:
        """The codes of values."""
        return np.fromiter(map(self.__getitem__, values), np.int32, len(values))


def column_of(
    name: str, position: int, coder: Coder, pieces: Sequence[Codes], missing: Sequence[str] = ()
) -> Column:
    """Make a column from what was coded: texts trimmed and merged where they are the same letters."""
    texts = [plain(value) for value in coder]
    texts = ["" if text in missing else text for text in texts]
    distinct = sorted(set(texts))
    place = {text: code for code, text in enumerate(distinct)}
    recoded = np.array([place[text] for text in texts], np.int32)
    codes = np.concatenate(pieces) if pieces else np.zeros(0, np.int32)
    native = frozenset(plain(value) for value in coder if isinstance(value, float))
    return Column(name, position, recoded[codes], tuple(distinct), native)


def number(text: str, decimal: str = ".") -> float:
    """The number that a text means; nan where it means none."""
    other = "," if decimal == "." else "."
    if other in text or "_" in text:
        return float("nan")
    try:
        value = float(text.replace(decimal, "."))
    except ValueError:
        return float("nan")
    return value if isfinite(value) else float("nan")


def limited(faults: Iterator[Fault]) -> tuple[Fault, ...]:
    """The first faults, and one that says that there are more."""
    shown = tuple(islice(faults, MOST_FAULTS))
    more = next(faults, None)
    if more is None:
        return shown
    last = max(shown[-1].line, more.line)
    return (*shown, Fault(more.name, last, "cả tệp", f"Còn lỗi nữa; chỉ nêu {MOST_FAULTS} lỗi đầu tiên."))
