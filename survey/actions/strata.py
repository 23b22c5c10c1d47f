"""Every unit of a round with its strata: how many were reached and who answered, page by page."""

from dataclasses import dataclass
from datetime import datetime

from reports import strata
from reports.document import Table
from reports.edition import Edition
from survey.actions.drilling import Reader, codes_within, edition_for
from survey.actions.figures import Shown, shown_result
from survey.core.paging import Page, page_of
from survey.store.database import Database

UNITS_ON_A_PAGE = 20


@dataclass(frozen=True)
class StrataPage:
    """One page of units with their strata.

    Attributes:
        edition: of the round's report.
        table: the units of this page, each with its strata; None without any.
        page: where the list stands.
        found: units in the whole list.
    """

    edition: Edition
    table: Table | None
    page: Page
    found: int


def strata_page(
    database: Database,
    code: str,
    reader: Reader,
    *,
    search: str,
    page: int,
    now: datetime,
    shown: Shown | None = None,
) -> StrataPage:
    """The units of the reader's part in their order; ``search`` stands in a unit's name.

    ``shown`` are the round's figures where they are at hand.

    Raises:
        RoundUnknown: if there is no such round.
    """
    shown = shown or shown_result(database, code, small_cell=reader.small_cell, now=now)
    edition = edition_for(database, shown, reader, now)
    part = codes_within(shown.breakdown, reader.part)
    wanted = search.casefold().strip()
    trust = edition.result.credibility
    units = [
        row
        for row in (trust.units if trust else ())
        if row.unit.code in part and wanted in row.unit.name.casefold()
    ]
    here = page_of(len(units), page, per_page=UNITS_ON_A_PAGE)
    table = strata.listed(edition, trust, units[here.rows]) if trust and units else None
    return StrataPage(edition, table, here, len(units))
