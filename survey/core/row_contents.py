"""What stands in the rows of a table, whatever anybody says that its columns hold.

A row that was loaded before is known again by its cells: the same names of columns over the same texts. An export that
has grown at its end, or by columns, still holds the earlier rows. People who answer alike are told apart by how many
there are: of three equal rows, two of which were loaded, one is new.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from questionnaires.cells import plain
from questionnaires.uploads import Sheet
from survey.core.labels import same_label

Names = tuple[str, ...]
"""Names of columns, each once, sorted."""


def names_of(sheet: Sheet, header: int) -> dict[str, int]:
    """Columns by name; the second one of a name is told from the first, and one without a name counts for nothing."""
    found: dict[str, int] = {}
    times: Counter[str] = Counter()
    for column in range(len(sheet.rows[header]) if sheet.rows else 0):
        name = same_label(plain(sheet.at(header, column)))
        if name:
            times[name] += 1
            found[name if times[name] == 1 else f"{name}\x1f{times[name]}"] = column
    return found


def contents(sheet: Sheet, header: int, names: Sequence[str]) -> Iterator[tuple[int, str]]:
    """What stands in each row under some names, with how many rows above said the same.

    Args:
        sheet: the table.
        header: row of the names of columns, from 0.
        names: some of :func:`names_of`.

    Yields:
        The row, counted from 1, and its content; rows that are empty under these names are left out.
    """
    at = names_of(sheet, header)
    columns = [(name, at[name]) for name in sorted(names)]
    seen: Counter[str] = Counter()
    for number in range(header + 1, len(sheet.rows)):
        cells = [(name, plain(sheet.at(number, column))) for name, column in columns]
        said = "\x1f".join(f"{name}={cell}" for name, cell in cells if cell)
        if said:
            seen[said] += 1
            yield number + 1, f"{seen[said]}\x1e{said}"
