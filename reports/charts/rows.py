"""Where the rows of a chart have their name, their marks and their figure: beside one another, or below on a phone."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from reports.charts.measure import wrap
from reports.charts.svg import PALETTE, PHONE, SIZE, Drawing, Sheet

_EDGE = 18.0
"""Room on a narrow sheet for half of a scale's first and last number."""

_ABOVE = 4.0


@dataclass(frozen=True)
class Rows:
    """The plan of a chart's rows, in units.

    Attributes:
        room: width of a name.
        left: where the marks begin.
        right: where they end.
        leading: from line to line of a name.
        least: height of a row whose name has one line; on a narrow sheet that of the marks below the name.
        spare: above and below the lines of a name.
        sheet: on which they are drawn.
    """

    room: float
    left: float
    right: float
    leading: float
    least: float
    spare: float
    sheet: Sheet

    def on_phone(self, figure: float, least: float, edge: float = _EDGE) -> "Rows":
        """The same on a narrow sheet, with so much room for the figure beside the name and for the marks below."""
        wide = PHONE.wide
        return Rows(wide - figure, edge, wide - edge, self.leading, least, self.spare, PHONE)

    def lines(self, name: str, most: int = 3) -> tuple[str, ...]:
        """The name in lines."""
        return wrap(name, SIZE, self.room, most + 1 if self.sheet.is_narrow else most)

    def high(self, lines: Sequence[str]) -> float:
        """Height of a row with these lines."""
        text = len(lines) * self.leading
        return _ABOVE + text + self.least if self.sheet.is_narrow else max(self.least, text + self.spare)

    def begins(self, top: float, labels: Sequence[Sequence[str]]) -> list[float]:
        """Where each row begins when the first one begins at ``top``."""
        return list(accumulate(map(self.high, labels[:-1]), initial=top)) if labels else []

    def marks(self, y: float, lines: Sequence[str]) -> float:
        """Middle of the marks of a row that begins at ``y``."""
        if self.sheet.is_narrow:
            return y + self.high(lines) - self.least / 2
        return y + self.high(lines) / 2

    def write(self, drawing: Drawing, x: float, y: float, lines: Sequence[str]) -> None:
        """Write the name of the row that begins at ``y``."""
        text = len(lines) * self.leading
        middle = y + (_ABOVE + text / 2 if self.sheet.is_narrow else self.high(lines) / 2)
        drawing.lines(x, middle, lines, leading=self.leading, over_marks=self.sheet.is_narrow)

    def figure_at(self, y: float, lines: Sequence[str]) -> float:
        """Baseline of the row's figure: level with the marks, on a narrow sheet with the name's first line."""
        middle = y + _ABOVE + self.leading / 2 if self.sheet.is_narrow else self.marks(y, lines)
        return middle + SIZE * 0.36

    def figure(
        self,
        drawing: Drawing,
        y: float,
        lines: Sequence[str],
        text: str,
        *,
        fill: str = PALETTE["ink"],
        edge: float = 0.0,
    ) -> None:
        """Write the row's figure at the right-hand edge, or so far from it."""
        drawing.text(
            self.sheet.wide - edge,
            self.figure_at(y, lines),
            text,
            anchor="end",
            weight=600,
            fill=fill,
            over_marks=self.sheet.is_narrow,
        )
