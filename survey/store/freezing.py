"""What a round's numbers are made from, read part by part; freezes and re-openings, appended and never changed."""

import json
from collections.abc import Iterator

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from survey.core import estimation_settings
from survey.core.freeze import WHOLE, Freeze, canonical, digest_of, fingerprint_of, response_parts
from survey.core.round import Reopening, Round
from survey.store import frames, rounds, sources
from survey.store.round_tables import RoundFreezeRow, RoundReopeningRow
from survey.store.tables import (
    CounterRow,
    EditorialChangeRow,
    FieldRow,
    FrameRow,
    ResponseRow,
    RoundRow,
    TargetSheetRow,
    UnitRow,
    VersionRow,
)

Parts = dict[str, dict[str, str]]


def inputs(session: Session, round_: Round) -> tuple[Parts, int]:
    """The fingerprints of everything that a round's numbers are made from, and its number of responses."""
    units = dict(session.execute(select(UnitRow.id, UnitRow.code)).all())
    fields = dict(session.execute(select(FieldRow.id, FieldRow.code)).all())
    by_unit, number = response_parts(_responses(session, round_.code, units, fields))
    used = _versions(session, round_)
    parts: Parts = {
        "round": {WHOLE: fingerprint_of(_facts(session, round_))},
        "settings": {WHOLE: fingerprint_of(estimation_settings.as_text(round_.settings))},
        "targets": targets_part(session, round_),
        "versions": {name: fingerprint_of(text) for _id, name, text in used},
        "editorial": {WHOLE: fingerprint_of(_editorial(session, [id_ for id_, _name, _text in used]))},
        "population": _population(session, round_.code, units, fields),
        "responses": by_unit,
    }
    if round_.settings.weights == "raked":
        found = frames.margins(session, round_.code)
        parts["margins"] = {margin: fingerprint_of(categories) for margin, categories in found.items()}
    return parts, number


def targets_part(session: Session, round_: Round) -> dict[str, str]:
    """The fingerprint of the targets that a round is judged by."""
    return {WHOLE: fingerprint_of(_targets(session, round_))}


def add(session: Session, code: str, frozen: Freeze) -> None:
    """Keep a freeze."""
    row = {
        "round_id": rounds.ids_by_code(session)[code],
        "closed_at": frozen.closed_at,
        "frozen_at": frozen.frozen_at,
        "responses": frozen.responses,
        "digest": frozen.digest,
        "parts": canonical({part: dict(names) for part, names in frozen.parts.items()}).decode(),
    }
    session.execute(insert(RoundFreezeRow), row)


def newest(session: Session, code: str) -> Freeze | None:
    """The freeze after a round's newest closing that had one."""
    query = (
        select(RoundFreezeRow)
        .join(RoundRow, RoundRow.id == RoundFreezeRow.round_id)
        .where(RoundRow.code == code)
        .order_by(RoundFreezeRow.frozen_at.desc())
        .limit(1)
    )
    row = session.scalar(query)
    if row is None:
        return None
    return Freeze(row.frozen_at, row.closed_at, row.responses, row.digest, json.loads(row.parts))


def of_closing(session: Session, round_: Round) -> Freeze | None:
    """The freeze after the closing that a round has now, or None if it is not frozen."""
    kept = newest(session, round_.code)
    return kept if kept is not None and kept.closed_at == round_.closed_at else None


def is_sound(frozen: Freeze) -> bool:
    """Whether a freeze's digest is that of its own parts, so that nobody rewrote one of the two."""
    return digest_of(frozen.parts) == frozen.digest


def reopenings(session: Session, code: str) -> tuple[Reopening, ...]:
    """When and why a round was opened again, the first time first."""
    query = (
        select(RoundReopeningRow)
        .join(RoundRow, RoundRow.id == RoundReopeningRow.round_id)
        .where(RoundRow.code == code)
        .order_by(RoundReopeningRow.id)
    )
    return tuple(Reopening(r.closed_at, r.reopened_at, r.reason, r.who) for r in session.scalars(query))


def add_reopening(session: Session, code: str, said: Reopening) -> None:
    """Keep that a round was opened again."""
    row = {
        "round_id": rounds.ids_by_code(session)[code],
        "closed_at": said.closed_at,
        "reopened_at": said.reopened_at,
        "reason": said.reason,
        "who": said.who,
    }
    session.execute(insert(RoundReopeningRow), row)


def _facts(session: Session, round_: Round) -> list[object]:
    moments = [moment.isoformat() if moment else None for moment in (round_.opened_at, round_.closed_at)]
    return [
        round_.code,
        round_.starts_on.isoformat(),
        round_.ends_on.isoformat(),
        *moments,
        round_.frame_source,
        round_.version.fingerprint,
        sorted(rounds.excluded(session, round_.code)),
    ]


def _targets(session: Session, round_: Round) -> list[str | None]:
    query = select(TargetSheetRow.content).where(TargetSheetRow.code == round_.target_sheet_code)
    return [round_.target_sheet_code, session.scalar(query)]


def _versions(session: Session, round_: Round) -> list[tuple[int, str, str]]:
    """Id, name and text of the versions that a round asked last or has answers to."""
    answered = (
        select(ResponseRow.version_id)
        .join(RoundRow, RoundRow.id == ResponseRow.round_id)
        .where(RoundRow.code == round_.code, sources.counted(session))
    )
    query = select(VersionRow).where(
        (VersionRow.fingerprint == round_.version.fingerprint) | VersionRow.id.in_(answered)
    )
    return [
        (row.id, f"{row.questionnaire_code}.{row.number}", f"{row.fingerprint} {row.definition}")
        for row in session.scalars(query.order_by(VersionRow.id))
    ]


def _editorial(session: Session, versions: list[int]) -> list[list[str]]:
    query = select(EditorialChangeRow).where(
        EditorialChangeRow.earlier_id.in_(versions), EditorialChangeRow.later_id.in_(versions)
    )
    rows = session.scalars(query.order_by(EditorialChangeRow.id))
    newest = {(row.earlier_id, row.later_id, row.code): row.holds for row in rows}
    names = dict(session.execute(select(VersionRow.id, VersionRow.fingerprint)).all())
    return sorted([names[one], names[other], code] for (one, other, code), holds in newest.items() if holds)


def _population(session: Session, code: str, units: dict[int, str], fields: dict[int, str]) -> dict[str, str]:
    query = (
        select(FrameRow.unit_id, FrameRow.field_id, FrameRow.dossiers)
        .join(RoundRow, RoundRow.id == FrameRow.round_id)
        .where(RoundRow.code == code)
    )
    found: dict[str, list[tuple[str, int]]] = {}
    for unit, field, dossiers in session.execute(query):
        found.setdefault(units[unit], []).append((fields[field], dossiers))
    return {unit: fingerprint_of(sorted(cells)) for unit, cells in found.items()}


def _responses(
    session: Session, code: str, units: dict[int, str], fields: dict[int, str]
) -> Iterator[tuple[str, object]]:
    """Unit and plain values of every response in the order of ids, read a part at a time."""
    query = (
        select(*_ANSWERED)
        .join(RoundRow, RoundRow.id == ResponseRow.round_id)
        .join(VersionRow, VersionRow.id == ResponseRow.version_id)
        .join(CounterRow, CounterRow.id == ResponseRow.counter_id)
        .where(RoundRow.code == code, sources.counted(session))
        .order_by(ResponseRow.id)
        .execution_options(yield_per=2000)
    )
    for unit, id_, version, counter, field, *rest, received, hurried in session.execute(query):
        # Rounds that were frozen before this was kept have none.
        later = ["hurried"] if hurried else []
        yield units[unit], [id_, version, counter, fields[field], *rest, received.isoformat(), *later]


_ANSWERED = (
    ResponseRow.unit_id,
    ResponseRow.id,
    VersionRow.fingerprint,
    CounterRow.code,
    ResponseRow.field_id,
    ResponseRow.mode,
    ResponseRow.language,
    ResponseRow.answers,
    ResponseRow.fingerprint,
    ResponseRow.late_hours,
    ResponseRow.received_hour,
    ResponseRow.hurried,
)
