"""Where answers are missing in a round, and how many to plan before it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from survey.actions.figures import shown_result
from survey.actions.rounds import known_round
from survey.actions.scheduling import end_of
from survey.core.coverage import LEAST, Cell, Coverage, needed_responses, pace_until, within
from survey.core.evidence import IntArray
from survey.core.openings import Openings
from survey.core.paging import page_of
from survey.core.place import Field, Unit, units_within
from survey.core.reached import is_unfinished, reached
from survey.core.response import ENTERED_MODES, VERIFIED_MODE
from survey.core.round import Round
from survey.statistics.planning import (
    allocate_by_neyman,
    allocate_proportionally,
    expected_precision,
    ministry_sample_size,
)
from survey.store import counts, openings, places, rounds
from survey.store.database import Database

PER_PAGE = 25
"""Units on one page."""

URGENT = 10
POINTS = 100
EVEN_SHARE = 0.5
"""The cautious share where there is no earlier round."""


@dataclass(frozen=True)
class InVain:
    """A unit whose pages are opened for nothing, with the responses that came through them."""

    unit: Unit
    openings: Openings
    by_page: int


@dataclass(frozen=True)
class CoveragePage:
    """One page of a round's coverage.

    Attributes:
        round: the round.
        rows: units of this page with their fields.
        urgent: what lacks most in the whole part that the reader sees.
        page: from 1.
        pages: at least 1.
        lacking: units that will not reach the planned margin.
        units: all units with dossiers or responses.
        openings: pages opened and answers begun, by the codes of units and, as far as told, fields; empty where nothing
            was counted.
        in_vain: units of the part whose pages are opened for nothing, those with most openings first.
    """

    round: Round
    rows: tuple[tuple[Unit, tuple[Cell, ...]], ...]
    urgent: tuple[Cell, ...]
    page: int
    pages: int
    lacking: int
    units: int
    openings: Mapping[tuple[str, str | None], Openings]
    in_vain: tuple[InVain, ...]


def coverage(database: Database, code: str, *, part: str | None, now: datetime) -> tuple[Round, Coverage]:
    """What there is, what is needed and what closing will bring, per unit × field.

    Args:
        database: where the counts are.
        code: the round's.
        part: only this unit and those below it; None for the whole province.
        now: the server's clock.

    Raises:
        RoundUnknown: if there is no such round.
    """
    with database.reading() as session:
        round_ = known_round(session, code, now=now)
        units, fields = places.units(session), places.fields(session)
        dossiers = rounds.dossiers(session, code, units, fields)
        found = counts.by_unit_field_and_mode(session, code)
    responses, by_page, verified = (np.zeros_like(dossiers) for _ in range(3))
    rows = {unit.code: row for row, unit in enumerate(units)}
    columns = {field.code: column for column, field in enumerate(fields)}
    for (unit, field, mode), number in found.items():
        responses[rows[unit], columns[field]] += number
        by_page[rows[unit], columns[field]] += number if mode not in ENTERED_MODES else 0
        verified[rows[unit], columns[field]] += number if mode == VERIFIED_MODE else 0
    pace = pace_until(round_.opened_at, round_.closed_at or end_of(round_.ends_on), now)
    needed = needed_responses(dossiers, round_.settings.planned_margin)
    whole = Coverage(units, fields, dossiers, responses, by_page, verified, needed, pace)
    return round_, within(whole, {unit.code for unit in units_within(units, part)})


def coverage_page(
    database: Database, code: str, *, part: str | None, search: str, page: int, now: datetime
) -> CoveragePage:
    """One page of the coverage, the units that lack most first; ``search`` stands in a unit's name.

    Raises:
        RoundUnknown: if there is no such round.
    """
    round_, whole = coverage(database, code, part=part, now=now)
    lacking = whole.lacking().sum(axis=1)
    held = (whole.dossiers + whole.responses).sum(axis=1) > 0
    wanted = search.casefold().strip()
    shown = [
        int(row)
        for row in np.argsort(-lacking, kind="stable")
        if held[row] and wanted in whole.units[row].name.casefold()
    ]
    here = page_of(len(shown), page, per_page=PER_PAGE)
    return CoveragePage(
        round_,
        tuple((whole.units[row], whole.cells_of(row)) for row in shown[here.rows]),
        whole.most_urgent(URGENT),
        here.number,
        here.of,
        int((lacking > 0).sum()),
        int(held.sum()),
        *_openings(database, code, whole),
    )


def _openings(
    database: Database, code: str, whole: Coverage
) -> tuple[Mapping[tuple[str, str | None], Openings], tuple[InVain, ...]]:
    """What was opened and begun, and the units among these where that was for nothing."""
    with database.reading() as session:
        opened = openings.openings_of(session, code)
    if not opened:
        return {}, ()
    by_page = {
        (whole.units[row].code, whole.fields[column].code): int(whole.by_page[row, column])
        for row, column in np.argwhere(whole.dossiers + whole.responses).tolist()
    }
    said = reached(opened, by_page)
    sent = whole.by_page.sum(axis=1).tolist()
    listed = [
        InVain(unit, said[unit.code, None], number)
        for unit, number in zip(whole.units, sent, strict=True)
        if (unit.code, None) in said
    ]
    in_vain = [one for one in listed if is_unfinished(one.openings, one.by_page)]
    return said, tuple(sorted(in_vain, key=lambda one: -one.openings.opened)[:URGENT])


@dataclass(frozen=True)
class SamplePlan:
    """How many answers to plan, and from where.

    Attributes:
        round: the round.
        fields: F of them.
        ministry: the ministry's size for the province as one population.
        ministry_units: the sum of the ministry's sizes for every unit of its own.
        total: answers that are placed.
        margin_proportional: expected half-width of the overall index if placed by dossiers, 0–1.
        margin_neyman: the same if placed by Neyman.
        shares: F expected shares; from the round before where there is one, else one half.
        before: that round, or None.
        rows: units of this page: dossiers, the ministry's size, by Neyman per field.
        page: from 1.
        pages: at least 1.
    """

    round: Round
    fields: tuple[Field, ...]
    ministry: int
    ministry_units: int
    total: int
    margin_proportional: float
    margin_neyman: float
    shares: tuple[float, ...]
    before: Round | None
    rows: tuple[tuple[Unit, int, int, tuple[int, ...]], ...]
    page: int
    pages: int


class NoPopulation(ValueError):
    """No dossiers were loaded into ``round``, so nothing can be planned."""

    def __init__(self, round_: Round) -> None:
        super().__init__(round_.code)
        self.round = round_


def sample_plan(
    database: Database, code: str, *, total: int | None, page: int, small_cell: int, now: datetime
) -> SamplePlan:
    """Plan a round's answers: the ministry's sizes, and a total placed by Neyman at the shares of the round before.

    Args:
        database: where the population is.
        code: the round's.
        total: answers to place, kept between the floors and the dossiers; None for the ministry's sizes of all units.
        page: of the units.
        small_cell: a field with fewer responses in the round before says nothing here.
        now: the server's clock.

    Raises:
        RoundUnknown: if there is no such round.
        NoPopulation: if it has no dossiers.
    """
    round_, whole = coverage(database, code, part=None, now=now)
    dossiers = whole.dossiers
    if not dossiers.sum():
        raise NoPopulation(round_)
    margin = round_.settings.planned_margin / POINTS
    by_unit = [ministry_sample_size(int(number), margin=margin) for number in dossiers.sum(axis=1)]
    floor = int(np.minimum(dossiers, LEAST).sum())
    placed = min(max(sum(by_unit) if total is None else total, floor), int(dossiers.sum()))
    before, shares = _shares_before(database, round_, whole.fields, small_cell, now)
    flat, share = dossiers.reshape(-1), np.tile(shares, len(whole.units))
    neyman = allocate_by_neyman(flat, np.sqrt(share * (1 - share)), placed, minimum=LEAST)
    proportional = allocate_proportionally(flat, placed, minimum=LEAST)
    rows = [row for row in range(len(whole.units)) if dossiers[row].sum()]
    here = page_of(len(rows), page, per_page=PER_PAGE)
    by_field = neyman.reshape(dossiers.shape)
    return SamplePlan(
        round=round_,
        fields=whole.fields,
        ministry=ministry_sample_size(int(dossiers.sum()), margin=margin),
        ministry_units=sum(by_unit),
        total=placed,
        margin_proportional=_margin(flat, proportional, share, round_),
        margin_neyman=_margin(flat, neyman, share, round_),
        shares=tuple(shares),
        before=before,
        rows=tuple(
            (whole.units[row], int(dossiers[row].sum()), by_unit[row], tuple(map(int, by_field[row])))
            for row in rows[here.rows]
        ),
        page=here.number,
        pages=here.of,
    )


def planned_from(database: Database, code: str, *, now: datetime) -> Round | None:
    """The round whose shares a plan rests on, or None.

    Raises:
        RoundUnknown: if there is no such round.
    """
    with database.reading() as session:
        return rounds.before(session, known_round(session, code, now=now), now=now)


def _margin(dossiers: IntArray, sizes: IntArray, share: object, round_: Round) -> float:
    level = round_.settings.confidence_level
    return expected_precision(dossiers, sizes, share=np.asarray(share), confidence_level=level).margin


def _shares_before(
    database: Database, round_: Round, fields: tuple[Field, ...], small_cell: int, now: datetime
) -> tuple[Round | None, list[float]]:
    """The shares of the fields in the round before, as far as they may be seen."""
    before = planned_from(database, round_.code, now=now)
    if before is None:
        return None, [EVEN_SHARE] * len(fields)
    result = shown_result(database, before.code, small_cell=small_cell, now=now).result
    known = {found.field.code: found.measure.value for found in result.fields if found.measure.is_known}
    # A share of 0 or 1 in a few answers says little about how divided people are.
    return before, [min(max(known.get(field.code, EVEN_SHARE), 0.05), 0.95) for field in fields]
