"""The tables around a round: its versions, who takes no part, what was frozen, opened again, reported, counted."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey.store.tables import Base, Moment


class PlannedVersionRow(Base):
    """From a moment on, a round asks another version; the last that has begun counts."""

    __tablename__ = "planned_version"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))


class RoundExclusionRow(Base):
    """A unit that takes no part in a round."""

    __tablename__ = "round_exclusion"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)


class RoundReopeningRow(Base):
    """That a closed round was opened again, and why: append-only."""

    __tablename__ = "round_reopening"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    closed_at: Mapped[datetime] = mapped_column(Moment)
    reopened_at: Mapped[datetime] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(Text)
    who: Mapped[str] = mapped_column(String(60))


class RoundFreezeRow(Base):
    """A round's inputs as they were frozen after a closing: append-only; ``parts`` is canonical JSON."""

    __tablename__ = "round_freeze"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True, autoincrement=False)
    closed_at: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    frozen_at: Mapped[datetime] = mapped_column(Moment)
    responses: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    parts: Mapped[str] = mapped_column(Text)


class ReportedFigureRow(Base):
    """A figure that the survey does not measure, as it was entered: append-only.

    The newest of a round, kind and name stands; one without a value takes back the one before.
    """

    __tablename__ = "reported_figure"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(60))
    value: Mapped[str | None] = mapped_column(String(30))
    year: Mapped[int | None]
    source: Mapped[str] = mapped_column(Text)
    dated: Mapped[date] = mapped_column(Date)
    who: Mapped[str] = mapped_column(String(60))
    entered_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (Index("ix_reported_figure_round_id", "round_id"),)


class OpeningRow(Base):
    """How often a counter's page was opened and answering was begun there, on one day in Việt Nam: only grows.

    ``unit_id`` is whose counter it was then; ``field_code`` is empty where the citizen chooses the field.
    """

    __tablename__ = "opening"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    counter_id: Mapped[int] = mapped_column(ForeignKey("counter.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    field_code: Mapped[str] = mapped_column(String(40), primary_key=True)
    mode: Mapped[str] = mapped_column(String(20), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    opened: Mapped[int]
    started: Mapped[int]
