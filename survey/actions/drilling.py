"""From a round's first page down to a unit and a field: within the reader's part, from the result that is kept."""

from dataclasses import dataclass
from datetime import datetime
from math import inf

from reports.board import board_blocks
from reports.document import Block, Document
from reports.edition import Edition
from reports.formats import Language
from reports.unit_report import build_unit_report
from survey.actions.figures import Shown, shown_result
from survey.actions.places import PlaceUnknown
from survey.actions.report import edition_of
from survey.core.account import BeyondPart
from survey.core.breakdown import Breakdown
from survey.core.paging import Page, page_of
from survey.core.place import Field, units_within
from survey.core.result import UnitResult
from survey.store.database import Database

UNITS_ON_A_PAGE = 40


@dataclass(frozen=True)
class Reader:
    """What somebody may see, and how: the part of the unit tree (None for the whole province) and the settings."""

    part: str | None
    language: Language
    public_url: str
    small_cell: int


@dataclass(frozen=True)
class Board:
    """The leader's board.

    Attributes:
        edition: of the round's report.
        blocks: of the first page.
        units: of this page of the list, the lowest index first, those without a figure last.
        page: where the list stands.
        found: units in the whole list.
    """

    edition: Edition
    blocks: tuple[Block, ...]
    units: tuple[UnitResult, ...]
    page: Page
    found: int


def board(
    database: Database,
    code: str,
    reader: Reader,
    *,
    search: str,
    page: int,
    now: datetime,
    shown: Shown | None = None,
) -> Board:
    """The first page of a round now, and the units of the reader's part; ``search`` stands in a unit's name.

    ``shown`` are the round's figures where they are at hand.

    Raises:
        RoundUnknown: if there is no such round.
    """
    shown = shown or shown_result(database, code, small_cell=reader.small_cell, now=now)
    edition = edition_for(database, shown, reader, now)
    part = codes_within(shown.breakdown, reader.part)
    wanted = search.casefold().strip()
    units = [
        found
        for found in shown.result.units
        if found.unit.code in part and wanted in found.unit.name.casefold()
    ]
    units.sort(key=lambda found: found.measure.value if found.measure.is_known else inf)
    here = page_of(len(units), page, per_page=UNITS_ON_A_PAGE)
    blocks = board_blocks(edition, part=None if reader.part is None else part)
    return Board(edition, blocks, tuple(units[here.rows]), here, len(units))


@dataclass(frozen=True)
class UnitPage:
    """A unit's report with the fields that can be looked into."""

    document: Document
    name: str
    fields: tuple[Field, ...]


def unit_page(
    database: Database,
    code: str,
    unit: str,
    field: str | None,
    reader: Reader,
    *,
    now: datetime,
    shown: Shown | None = None,
) -> UnitPage:
    """The report of a unit of the reader's part, or of one field of it; ``shown`` are the figures where at hand.

    Raises:
        BeyondPart: if the unit is not in the reader's part.
        PlaceUnknown: if the round has no such unit or field.
        RoundUnknown: if there is no such round.
    """
    shown = shown or shown_result(database, code, small_cell=reader.small_cell, now=now)
    units = {each.code: place for place, each in enumerate(shown.breakdown.units)}
    if reader.part is not None and unit not in codes_within(shown.breakdown, reader.part):
        raise BeyondPart(unit)
    if unit not in units:
        raise PlaceUnknown(unit)
    served = _served(shown.breakdown, units[unit])
    if field is not None and field not in {each.code for each in served}:
        raise PlaceUnknown(field)
    edition = edition_for(database, shown, reader, now)
    document = build_unit_report(edition, shown.breakdown, unit, field)
    return UnitPage(document, shown.breakdown.units[units[unit]].name, served)


def edition_for(database: Database, shown: Shown, reader: Reader, now: datetime) -> Edition:
    """A round's figures as this reader sees them."""
    return edition_of(
        database,
        shown.result.round.code,
        reader.language,
        public_url=reader.public_url,
        small_cell=reader.small_cell,
        now=now,
        shown=shown,
    )


def codes_within(breakdown: Breakdown, part: str | None) -> set[str]:
    """The units of a part of the tree; of all of it without one."""
    return {unit.code for unit in units_within(breakdown.units, part)}


def _served(breakdown: Breakdown, unit: int) -> tuple[Field, ...]:
    """Fields in which the unit has dossiers."""
    dossiers = breakdown.levels["unit_field"].dossiers.reshape(len(breakdown.units), -1)
    return tuple(field for field, number in zip(breakdown.fields, dossiers[unit], strict=True) if number)
