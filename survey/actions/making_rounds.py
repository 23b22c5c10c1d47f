"""Make a round and change it: what it asks, covers and is judged by."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from questionnaires.version import Version
from survey.actions.rounds import RoundUnknown, known_round
from survey.core import estimation_settings
from survey.core.account import Account
from survey.core.estimation_settings import EstimationSettings
from survey.core.paging import page_of
from survey.core.place import Unit
from survey.core.round import Round
from survey.core.round_period import Period
from survey.core.target import TargetSheet
from survey.core.target_sheets import load_target_sheet
from survey.core.trail import Deed
from survey.store import places, rounds, target_sheets, trail, versions
from survey.store.database import Database

PER_PAGE = 100
"""Units on one page of the list of who takes part."""


class RoundOpened(ValueError):
    """The round has opened: what was asked for can be changed before that only."""


class VersionNotOffered(LookupError):
    """There is no such version, or it is withdrawn."""


class SheetUnknown(LookupError):
    """There is no such target sheet."""


@dataclass(frozen=True)
class Plan:
    """What an officer says of a round.

    Attributes:
        period: which days; its names are used where the officer gave none.
        fingerprint: of the version that is asked first.
        target_sheet: code, or "" for none.
        frame_source: where the dossier volumes come from, or "".
        settings: how it is estimated.
    """

    period: Period
    fingerprint: str
    target_sheet: str
    frame_source: str
    settings: EstimationSettings


@dataclass(frozen=True)
class Choices:
    """What a round can be made of."""

    versions: tuple[Version, ...]
    sheets: Mapping[str, TargetSheet]


def choices(database: Database, sheets: Mapping[str, str]) -> Choices:
    """The versions that may be asked, the newest first, and the target sheets: those stored and those shipped."""
    with database.reading() as session:
        offered = [one.version for one in versions.shelf(session) if one.withdrawal is None]
        stored = target_sheets.contents(session)
    known = {code: load_target_sheet(text, name=code) for code, text in {**sheets, **stored}.items()}
    return Choices(tuple(reversed(offered)), dict(sorted(known.items())))


def make(database: Database, plan: Plan, *, sheets: Mapping[str, str], by: Account, now: datetime) -> Round:
    """Make a round that has not opened; its code comes from its period.

    Raises:
        VersionNotOffered: if there is no such version, or it is withdrawn.
        SheetUnknown: if there is no such target sheet.
    """
    with database.writing() as session:
        code = _free_code(session, plan.period.code, now)
        empty = Round(
            code, "", "", date.min, date.min, _offered(session, plan.fingerprint), None, None, None, ""
        )
        made = _planned(session, empty, plan, sheets)
        rounds.add(session, made, {})
        trail.record(session, Deed.ROUND_MADE, code, who=by.name, at=now, detail=_told(made))
        return made


def change(
    database: Database, code: str, plan: Plan, *, sheets: Mapping[str, str], by: Account, now: datetime
) -> Round:
    """Change a round that has not opened; its code stays, and so does its schedule.

    Raises:
        RoundUnknown: if there is no such round.
        RoundOpened: if it has opened.
        VersionNotOffered, SheetUnknown: as in :func:`make`.
    """
    with database.writing() as session:
        before = _unopened(session, code, now)
        changed = _planned(session, before, plan, sheets)
        if changed.version != before.version:
            rounds.set_version(session, code, changed.version.fingerprint, now=now)
        return _keep(session, before, changed, by, now)


def rename(database: Database, code: str, name_vi: str, name_en: str, *, by: Account, now: datetime) -> Round:
    """Give a round other names; they may be changed at any time.

    Raises:
        RoundUnknown: if there is no such round.
    """
    with database.writing() as session:
        before = held(session, code, now)
        return _keep(session, before, replace(before, name_vi=name_vi, name_en=name_en), by, now)


@dataclass(frozen=True)
class Participation:
    """One page of the units with who takes part.

    Attributes:
        units: on this page.
        left_out: codes of all units that take no part.
        page: from 1.
        pages: at least 1.
        everybody: number of all units.
    """

    units: tuple[Unit, ...]
    left_out: frozenset[str]
    page: int
    pages: int
    everybody: int


def participation(database: Database, code: str, *, search: str, page: int, now: datetime) -> Participation:
    """Which units take part in a round, page by page; ``search`` stands in a unit's name or is its code.

    Raises:
        RoundUnknown: if there is no such round.
    """
    with database.reading() as session:
        known_round(session, code, now=now)
        everybody = places.units(session)
        left_out = rounds.excluded(session, code)
    wanted = search.casefold().strip()
    found = [unit for unit in everybody if wanted in unit.name.casefold() or wanted == unit.code.casefold()]
    shown = page_of(len(found), page, per_page=PER_PAGE)
    return Participation(tuple(found[shown.rows]), left_out, shown.number, shown.of, len(everybody))


def choose_units(
    database: Database,
    code: str,
    shown: frozenset[str],
    chosen: frozenset[str],
    *,
    by: Account,
    now: datetime,
) -> int:
    """Let of the units that were shown exactly the chosen ones take part; gives how many are left out now.

    Raises:
        RoundUnknown: if there is no such round.
        RoundOpened: if it has opened.
    """
    with database.writing() as session:
        _unopened(session, code, now)
        known = {unit.code for unit in places.units(session)}
        before = rounds.excluded(session, code)
        after = frozenset((before - shown) | ((shown - chosen) & known))
        if after != before:
            rounds.exclude(session, code, after)
            numbers = {"left_out": [len(before), len(after)]}
            trail.record(session, Deed.ROUND_UNITS_CHOSEN, code, who=by.name, at=now, detail=numbers)
        return len(after)


def held(session: Session, code: str, now: datetime) -> Round:
    """The round, held until the transaction ends.

    Raises:
        RoundUnknown: if there is no such round.
    """
    round_ = rounds.hold(session, code, now=now)
    if round_ is None:
        raise RoundUnknown(code)
    return round_


def _unopened(session: Session, code: str, now: datetime) -> Round:
    round_ = held(session, code, now)
    if round_.has_opened(now):
        raise RoundOpened(code)
    return round_


def _planned(session: Session, round_: Round, plan: Plan, sheets: Mapping[str, str]) -> Round:
    sheet = plan.target_sheet or None
    if sheet is not None and target_sheets.with_code(session, sheet) is None:
        if sheet not in sheets:
            raise SheetUnknown(sheet)
        target_sheets.add(session, sheet, sheets[sheet])
    return replace(
        round_,
        name_vi=plan.period.name_vi,
        name_en=plan.period.name_en,
        starts_on=plan.period.starts_on,
        ends_on=plan.period.ends_on,
        version=_offered(session, plan.fingerprint),
        target_sheet_code=sheet,
        frame_source=plan.frame_source,
        settings=plan.settings,
    )


def _keep(session: Session, before: Round, changed: Round, by: Account, now: datetime) -> Round:
    old, new = _told(before), _told(changed)
    if differing := {name: [old[name], new[name]] for name in new if new[name] != old[name]}:
        rounds.change(session, changed)
        trail.record(session, Deed.ROUND_CHANGED, changed.code, who=by.name, at=now, detail=differing)
    return changed


def _told(round_: Round) -> dict[str, object]:
    """What the trail says of a round."""
    return {
        "name": " / ".join(filter(None, (round_.name_vi, round_.name_en))),
        "period": f"{round_.starts_on:%d/%m/%Y} – {round_.ends_on:%d/%m/%Y}",
        "version": f"{round_.version.definition.code}.{round_.version.number}",
        "targets": round_.target_sheet_code or "",
        "source": round_.frame_source,
        "settings": estimation_settings.as_text(round_.settings),
    }


def _offered(session: Session, print_: str) -> Version:
    version = versions.hold(session, print_)
    if version is None or versions.is_withdrawn(session, print_):
        raise VersionNotOffered(print_)
    return version


def _free_code(session: Session, wanted: str, now: datetime) -> str:
    taken = {round_.code for round_ in rounds.all_rounds(session, now=now)}
    code, number = wanted, 1
    while code in taken:
        number += 1
        code = f"{wanted}-{number}"
    return code
