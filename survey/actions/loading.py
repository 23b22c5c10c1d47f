"""Responses from a file: looked at, previewed, taken once and all together, set aside again.

Responses are never taken out once they are stored. Undoing a load therefore sets it aside: its responses stay in the
seal and in the table, but count nowhere; that is possible until the round's numbers are frozen.
"""

import hmac
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import itemgetter
from typing import Any

from sqlalchemy.orm import Session

from questionnaires.uploads import Sheet
from survey.actions.known_rows import KnownRows, content_of, known_rows
from survey.actions.progress import EVERY, Progress, Stage, Told, tell_nobody
from survey.actions.rounds import known_round
from survey.actions.sent_files import LoadedBefore, Sent
from survey.actions.storing_loads import ResponsesFaulty, RoundTakesNone, stored_load, takes_entered
from survey.actions.withdrawing import require_load, withdraw_load
from survey.core.account import Account, BeyondPart
from survey.core.answer_columns import guessed_answer_roles
from survey.core.frame import FIELD, UNIT, Layout
from survey.core.labels import Directory
from survey.core.place import Field, Unit, units_within
from survey.core.response import IMPORTED_MODE, Response, fingerprint_of, to_the_hour
from survey.core.response_reading import ResponseTable
from survey.core.response_table import (
    MEANING,
    ReadRow,
    RowFault,
    RowReading,
    RowSetting,
)
from survey.core.round import Round
from survey.core.row_contents import Names
from survey.store import frames, load_contents, places, responses, rounds, sources
from survey.store.database import Database
from survey.store.sources import RESPONSES, TAG_DIGITS, SourceLoad, tag_of

PURPOSE = RESPONSES
ID_DIGITS = 32
Meanings = Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class LoadedResponses:
    """One load of responses.

    Attributes:
        load: the load.
        by_unit: its responses by unit code, as far as they lie in the reader's part.
        beyond: how many lie outside of it.
    """

    load: SourceLoad
    by_unit: Mapping[str, int]
    beyond: int = 0


@dataclass(frozen=True)
class LoadBoard:
    """What was loaded into a round.

    Attributes:
        round: the round.
        loads: the newest first.
        units: of the reader's part, by code.
        takes: whether responses can be loaded or set aside now.
    """

    round: Round
    loads: tuple[LoadedResponses, ...]
    units: Mapping[str, Unit]
    takes: bool


@dataclass
class RowPreview:
    """What loading a table would do.

    Attributes:
        round: into which it would be loaded.
        reading: what it says.
        new: responses that would be taken, by unit code.
        known: rows whose number was taken from an earlier file.
        alike: rows without a known number in which stands all that stood in a row of an earlier file; not taken.
        same: the load of the very same file that counts; None where there is none.
        units: those of the reader's part in force during the round, as labels may mean them.
        fields: all fields.
    """

    round: Round
    reading: RowReading
    units: tuple[Unit, ...] = ()
    fields: tuple[Field, ...] = ()
    new: Counter[str] = field(default_factory=Counter)
    known: int = 0
    alike: int = 0
    same: SourceLoad | None = None

    @property
    def is_doubtful(self) -> bool:
        """Whether rows look new although the same file counts: they are of another sheet, or it was loaded long ago."""
        return self.same is not None and bool(self.new)


def load_board(database: Database, code: str, *, within: str | None, now: datetime) -> LoadBoard:
    """What was loaded into a round, as far as it lies in a part of the unit tree.

    Raises:
        RoundUnknown: if there is no such round.
    """
    with database.reading() as session:
        round_ = known_round(session, code, now=now)
        part = {unit.code: unit for unit in units_within(places.units(session), within)}
        by_unit = sources.responses_by_unit(session, code)
        loads = []
        for load in sources.loads(session, code, RESPONSES):
            held = by_unit.get(tag_of(load.number), {})
            mine = {unit: number for unit, number in held.items() if unit in part}
            if mine or not held:
                loads.append(LoadedResponses(load, mine, sum(held.values()) - sum(mine.values())))
        return LoadBoard(round_, tuple(loads), part, takes_entered(session, round_, now))


def guessed_columns(database: Database, sent: Sent) -> Layout:
    """What the columns of a file are likely to hold."""
    with database.reading() as session:
        remembered = frames.roles(session, RESPONSES)
    return Layout(sent.header, guessed_answer_roles(sent.names, remembered, sent.round.version))


def preview_responses(
    database: Database,
    sent: Sent,
    layout: Layout,
    said: Meanings,
    *,
    within: str | None,
    key: bytes,
    tell: Told = tell_nobody,
) -> RowPreview:
    """What loading a file would do; nothing is stored.

    Args:
        database: where units, fields, counters and what was loaded before are.
        sent: the file.
        layout: what its columns hold.
        said: what labels mean, as the officer says now.
        within: the part that may be loaded; None for the whole province.
        key: makes the ids of responses.
        tell: is told how many rows are read.
    """
    with database.reading() as session:
        table, found, known = _begun(session, sent, layout, said, within=within, key=key)
    for _row in _new_rows(table, found, known, sent.round, key=key, tell=tell):
        pass
    return found


def looked_against(session: Session, code: str) -> tuple[object, ...]:
    """All but the file that a preview depends on: places, what labels mean, and what was loaded before."""
    meanings = [sorted(frames.meanings(session, kind).items()) for kind in (UNIT, FIELD, MEANING)]
    of_places = places.units(session), places.fields(session), places.counters(session)
    excluded = sorted(rounds.excluded(session, code))
    return of_places, meanings, excluded, sources.loads(session, code, RESPONSES)


def apply_responses(
    database: Database,
    sent: Sent,
    layout: Layout,
    said: Meanings,
    *,
    token: str,
    source: str,
    dated: date,
    by: Account,
    now: datetime,
    key: bytes,
    are_others: bool = False,
    tell: Told = tell_nobody,
) -> RowPreview:
    """Take all responses of a table that were not taken before, or none where something is wrong.

    Raises:
        ResponsesFaulty: if something is wrong with it, perhaps since it was shown.
        LoadedBefore: if rows look new although the same file counts, and ``are_others`` does not say that they are.
        RoundTakesNone: if the round has not opened, or is settled.
        UploadGone: if somebody applied or dropped the file meanwhile.
    """
    before, found, rows, content = _prepared(
        database, sent, layout, said, by=by, now=now, key=key, tell=tell, are_others=are_others
    )
    if found.is_doubtful and not are_others:
        raise LoadedBefore(sent.round.code)
    load = SourceLoad(
        RESPONSES, source, dated, sent.upload.file_name, sent.sha256, len(rows), 0, by.name, now
    )  # fmt: skip
    with stored_load(database, sent, load, rows, before, token=token, now=now, tell=tell) as (
        session,
        number,
    ):
        _remember(session, sent, layout, said, by)
        if number:
            load_contents.add(session, number, *content)
    return found


def load_to_set_aside(
    database: Database, code: str, number: int, *, within: str | None, now: datetime
) -> LoadedResponses:
    """A load that counts and may be set aside by somebody limited to a part.

    Raises:
        LoadUnknown: if there is none.
        BeyondPart: if some of its responses lie outside of the part.
    """
    with database.reading() as session:
        load = require_load(session, code, RESPONSES, number)
    board = load_board(database, code, within=within, now=now)
    found = next((one for one in board.loads if one.load.number == load.number), None)
    if found is None or found.beyond:
        raise BeyondPart(code)
    return found


def set_load_aside(
    database: Database, code: str, number: int, reason: str, *, by: Account, now: datetime
) -> None:
    """Let the responses of a load count no more.

    Raises:
        LoadUnknown: if there is none that counts.
        BeyondPart: if some of its responses lie outside of the part of ``by``.
        RoundTakesNone: if the round's numbers are settled.
    """
    load_to_set_aside(database, code, number, within=by.unit_code, now=now)
    with database.writing() as session:
        round_ = rounds.hold(session, code, now=now)
        if round_ is None or not takes_entered(session, round_, now):
            raise RoundTakesNone(code)
        require_load(session, code, RESPONSES, number)
        withdraw_load(session, code, number, reason, by=by, now=now)


def _prepared(
    database: Database,
    sent: Sent,
    layout: Layout,
    said: Meanings,
    *,
    by: Account,
    now: datetime,
    key: bytes,
    tell: Told,
    are_others: bool,
) -> tuple[list[SourceLoad], RowPreview, list[dict[str, Any]], tuple[Names, list[bytes]]]:
    """What was loaded before, what the table says, its new responses as they are stored, and what stands in their rows."""
    # All that takes its time is done before the transaction: while that writes, no citizen's answer is stored.
    with database.reading() as session:
        before = sources.loads(session, sent.round.code, RESPONSES)
        table, found, known = _begun(session, sent, layout, said, within=by.unit_code, key=key)
        ids = responses.all_ids(session)
    rows, numbers = [], set()
    for row, digits in _new_rows(table, found, known, sent.round, key=key, tell=tell, are_others=are_others):
        rows.append(ids.row(_response(row, digits, sent.round, now)))
        numbers.add(row.row)
    if not found.reading.is_valid:
        raise ResponsesFaulty(sent.round.code)
    content = content_of(sent.round.code, sent.sheet, layout.header, numbers, key)
    # In the order of the table, each transaction writes to a few of its pages and not to all.
    rows.sort(key=itemgetter("id"))
    return before, found, rows, content


def _remember(session: Session, sent: Sent, layout: Layout, said: Meanings, by: Account) -> None:
    """Keep what columns and texts mean for the next file."""
    frames.remember_roles(session, sent.said_of_names(layout), RESPONSES)
    # What names of units and fields mean is the whole province's to say.
    kinds = {MEANING} if by.unit_code else {UNIT, FIELD, MEANING}
    frames.remember_meanings(session, [each for each in _flat(said) if each[0] in kinds])


def _flat(said: Meanings) -> list[tuple[str, str, str]]:
    return [(kind, label, code) for (kind, label), code in said.items()]


def _begun(
    session: Session, sent: Sent, layout: Layout, said: Meanings, *, within: str | None, key: bytes
) -> tuple[ResponseTable, RowPreview, KnownRows]:
    """The table ready to be read, an empty preview, and what was taken before."""
    table, units, fields = _table(session, sent, layout, said, within)
    code = sent.round.code
    found = RowPreview(
        sent.round, RowReading(), units, fields, same=sources.same_file(session, code, RESPONSES, sent.sha256)
    )
    return table, found, known_rows(session, code, sent.sheet, layout.header, key)


def _table(
    session: Session, sent: Sent, layout: Layout, said: Meanings, within: str | None
) -> tuple[ResponseTable, tuple[Unit, ...], tuple[Field, ...]]:
    round_, fields = sent.round, places.fields(session)
    all_units = places.units(session)
    units = tuple(u for u in all_units if u.is_in_force(round_.starts_on, round_.ends_on))
    part = frozenset(unit.code for unit in units_within(all_units, within))
    meanings = {kind: frames.meanings(session, kind) for kind in (UNIT, FIELD, MEANING)}
    for (kind, label), code in said.items():
        meanings[kind][label] = code
    setting = RowSetting(
        round_.version,
        Directory([(unit.code, unit.name) for unit in units], meanings[UNIT]),
        Directory([(f.code, f.name_vi) for f in fields], meanings[FIELD]),
        tuple(places.counters(session)),
        None if within is None else part,
        frozenset(rounds.excluded(session, round_.code)),
        meanings[MEANING],
    )
    return ResponseTable(sent.sheet, layout, setting), tuple(u for u in units if u.code in part), fields


def _new_rows(
    table: ResponseTable,
    found: RowPreview,
    known: KnownRows,
    round_: Round,
    *,
    key: bytes,
    tell: Told,
    are_others: bool = False,
) -> Iterator[tuple[ReadRow, str]]:
    """Rows that were not taken before, or are said to be others, each with the digits that name it in every file."""
    of = rows_in(table.sheet, table.layout.header)
    for at, row in enumerate(table.rows(found.reading)):
        if not at % EVERY:
            tell(Progress(Stage.READING, at, of))
        digits = hmac.digest(key, f"{round_.code}\x1f{row.identity}".encode(), "sha256").hex()
        digits = digits[: ID_DIGITS - TAG_DIGITS]
        kept, is_alike = known.by_digits.get(digits), row.row in known.alike
        if kept is not None and row.is_numbered:
            if is_alike or kept == fingerprint_of(round_.version.fingerprint, row.field_code, row.answers):
                found.known += 1
            else:
                found.reading.refuse(row.row, None, RowFault.KNOWN_OTHERWISE)
        elif (kept is not None or is_alike) and not are_others:
            found.alike += 1
        else:
            found.new[row.unit_code] += 1
            yield row, digits


def rows_in(sheet: Sheet, header: int) -> int:
    """How many rows stand below the row of names."""
    return max(0, len(sheet.rows) - header - 1)


def _response(row: ReadRow, digits: str, round_: Round, now: datetime) -> Response:
    """A row as it is stored, but for the tag of its load."""
    return Response(
        id=f"{tag_of(0)}{digits}",
        round_code=round_.code,
        version_fingerprint=round_.version.fingerprint,
        counter_code=row.counter_code,
        unit_code=row.unit_code,
        field_code=row.field_code,
        mode=IMPORTED_MODE,
        language="vi",
        answers=row.answers,
        received_hour=to_the_hour(now),
    )
