"""Long lists page by page."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """One page of a list.

    Attributes:
        number: from 1.
        of: number of pages, at least 1.
        rows: which rows of the list are on it.
    """

    number: int
    of: int
    rows: slice


def page_of(rows: int, wanted: int, *, per_page: int) -> Page:
    """The page that was asked for, or the nearest that there is."""
    pages = max(1, -(-rows // per_page))
    number = min(max(wanted, 1), pages)
    return Page(number, pages, slice((number - 1) * per_page, number * per_page))
