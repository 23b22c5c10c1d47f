"""The tables of sources other than counters: what was loaded from files, withdrawn again, and counted from paper."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey.store.tables import Base, Moment


class SourceLoadRow(Base):
    """One file that was loaded into a round: append-only; ``kind`` says whether it held tallies or responses."""

    __tablename__ = "source_load"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(Text)
    dated: Mapped[date] = mapped_column(Date)
    file_name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int]
    refused: Mapped[int]
    who: Mapped[str] = mapped_column(String(60))
    loaded_at: Mapped[datetime] = mapped_column(Moment)


class SourceWithdrawalRow(Base):
    """Why a load does not count any more: append-only, one a load."""

    __tablename__ = "source_withdrawal"

    load_id: Mapped[int] = mapped_column(ForeignKey("source_load.id"), primary_key=True, autoincrement=False)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    reason: Mapped[str] = mapped_column(Text)
    who: Mapped[str] = mapped_column(String(60))
    withdrawn_at: Mapped[datetime] = mapped_column(Moment)


class LoadContentRow(Base):
    """What stood in the rows of a load: names of its columns (JSON) and digests of 8 bytes each; added once."""

    __tablename__ = "load_content"

    load_id: Mapped[int] = mapped_column(ForeignKey("source_load.id"), primary_key=True, autoincrement=False)
    names: Mapped[str] = mapped_column(Text)
    digests: Mapped[bytes] = mapped_column(LargeBinary)


class TallyRow(Base):
    """How one item was answered, counted: append-only. ``options`` is JSON: label, satisfied, count of each."""

    __tablename__ = "tally"

    load_id: Mapped[int] = mapped_column(ForeignKey("source_load.id"), primary_key=True, autoincrement=False)
    row: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    field_id: Mapped[int | None] = mapped_column(ForeignKey("field.id"))
    factor: Mapped[str] = mapped_column(Text)
    item: Mapped[str] = mapped_column(Text)
    scale: Mapped[str] = mapped_column(Text)
    options: Mapped[str] = mapped_column(Text)
    forms: Mapped[int | None]


class PileRow(Base):
    """A pile of paper forms that are keyed; ``stored_at`` once they were made responses, ``dropped_at`` if never."""

    __tablename__ = "pile"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    field_id: Mapped[int] = mapped_column(ForeignKey("field.id"))
    counter_id: Mapped[int] = mapped_column(ForeignKey("counter.id"))
    day: Mapped[date] = mapped_column(Date)
    forms: Mapped[int]
    every: Mapped[int]
    who: Mapped[str] = mapped_column(String(60))
    stored_at: Mapped[datetime | None] = mapped_column(Moment)
    dropped_at: Mapped[datetime | None] = mapped_column(Moment)


class KeyedFormRow(Base):
    """What one person keyed of one paper form; replaced when it is corrected, until its pile is stored."""

    __tablename__ = "keyed_form"

    pile_id: Mapped[int] = mapped_column(ForeignKey("pile.id"), primary_key=True, autoincrement=False)
    form: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    turn: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    answers: Mapped[str] = mapped_column(Text)
    who: Mapped[str] = mapped_column(String(60))
