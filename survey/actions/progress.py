"""How far long work on the rows of a file has come."""

from collections.abc import Callable
from enum import Enum
from typing import NamedTuple

EVERY = 2000
"""Rows after which it is told again."""


class Stage(Enum):
    """What is done with the rows."""

    READING = "reading"
    STORING = "storing"


class Progress(NamedTuple):
    """So many rows are done in a stage, of so many."""

    stage: Stage
    done: int
    of: int


Told = Callable[[Progress], None]
"""Who wants to know."""


def tell_nobody(_progress: Progress) -> None:
    """Nobody wants to know."""
