"""Where a round's frame comes from, its margins, and what was said of other people's columns and labels."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from survey.store import places
from survey.store.place_tables import ColumnRoleRow, FrameLoadRow, FrameMarginRow, LabelMeaningRow
from survey.store.rounds import Volumes, ids_by_code
from survey.store.tables import FieldRow, FrameRow, RoundRow, UnitRow

Margins = Mapping[str, Mapping[str, int]]
"""Dossiers by category, margin by margin."""

OF_PURPOSE = "\x1f"
"""Around the purpose of a table, before a column's name."""

LONGEST_HEADER = 200


@dataclass(frozen=True)
class Load:
    """One loading of a frame.

    Attributes:
        source: where the numbers come from, in the officer's words.
        dated: the day up to which they are.
        file_name: of the file.
        sha256: of its bytes.
        rows: that were counted.
        dossiers: in all.
        who: the account's name.
        loaded_at: UTC.
    """

    source: str
    dated: date
    file_name: str
    sha256: str
    rows: int
    dossiers: int
    who: str
    loaded_at: datetime


def loads(session: Session, round_code: str) -> list[Load]:
    """All loadings of a round's frame, the newest first."""
    query = (
        select(FrameLoadRow)
        .join(RoundRow, RoundRow.id == FrameLoadRow.round_id)
        .where(RoundRow.code == round_code)
        .order_by(FrameLoadRow.id.desc())
    )
    return [
        Load(
            row.source, row.dated, row.file_name, row.sha256, row.rows, row.dossiers, row.who, row.loaded_at
        )
        for row in session.scalars(query)
    ]  # fmt: skip


def volumes(session: Session, round_code: str) -> dict[tuple[str, str], int]:
    """The dossiers of a round by unit code and field code."""
    query = (
        select(UnitRow.code, FieldRow.code, FrameRow.dossiers)
        .join(UnitRow, UnitRow.id == FrameRow.unit_id)
        .join(FieldRow, FieldRow.id == FrameRow.field_id)
        .join(RoundRow, RoundRow.id == FrameRow.round_id)
        .where(RoundRow.code == round_code)
    )
    return {(unit, field): dossiers for unit, field, dossiers in session.execute(query)}


def margins(session: Session, round_code: str) -> dict[str, dict[str, int]]:
    """The margins of a round, categories in their order."""
    query = (
        select(FrameMarginRow.margin, FrameMarginRow.category, FrameMarginRow.dossiers)
        .join(RoundRow, RoundRow.id == FrameMarginRow.round_id)
        .where(RoundRow.code == round_code)
        .order_by(FrameMarginRow.margin, FrameMarginRow.category)
    )
    found: dict[str, dict[str, int]] = {}
    for margin, category, dossiers in session.execute(query):
        found.setdefault(margin, {})[category] = dossiers
    return found


def replace(session: Session, round_code: str, volumes: Volumes, margins: Margins, load: Load) -> None:
    """Put another frame in the place of a round's, and keep where it comes from."""
    round_id = ids_by_code(session)[round_code]
    units, fields = places.ids_by_code(session, UnitRow), places.ids_by_code(session, FieldRow)
    session.execute(delete(FrameRow).where(FrameRow.round_id == round_id))
    session.execute(delete(FrameMarginRow).where(FrameMarginRow.round_id == round_id))
    cells = [
        {"round_id": round_id, "unit_id": units[unit], "field_id": fields[field], "dossiers": number}
        for (unit, field), number in volumes.items()
    ]
    session.execute(insert(FrameRow), cells)
    shares = [
        {"round_id": round_id, "margin": margin, "category": category, "dossiers": number}
        for margin, categories in margins.items()
        for category, number in categories.items()
    ]
    if shares:
        session.execute(insert(FrameMarginRow), shares)
    source = f"{load.source} (số liệu đến {load.dated:%d/%m/%Y})"
    session.execute(update(RoundRow).where(RoundRow.id == round_id).values(frame_source=source))
    session.add(FrameLoadRow(round_id=round_id, **vars(load)))
    session.flush()


def roles(session: Session, purpose: str = "") -> dict[str, str]:
    """What columns were last said to hold, by name, in tables for a purpose; those of frames have none."""
    before = _before(purpose)
    query = select(ColumnRoleRow.header, ColumnRoleRow.role)
    query = query.where(
        ColumnRoleRow.header.startswith(before, autoescape=True)
        if purpose
        else ColumnRoleRow.header.not_like(f"{OF_PURPOSE}%")
    )
    return {header.removeprefix(before): role for header, role in session.execute(query)}


def remember_roles(session: Session, said: Mapping[str, str], purpose: str = "") -> None:
    """Keep what columns hold for the next file of this purpose."""
    for header, role in said.items():
        session.merge(ColumnRoleRow(header=f"{_before(purpose)}{header}"[:LONGEST_HEADER], role=role))


def _before(purpose: str) -> str:
    """What stands before the names of columns of a purpose; no name that is compared begins so."""
    return f"{OF_PURPOSE}{purpose}{OF_PURPOSE}" if purpose else ""


def meanings(session: Session, kind: str) -> dict[str, str]:
    """What labels of units or fields were said to mean; "" where their rows are left out."""
    query = select(LabelMeaningRow.label, LabelMeaningRow.code).where(LabelMeaningRow.kind == kind)
    return dict(session.execute(query).all())


def remember_meanings(session: Session, said: Iterable[tuple[str, str, str]]) -> None:
    """Keep what labels mean: kind, label, code."""
    for kind, label, code in said:
        session.merge(LabelMeaningRow(kind=kind, label=label, code=code))
