"""A round's frame from somebody's table: looked at, previewed, and applied when all of it is right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from survey.actions.rounds import known_round
from survey.actions.sent_files import Sent, opened, require_waiting
from survey.core.frame import FIELD, UNIT, Layout, Reading, Setting, read_frame
from survey.core.frame_guess import guessed_roles
from survey.core.labels import Directory
from survey.core.margins import MARGINS, KnownMargin, asked, in_words_of, known_margins, option_name
from survey.core.margins import Meanings as MarginMeanings
from survey.core.place import Field, Unit
from survey.core.raking import Refused, unusable
from survey.core.round import Round
from survey.core.trail import Deed
from survey.core.unit_history import Lineage, Period, UnitChange, lineage
from survey.store import frames, freezing, places, rounds, trail, unit_changes, uploads
from survey.store.database import Database
from survey.store.frames import Load
from survey.store.shelf import Shelf

PURPOSE = "frame"
Meanings = Mapping[tuple[str, str], str]
"""Codes by kind and label, as an officer said it; "" leaves the label's rows out."""


class FrameFrozen(ValueError):
    """The round is frozen: its numbers stand, so its population does."""


class FrameFaulty(ValueError):
    """What was right when it was shown is not any more; nothing was applied."""


@dataclass(frozen=True)
class State:
    """A round's frame as it stands.

    Attributes:
        round: the round.
        by_unit: dossiers of each unit that has any.
        by_field: dossiers of each field that has any.
        margins: dossiers by category, margin by margin.
        loads: where it comes from, the newest first.
        known: the margins that the round's questionnaire asks for.
        unusable: why weights cannot be raked to these, as far as the frame alone tells.
        is_frozen: whether the round's numbers stand, so that its frame cannot be replaced.
    """

    round: Round
    by_unit: tuple[tuple[Unit, int], ...]
    by_field: tuple[tuple[Field, int], ...]
    margins: frames.Margins
    loads: tuple[Load, ...]
    known: tuple[KnownMargin, ...]
    unusable: Refused | None
    is_frozen: bool

    @property
    def dossiers(self) -> int:
        """All dossiers."""
        return sum(number for _unit, number in self.by_unit)


@dataclass(frozen=True)
class Looked(Sent):
    """A file that waits: its table, and what its columns are likely to hold."""

    layout: Layout
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Compared:
    """A unit's dossiers now and before.

    Attributes:
        unit: the unit.
        now: in the table.
        before: in the earlier frame, made anew where units merged or split; None where that cannot be done.
        lineage: where the earlier number comes from.
    """

    unit: Unit
    now: int
    before: float | None
    lineage: Lineage

    @property
    def jumps(self) -> bool:
        """Whether the number is less than half or more than twice of what it was."""
        return bool(self.before) and not 0.5 <= self.now / (self.before or 1) <= 2  # noqa: PLR2004

    @property
    def is_gone(self) -> bool:
        """Whether there were dossiers before and are none now."""
        return bool(self.before) and not self.now


@dataclass(frozen=True)
class Preview:
    """What applying a table would do.

    Attributes:
        looked: the file.
        reading: what it says.
        units: in force during the round.
        fields: all fields.
        compared: units with dossiers now or before.
        against: what it is compared with: the round whose frame stood before, or the same round; None where none did.
        same: the load of the same file that the round's frame comes from; None where it comes from another.
        meanings: what categories of margins are said to mean.
    """

    looked: Looked
    reading: Reading
    units: tuple[Unit, ...]
    fields: tuple[Field, ...]
    compared: tuple[Compared, ...]
    against: Round | None
    same: Load | None
    meanings: MarginMeanings

    @property
    def margins(self) -> dict[str, dict[str, int]]:
        """The table's margins in the words of the round's questionnaire, as far as these are known."""
        return in_words_of(self.looked.round.version.definition, self.reading.margins, self.meanings)

    @property
    def without(self) -> int:
        """Units in force for which the table says nothing."""
        return len({unit.code for unit in self.units} - {unit for unit, _field in self.reading.volumes})

    @property
    def by_field(self) -> list[tuple[Field, int]]:
        """Dossiers of each field in the table."""
        found = [
            (field, sum(n for (_unit, code), n in self.reading.volumes.items() if code == field.code))
            for field in self.fields
        ]
        return [(field, number) for field, number in found if number]


def state(database: Database, code: str, *, now: datetime) -> State:
    """A round's frame as it stands.

    Raises:
        RoundUnknown: if there is no such round.
    """
    with database.reading() as session:
        round_, volumes = known_round(session, code, now=now), frames.volumes(session, code)
        units, fields = places.units(session), places.fields(session)
        by_unit = [(unit, _of(volumes, 0, unit.code)) for unit in units]
        by_field = [(field, _of(volumes, 1, field.code)) for field in fields]
        margins = frames.margins(session, code)
        known = known_margins(round_.version.definition, margins)
        return State(
            round_,
            tuple(pair for pair in by_unit if pair[1]),
            tuple(pair for pair in by_field if pair[1]),
            margins,
            tuple(frames.loads(session, code)),
            known,
            unusable(known, int(rounds.dossiers(session, code, units, fields).sum())),
            freezing.of_closing(session, round_) is not None,
        )


def look(
    database: Database,
    code: str,
    token: str,
    *,
    sheet: str | None,
    header: int | None,
    who: str,
    now: datetime,
    shelf: Shelf | None = None,
) -> Looked:
    """A file that waits, for the one who sent it, with what its columns are likely to hold.

    Args:
        database: where it waits.
        code: the round's.
        token: the file's.
        sheet: name of the sheet; None for the first.
        header: row of the names of columns, from 0; None to guess.
        who: the person who asks.
        now: the server's clock, UTC.
        shelf: where tables that take long to read are kept; None to read any here.

    Raises:
        RoundUnknown: if there is no such round.
        UploadGone: if the file does not wait any more, or somebody else sent it.
        StillReading: while a process reads it.
        Broken: if there is no such sheet.
    """
    sent = opened(database, PURPOSE, code, token, sheet=sheet, header=header, who=who, now=now, shelf=shelf)
    with database.reading() as session:
        fields = places.fields(session)
        remembered = frames.roles(session)
    roles = guessed_roles(sent.names, remembered, fields)
    return Looked(**vars(sent), layout=Layout(sent.header, roles), fields=fields)


def preview(database: Database, looked: Looked, layout: Layout, said: Meanings, *, now: datetime) -> Preview:
    """What applying a file would do; nothing is stored.

    Args:
        database: where units, fields and the earlier frame are.
        looked: the file.
        layout: what its columns hold, as the officer says.
        said: what labels mean, as the officer says now.
        now: the server's clock, UTC.
    """
    with database.reading() as session:
        return _preview(session, looked, layout, said, now)


def apply(
    database: Database,
    looked: Looked,
    layout: Layout,
    said: Meanings,
    *,
    token: str,
    source: str,
    dated: date,
    who: str,
    now: datetime,
) -> Preview:
    """Make the table the round's frame, all of it or nothing.

    Raises:
        FrameFaulty: if something is wrong with it.
        FrameFrozen: if the round is frozen.
        UploadGone: if somebody applied or dropped it meanwhile.
    """
    code = looked.round.code
    # A large table is read before the transaction: while that writes, nobody else does.
    found = preview(database, looked, layout, said, now=now)
    reading = found.reading
    if not reading.is_valid:
        raise FrameFaulty(code)
    with database.writing() as session:
        _refuse_what_changed(session, found, token=token, now=now)
        digest = looked.sha256
        load = Load(
            source, dated, looked.upload.file_name, digest, reading.rows, reading.dossiers, who, now
        )  # fmt: skip
        frames.replace(session, code, reading.volumes, found.margins, load)
        frames.remember_roles(session, looked.said_of_names(layout))
        frames.remember_meanings(session, _known_meanings(said, found))
        uploads.remove(session, token)
        detail = {
            "file": looked.upload.file_name,
            "sha256": digest,
            "source": source,
            "dated": str(dated),
            "dossiers": reading.dossiers,
        }
        trail.record(session, Deed.FRAME_LOADED, code, who=who, at=now, detail=detail)
        return found


def _refuse_what_changed(session: Session, found: Preview, *, token: str, now: datetime) -> None:
    """What was looked at before the transaction may not hold in it any more."""
    round_ = found.looked.round
    require_waiting(session, found.looked, token, now=now)
    if freezing.of_closing(session, round_) is not None:
        raise FrameFrozen(round_.code)
    if (_in_force(session, round_), places.fields(session)) != (found.units, found.fields):
        raise FrameFaulty(round_.code)


def _of(volumes: Mapping[tuple[str, str], int], part: int, code: str) -> int:
    return sum(number for key, number in volumes.items() if key[part] == code)


def _preview(session: Session, looked: Looked, layout: Layout, said: Meanings, now: datetime) -> Preview:
    round_, fields = looked.round, places.fields(session)
    units = _in_force(session, round_)
    meanings = {kind: frames.meanings(session, kind) for kind in (UNIT, FIELD, *MARGINS)}
    for (kind, label), code in said.items():
        meanings[kind][label] = code
    setting = Setting(
        Directory([(unit.code, unit.name) for unit in units], meanings[UNIT]),
        Directory([(field.code, field.name_vi) for field in fields], meanings[FIELD]),
        round_.starts_on,
        round_.ends_on,
    )
    reading = read_frame(looked.sheet, layout, setting)
    against = _against(session, round_, now)
    compared = _compared(session, reading, units, round_, against) if reading.is_valid else ()
    newest = next(iter(frames.loads(session, round_.code)), None)
    same = newest if newest and newest.sha256 == looked.sha256 else None
    of_margins = {(margin, label): name for margin in MARGINS for label, name in meanings[margin].items()}
    return Preview(looked, reading, units, fields, compared, against, same, of_margins)


def _known_meanings(said: Meanings, found: Preview) -> list[tuple[str, str, str]]:
    codes = {
        UNIT: {unit.code for unit in found.units} | {""},
        FIELD: {field.code for field in found.fields} | {""},
    }
    for margin, question in asked(found.looked.round.version.definition).items():
        codes[margin] = {option_name(option) for option in question.options} | {""}
    return [(kind, label, code) for (kind, label), code in said.items() if code in codes.get(kind, ())]


def _in_force(session: Session, round_: Round) -> tuple[Unit, ...]:
    """The units that serve on any day of a round."""
    return tuple(u for u in places.units(session) if u.is_in_force(round_.starts_on, round_.ends_on))


def _against(session: Session, round_: Round, now: datetime) -> Round | None:
    """The round whose frame a new one is compared with: itself where it has one, else the one before."""
    if frames.volumes(session, round_.code):
        return round_
    return rounds.before(session, round_, now=now)


def _compared(
    session: Session, reading: Reading, units: tuple[Unit, ...], round_: Round, against: Round | None
) -> tuple[Compared, ...]:
    """Units with dossiers now or before; the earlier numbers are made anew where units merged or split."""
    volumes = frames.volumes(session, against.code) if against else {}
    changes = unit_changes.all_changes(session)
    before: dict[str, float] = {}
    for (code, _field), number in volumes.items():
        before[code] = before.get(code, 0) + number
    now: dict[str, int] = {}
    for (code, _field), number in reading.volumes.items():
        now[code] = now.get(code, 0) + number
    found = []
    for unit in units:
        line = _lineage(unit, changes, round_, against)
        compared = Compared(unit, now.get(unit.code, 0), line.recomputed(before) if against else None, line)
        if compared.now or compared.before:
            found.append(compared)
    return tuple(found)


def _lineage(unit: Unit, changes: Sequence[UnitChange], round_: Round, against: Round | None) -> Lineage:
    if against is None or against.code == round_.code:
        return lineage(
            unit, (), Period(round_.starts_on, round_.ends_on), Period(round_.starts_on, round_.ends_on)
        )
    earlier, later = Period(against.starts_on, against.ends_on), Period(round_.starts_on, round_.ends_on)
    return lineage(unit, changes, earlier, later)
