"""The tables around a round: which version from when, who takes no part, what was frozen and opened again."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
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
