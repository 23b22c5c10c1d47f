"""Openings beside responses: what may be said of units and strata, and where pages are opened for nothing."""

from collections import Counter
from collections.abc import Mapping

from survey.core.openings import Openings

MANY_OPENINGS = 50
"""Opened pages from which on it says something that hardly anybody finished."""

FINISHED_SHARE = 0.1
"""Responses per opened page below which a poster is scanned for nothing."""


def reached(
    openings: Mapping[tuple[str, str | None], Openings], by_page: Mapping[tuple[str, str], int]
) -> dict[tuple[str, str | None], Openings]:
    """Openings of every unit, and of the strata of units whose openings all tell their field.

    Where a citizen chose the field on some page of a unit, those openings that tell theirs would say too little of it.

    Args:
        openings: what was counted, by unit code and field code; None where the citizen chooses the field.
        by_page: responses that came through a counter's page, by unit code and field code; each was opened and begun.

    Returns:
        At least as many as led to responses; under None those of the unit as a whole.
    """
    untold = {unit for unit, field in openings if field is None}
    found: dict[tuple[str, str | None], Openings] = {}
    for unit, field in dict.fromkeys((*by_page, *openings)):
        here = openings.get((unit, field), Openings())
        if unit not in untold and field is not None:
            here = here.reaching(by_page.get((unit, field), 0))
            found[unit, field] = here
        found[unit, None] = found.get((unit, None), Openings()) + here
    of_units: Counter[str] = Counter()
    for (unit, _field), number in by_page.items():
        of_units[unit] += number
    for unit in untold:
        found[unit, None] = found[unit, None].reaching(of_units[unit])
    return found


def is_unfinished(openings: Openings, by_page: int) -> bool:
    """Whether many pages were opened and hardly any led to a response."""
    return openings.opened >= MANY_OPENINGS and by_page < FINISHED_SHARE * openings.opened
