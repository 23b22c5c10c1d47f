"""The tables of mergers and splits, of uploaded files, of where a round's frame comes from, of how papers look."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey.store.tables import Base, Moment


class UnitChangeRow(Base):
    """Part of what a unit did passed to another on a day: a merger, a split or a new name with a new code.

    ``share`` is the part of its dossiers, 0 to 1; None where nobody knows it.
    """

    __tablename__ = "unit_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    share: Mapped[float | None]
    since: Mapped[date] = mapped_column(Date)
    basis: Mapped[str] = mapped_column(Text)

    __table_args__ = (Index("uq_unit_change_from_to", "from_id", "to_id", unique=True),)


class UploadRow(Base):
    """A table file between being sent and being confirmed: removed then, or when it is a day old."""

    __tablename__ = "upload"

    token: Mapped[str] = mapped_column(String(43), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(40))
    file_name: Mapped[str] = mapped_column(Text)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    who: Mapped[str] = mapped_column(String(60))
    uploaded_at: Mapped[datetime] = mapped_column(Moment, index=True)


class FrameLoadRow(Base):
    """One loading of a round's frame: append-only; the newest is the one that stands."""

    __tablename__ = "frame_load"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    source: Mapped[str] = mapped_column(Text)
    dated: Mapped[date] = mapped_column(Date)
    file_name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int]
    dossiers: Mapped[int]
    who: Mapped[str] = mapped_column(String(60))
    loaded_at: Mapped[datetime] = mapped_column(Moment)


class FrameMarginRow(Base):
    """The dossiers of one category of a margin (sex, age, channel) in one round."""

    __tablename__ = "frame_margin"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    margin: Mapped[str] = mapped_column(String(20), primary_key=True)
    category: Mapped[str] = mapped_column(String(80), primary_key=True)
    dossiers: Mapped[int]


class ColumnRoleRow(Base):
    """What a column of this name was said to hold when a frame was last loaded."""

    __tablename__ = "column_role"

    header: Mapped[str] = mapped_column(String(200), primary_key=True)
    role: Mapped[str] = mapped_column(String(60))


class LabelMeaningRow(Base):
    """Which unit or field a label of some software means; ``code`` is "" where its rows are left out."""

    __tablename__ = "label_meaning"

    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    label: Mapped[str] = mapped_column(String(200), primary_key=True)
    code: Mapped[str] = mapped_column(String(40))


class PaperLookRow(Base):
    """The instance's own logo and colours of printed papers: one row, or none for the standard look."""

    __tablename__ = "paper_look"

    id: Mapped[int] = mapped_column(primary_key=True)
    primary_colour: Mapped[str] = mapped_column(String(7))
    ink_colour: Mapped[str] = mapped_column(String(7))
    logo: Mapped[bytes] = mapped_column(LargeBinary)
    changed_at: Mapped[datetime] = mapped_column(Moment)
