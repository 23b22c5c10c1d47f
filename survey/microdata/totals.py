"""Known totals by label: the frame and the margins, from a file or from the specification itself."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from questionnaires.source import Fault, quoted
from questionnaires.source import Path as Place
from survey.microdata.columns import limited, number
from survey.microdata.loading import EstimateFaults, Loaded
from survey.microdata.reading import Origin, read_table
from survey.microdata.specification import JOINT, Margin, Rows
from survey.statistics.arrays import FloatArray

Labels = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Totals:
    """Known totals of the combinations of labels of some columns, in sorted order.

    Attributes:
        by: the columns.
        labels: (C,) the combinations.
        sizes: (C,) 0 or more.
    """

    by: Labels
    labels: tuple[Labels, ...]
    sizes: FloatArray

    @property
    def place(self) -> dict[Labels, int]:
        """The position of each combination."""
        return {label: position for position, label in enumerate(self.labels)}


@dataclass(frozen=True)
class _Entry:
    """One total as it was written (private to this module); ``fault`` makes a fault at its place."""

    labels: Labels
    size: str
    value: float
    fault: Callable[[str], Fault]


def read_totals(
    loaded: Loaded, place: Place, rows: Rows, by: Sequence[str], folder: Path
) -> tuple[Totals, Origin | None]:
    """Read the totals that a part of the specification names.

    Args:
        loaded: the specification.
        place: of the part in it.
        rows: the part.
        by: columns of the labels.
        folder: what names of files are relative to.

    Returns:
        The totals, and the file they came from, if any.

    Raises:
        EstimateFaults: with every fault, up to a limit.
    """
    if rows.file is not None:
        entries, origin = _entries_of_file(rows, rows.file, by, folder)
    else:
        entries, origin = _entries_of_specification(loaded, place, rows, by), None
    faults = limited(_faults(entries, rows.size))
    if faults:
        raise EstimateFaults(faults)
    ordered = sorted(entries, key=lambda entry: entry.labels)
    sizes = np.array([entry.value for entry in ordered], np.float64)
    return Totals(tuple(by), tuple(entry.labels for entry in ordered), sizes), origin


def _entries_of_file(rows: Rows, file: str, by: Sequence[str], folder: Path) -> tuple[list[_Entry], Origin]:
    table, origin = read_table(folder, file, rows, tuple(dict.fromkeys((*by, rows.size))))
    columns = [
        [c.texts[code] for code in c.codes] for c in (table.columns[name] for name in (*by, rows.size))
    ]
    sizes = table.columns[rows.size]
    place, values = sizes.place, sizes.numbers(rows.decimal).tolist()

    def fault_in(row: int) -> Callable[[str], Fault]:
        return lambda message: Fault(table.name, row, place, message)

    cells = zip(table.numbering.tolist(), values, *columns, strict=True)
    return [_Entry(tuple(labels), size, value, fault_in(row)) for row, value, *labels, size in cells], origin


def _entries_of_specification(loaded: Loaded, place: Place, rows: Rows, by: Sequence[str]) -> list[_Entry]:
    def fault_at(*steps: str | int) -> Callable[[str], Fault]:
        return lambda message: loaded.fault((*place, *steps), message)

    if isinstance(rows, Margin) and rows.totals:
        return [
            _Entry(
                tuple(part.strip() for part in key.split(JOINT)),
                repr(total),
                float(total),
                fault_at("totals", key),
            )
            for key, total in rows.totals.items()
        ]
    sizes = [row.get(rows.size, "") for row in rows.rows]
    return [
        _Entry(
            tuple(row.get(name, "") for name in by), size, number(size, rows.decimal), fault_at("rows", at)
        )
        for at, (row, size) in enumerate(zip(rows.rows, sizes, strict=True))
    ]


def _faults(entries: Iterable[_Entry], size: str) -> Iterator[Fault]:
    """Totals that are no numbers of things, labels that are blank or stand twice."""
    seen: set[Labels] = set()
    for entry in entries:
        if not entry.value >= 0:
            yield entry.fault(f"{quoted(size)} phải là số từ 0 trở lên, không phải {quoted(entry.size)}.")
        if not all(entry.labels):
            yield entry.fault("Thiếu nhãn; mỗi dòng phải có đủ nhãn ở mọi cột.")
        elif entry.labels in seen:
            yield entry.fault(f"{quoted(said(entry.labels))} đã có ở dòng khác; hãy gộp thành một dòng.")
        seen.add(entry.labels)


def said(labels: Sequence[str]) -> str:
    """Labels of several columns as people read them; one word where there are none."""
    return " / ".join(labels) or "tất cả"
