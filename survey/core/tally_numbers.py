"""Printed percentages: as people write them, and whether they are those of a count."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum

from questionnaires.uploads import Cell

FINEST = 6
"""Decimals of a percentage that are compared; a computed cell has more, and the last of them are noise."""

WHOLE = Decimal(100)
FRACTIONS = Decimal("1.05")
"""Shares of a row that add up to no more than this are fractions of one, as a spreadsheet stores percentages."""


class Fit(Enum):
    """How a printed percentage lies to the true one."""

    ROUNDED = "rounded"
    CUT = "cut"
    OFF = "off"


@dataclass(frozen=True)
class Printed:
    """A percentage as it is printed.

    Attributes:
        value: 0 to 100 if it is possible.
        is_number: whether it came as a number of a spreadsheet, without a percent sign.
    """

    value: Decimal
    is_number: bool = False

    @property
    def step(self) -> Decimal:
        """The last digit's worth."""
        exponent = self.value.as_tuple().exponent
        return Decimal(1).scaleb(max(-FINEST, min(0, exponent if isinstance(exponent, int) else 0)))

    @property
    def is_possible(self) -> bool:
        """Whether it can be a part of a whole."""
        return 0 <= self.value <= WHOLE

    def fit(self, count: int, base: int) -> Fit:
        """Whether it is the percentage of ``count`` in ``base``, rounded to its digits or cut off after them."""
        true = WHOLE * count / base
        if abs(self.value - true) <= self.step / 2:
            return Fit.ROUNDED
        return Fit.CUT if 0 <= true - self.value < self.step else Fit.OFF


def percentage(cell: Cell) -> Printed | None:
    """The percentage in a cell: "48,94", "48.94%", 48.94; None where it is none.

    Numbers of a spreadsheet may be fractions of one, see :func:`in_hundredths`.
    """
    if isinstance(cell, bool) or cell is None:
        return None
    is_number = not isinstance(cell, str)
    text = str(cell).strip().removesuffix("%").strip().replace(",", ".")
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return Printed(value, is_number) if value.is_finite() else None


def in_hundredths(row: list[Printed]) -> list[Printed]:
    """The percentages of a row as hundredths, where a spreadsheet holds them as fractions of one."""
    total = sum(printed.value for printed in row)
    if row and 0 < total <= FRACTIONS and all(printed.is_number for printed in row):
        return [Printed(printed.value.scaleb(2), is_number=True) for printed in row]
    return row


def readable(value: Decimal | float) -> str:
    """A percentage for people: "47,05"."""
    return f"{value:.2f}".replace(".", ",")
