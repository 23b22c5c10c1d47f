"""One block of every kind, each text of which says what the caller wants."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import get_args

from reports.charts import gauge
from reports.document import (
    Block,
    Bullets,
    Column,
    Figure,
    Heading,
    Headline,
    Note,
    Number,
    PageBreak,
    Paragraph,
    Signature,
    Table,
    VerdictRow,
    Verdicts,
)

KINDS = frozenset(kind.__name__ for kind in get_args(Block))


@dataclass(frozen=True)
class Poem:
    """A kind of block that no writer knows."""

    text: str


def one_of_each(text: str) -> dict[str, tuple[Block, int]]:
    """By kind: a block that says ``text`` wherever it can, and how often it says it on paper."""
    svg = gauge(0.8, 0.7, 0.9, title="Thang đo")
    row = VerdictRow(text, text, text, text, "not_met", text, text)
    columns = (Column(text), Column(text, "right"))
    cells = ((text, Number(1.0, text)), (text, text))
    made: dict[str, tuple[Block, int]] = {
        "Heading": (Heading(2, text, "muc"), 1),
        "Paragraph": (Paragraph(text), 1),
        "Bullets": (Bullets((text, text)), 2),
        "Note": (Note(text), 1),
        "Headline": (Headline(text, Number(0.8, "80,00 %"), text, text, svg, text), 3),
        "Verdicts": (Verdicts(text, (row, row), (text,)), 14),
        "Table": (Table(text, columns, cells, strong=(1,), note=text), 8),
        "Figure": (Figure(text, svg, text), 1),
        "PageBreak": (PageBreak(), 0),
        "Signature": (Signature((text,), text, text, text), 4),
    }
    return made


def unwritten(blocks: Iterable[Block], write: Callable[[Block], object]) -> set[str]:
    """The kinds among these blocks that a writer does not know: the counter of the writers' tests."""
    missing = set()
    for block in blocks:
        try:
            write(block)
        except Exception:  # noqa: BLE001 - any refusal means that the kind is not written
            missing.add(type(block).__name__)
    return missing
