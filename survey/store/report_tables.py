"""The tables of a round's report: what officers write, who waits for approval, what was published."""

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey.store.tables import Base, Moment


class ReportTextRow(Base):
    """One saved state of what officers write into a round's report: append-only; ``content`` is JSON."""

    __tablename__ = "report_text"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[str] = mapped_column(Text)
    who: Mapped[str] = mapped_column(String(60))
    saved_at: Mapped[datetime] = mapped_column(Moment)


class ReportSubmissionRow(Base):
    """A report that was handed in for publishing, and where it stands."""

    __tablename__ = "report_submission"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    text_number: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20))
    submitted_by: Mapped[str] = mapped_column(String(60))
    submitted_at: Mapped[datetime] = mapped_column(Moment)
    note: Mapped[str] = mapped_column(Text)


class PublishedReportRow(Base):
    """A published issue of a report: append-only; ``parts`` and ``figures`` are canonical JSON."""

    __tablename__ = "published_report"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text_number: Mapped[int]
    freeze_digest: Mapped[str] = mapped_column(String(64))
    seal_number: Mapped[int]
    address: Mapped[str] = mapped_column(Text)
    small_cell: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    parts: Mapped[str] = mapped_column(Text)
    figures: Mapped[str] = mapped_column(Text)
    program: Mapped[str] = mapped_column(Text)
    pdf_vi: Mapped[str] = mapped_column(String(64))
    pdf_en: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text)
    submitted_by: Mapped[str] = mapped_column(String(60))
    published_by: Mapped[str] = mapped_column(String(60))
    published_at: Mapped[datetime] = mapped_column(Moment)


class ReportReleaseRow(Base):
    """A word on whether everybody may read an issue: append-only; the newest word counts."""

    __tablename__ = "report_release"
    __table_args__ = (
        ForeignKeyConstraint(
            ["round_id", "number"], ["published_report.round_id", "published_report.number"]
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int]
    number: Mapped[int]
    is_public: Mapped[bool]
    who: Mapped[str] = mapped_column(String(60))
    decided_at: Mapped[datetime] = mapped_column(Moment)


class PublishedFileRow(Base):
    """The PDF of a published issue in one language, byte for byte: append-only."""

    __tablename__ = "published_file"
    __table_args__ = (
        ForeignKeyConstraint(
            ["round_id", "number"], ["published_report.round_id", "published_report.number"]
        ),
    )

    round_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
