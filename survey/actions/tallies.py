"""Tallies from paper or from printed tables: looked at, previewed, kept as a source of their own, withdrawn again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from survey.actions.rounds import known_round
from survey.actions.sent_files import LoadedBefore, Sent, require_waiting
from survey.actions.withdrawing import LoadUnknown, require_load, withdraw_load
from survey.core.account import Account, BeyondPart
from survey.core.frame import UNIT, Layout
from survey.core.labels import Directory
from survey.core.place import Field, Unit, units_within
from survey.core.round import Round
from survey.core.tally import Tally, TallyReading, mean_share
from survey.core.tally_reading import TallySetting, guessed_tally_roles, read_tallies
from survey.core.trail import Deed
from survey.store import frames, places, sources, trail, uploads
from survey.store.database import Database
from survey.store.sources import TALLIES, SourceLoad

PURPOSE = TALLIES


class TalliesFaulty(ValueError):
    """Nothing was applied: rows are refused and nobody said to leave them out, or none is sound."""


@dataclass(frozen=True)
class LoadedTallies:
    """One load with its tallies, as far as they lie in the reader's part.

    Attributes:
        load: the load.
        tallies: those of the part.
        beyond: how many lie outside of it.
    """

    load: SourceLoad
    tallies: tuple[Tally, ...]
    beyond: int = 0

    @property
    def average(self) -> float | None:
        """The plain mean of the items' satisfied shares."""
        return mean_share(list(self.tallies))


@dataclass(frozen=True)
class Before:
    """What of a file's tallies a round has already.

    Attributes:
        same: the load of the very same file that counts; None where there is none.
        known: rows that stand word for word and number for number in a load that counts.
        new: rows that do not.
    """

    same: SourceLoad | None
    known: int
    new: int

    @property
    def is_doubtful(self) -> bool:
        """Whether the same might be kept twice."""
        return self.same is not None or self.known > 0


@dataclass(frozen=True)
class TallyBoard:
    """All tallies of a round.

    Attributes:
        round: the round.
        loads: the newest first.
        units: of the reader's part, by code.
        fields: by code.
    """

    round: Round
    loads: tuple[LoadedTallies, ...]
    units: Mapping[str, Unit]
    fields: Mapping[str, Field]


def tally_board(database: Database, code: str, *, within: str | None, now: datetime) -> TallyBoard:
    """All tallies of a round, as far as they lie in a part of the unit tree.

    Raises:
        RoundUnknown: if there is no such round.
    """
    with database.reading() as session:
        round_ = known_round(session, code, now=now)
        part = {unit.code: unit for unit in units_within(places.units(session), within)}
        kept = sources.tallies(session, code)
        loads = [
            _within(load, kept.get(load.number, []), None if within is None else frozenset(part))
            for load in sources.loads(session, code, TALLIES)
        ]
        fields = {field.code: field for field in places.fields(session)}
        shown = tuple(loaded for loaded in loads if loaded.tallies)
        return TallyBoard(round_, shown, part, fields)


def guessed_layout(database: Database, sent: Sent) -> Layout:
    """What the columns of a file are likely to hold."""
    with database.reading() as session:
        remembered = frames.roles(session, TALLIES)
    return Layout(sent.header, guessed_tally_roles(sent.names, remembered))


def names_to_show(
    database: Database, sent: Sent, *, within: str | None
) -> tuple[dict[str, Unit], dict[str, Field]]:
    """By code: the units of a part that serve during the round, and all fields."""
    with database.reading() as session:
        units = {unit.code: unit for unit in _in_force(session, sent.round, within)}
        return units, {field.code: field for field in places.fields(session)}


def preview_tallies(
    database: Database,
    sent: Sent,
    layout: Layout,
    *,
    unit_code: str,
    forms: int | None,
    within: str | None,
) -> TallyReading:
    """What a file says; nothing is stored.

    Args:
        database: where units and fields are.
        sent: the file.
        layout: what its columns hold.
        unit_code: the unit that it is about where it has no column for units.
        forms: forms that came back where it has no column for them.
        within: the part that may be loaded; None for the whole province.

    Raises:
        BeyondPart: if ``unit_code`` lies outside of the part.
    """
    with database.reading() as session:
        units = _in_force(session, sent.round, None)
        part = None if within is None else frozenset(u.code for u in _in_force(session, sent.round, within))
        if part is not None and UNIT not in layout.roles.values() and unit_code not in part:
            raise BeyondPart(unit_code)
        fields = places.fields(session)
        setting = TallySetting(
            Directory([(unit.code, unit.name) for unit in units], frames.meanings(session, UNIT)),
            Directory([(field.code, field.name_vi) for field in fields], {}),
            part,
            unit_code if unit_code in {unit.code for unit in units} else "",
            forms,
        )
    return read_tallies(sent.sheet, layout, setting)


def tallies_before(database: Database, sent: Sent, reading: TallyReading) -> Before:
    """What of a file's sound rows the round has already."""
    with database.reading() as session:
        return _before(session, sent, reading)


def apply_tallies(
    database: Database,
    sent: Sent,
    layout: Layout,
    *,
    token: str,
    unit_code: str,
    forms: int | None,
    only_sound: bool,
    source: str,
    dated: date,
    by: Account,
    now: datetime,
    are_others: bool = False,
) -> TallyReading:
    """Keep the tallies of a file: all of them, or the sound ones where ``only_sound`` says so.

    Raises:
        TalliesFaulty: if something is refused without ``only_sound``, or nothing is sound.
        LoadedBefore: if the round has some of it already, and ``are_others`` does not say that these are others.
        BeyondPart: if the table is about a unit outside of the part of ``by``.
        UploadGone: if somebody applied or dropped the file meanwhile.
    """
    code = sent.round.code
    reading = preview_tallies(database, sent, layout, unit_code=unit_code, forms=forms, within=by.unit_code)
    if not reading.sound or not (reading.is_whole or only_sound):
        raise TalliesFaulty(code)
    digest = sent.sha256
    load = SourceLoad(
        TALLIES, source, dated, sent.upload.file_name, digest, len(reading.sound), reading.refused, by.name, now
    )  # fmt: skip
    with database.writing() as session:
        require_waiting(session, sent, token, now=now)
        if not are_others and _before(session, sent, reading).is_doubtful:
            raise LoadedBefore(code)
        number = sources.add(session, code, load)
        sources.add_tallies(session, code, number, reading.sound)
        frames.remember_roles(session, sent.said_of_names(layout), TALLIES)
        uploads.remove(session, token)
        detail = {
            "load": number, "file": load.file_name, "sha256": digest, "source": source, "dated": str(dated),
            "kept": load.rows, "refused": load.refused,
        }  # fmt: skip
        trail.record(session, Deed.TALLIES_LOADED, code, who=by.name, at=now, detail=detail)
    return reading


def load_to_withdraw(
    database: Database, code: str, number: int, *, within: str | None, now: datetime
) -> LoadedTallies:
    """A load of tallies that counts and may be withdrawn by somebody limited to a part.

    Raises:
        LoadUnknown: if there is none.
        BeyondPart: if some of its rows lie outside of the part.
    """
    loads = tally_board(database, code, within=within, now=now).loads
    found = next((one for one in loads if one.load.number == number and not one.load.withdrawal), None)
    if found is None:
        raise LoadUnknown(number)
    if found.beyond:
        raise BeyondPart(code)
    return found


def withdraw_tallies(
    database: Database, code: str, number: int, reason: str, *, by: Account, now: datetime
) -> None:
    """Let a load of tallies count no more; it stays readable with the reason.

    Raises:
        LoadUnknown: if there is none that counts.
        BeyondPart: if some of its rows lie outside of the part of ``by``.
    """
    load_to_withdraw(database, code, number, within=by.unit_code, now=now)
    with database.writing() as session:
        require_load(session, code, TALLIES, number)
        withdraw_load(session, code, number, reason, by=by, now=now)


def _before(session: Session, sent: Sent, reading: TallyReading) -> Before:
    code = sent.round.code
    counting = {load.number for load in sources.loads(session, code, TALLIES) if load.withdrawal is None}
    kept = {
        replace(tally, row=0)
        for number, of_load in sources.tallies(session, code).items()
        if number in counting
        for tally in of_load
    }
    known = sum(replace(tally, row=0) in kept for tally in reading.sound)
    same = sources.same_file(session, code, TALLIES, sent.sha256)
    return Before(same, known, len(reading.sound) - known)


def _within(load: SourceLoad, tallies: list[Tally], part: frozenset[str] | None) -> LoadedTallies:
    mine = tuple(tally for tally in tallies if part is None or tally.unit_code in part)
    return LoadedTallies(load, mine, len(tallies) - len(mine))


def _in_force(session: Session, round_: Round, within: str | None) -> tuple[Unit, ...]:
    units = units_within(places.units(session), within)
    return tuple(unit for unit in units if unit.is_in_force(round_.starts_on, round_.ends_on))
