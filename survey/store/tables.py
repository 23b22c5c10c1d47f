"""The tables, for SQLite and PostgreSQL alike.

Published versions and stored responses are never changed or removed: the migrations add triggers that refuse
it, so a mistake in a program or at a prompt cannot do it either.
"""

from datetime import UTC, date, datetime

from sqlalchemy import (
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    false,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """A moment in UTC: stored without offset, aware in Python both ways."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times; store UTC."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back UTC."""
        del dialect
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMES)


class InstanceRow(Base):
    """Whose platform this is: one row."""

    __tablename__ = "instance"

    id: Mapped[int] = mapped_column(primary_key=True)
    superior: Mapped[str] = mapped_column(Text)
    agency: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    number_suffix: Mapped[str] = mapped_column(Text)
    simulated: Mapped[bool]


class UnitRow(Base):
    """A serving unit."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(Text)
    tier: Mapped[str] = mapped_column(String(20))
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))


class FieldRow(Base):
    """A field of service; ``id`` gives the order in which fields are listed."""

    __tablename__ = "field"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name_vi: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)


class CounterRow(Base):
    """A counter with its printed code."""

    __tablename__ = "counter"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    field_id: Mapped[int | None] = mapped_column(ForeignKey("field.id"))
    name: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    retired: Mapped[bool] = mapped_column(default=False)


class VersionRow(Base):
    """A published questionnaire version: immutable."""

    __tablename__ = "version"

    id: Mapped[int] = mapped_column(primary_key=True)
    questionnaire_code: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    definition: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (Index("uq_version_questionnaire_number", "questionnaire_code", "number", unique=True),)


class EditorialChangeRow(Base):
    """A declaration that a rewording between two versions is editorial, or (not ``holds``) its withdrawal.

    Append-only: of the rows about one code of one pair, the newest counts.
    """

    __tablename__ = "editorial_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    earlier_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    later_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    code: Mapped[str] = mapped_column(String(40))
    holds: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    who: Mapped[str] = mapped_column(String(60))
    declared_at: Mapped[datetime] = mapped_column(Moment)


class TargetSheetRow(Base):
    """A plan's targets, as shipped or entered; ``content`` is the sheet's YAML text."""

    __tablename__ = "target_sheet"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    content: Mapped[str] = mapped_column(Text)


class RoundRow(Base):
    """A collection period."""

    __tablename__ = "round"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name_vi: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    target_sheet_id: Mapped[int | None] = mapped_column(ForeignKey("target_sheet.id"))
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    frame_source: Mapped[str] = mapped_column(Text)
    settings: Mapped[str] = mapped_column(Text, default="{}", server_default="{}")


class FrameRow(Base):
    """The dossiers of one stratum (unit × field) in one round."""

    __tablename__ = "frame"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    field_id: Mapped[int] = mapped_column(ForeignKey("field.id"), primary_key=True)
    dossiers: Mapped[int]


class ResponseRow(Base):
    """One response: append-only, keyed by the id that its page carried.

    On SQLite the table is WITHOUT ROWID, so that not even the physical order tells who came first.
    """

    __tablename__ = "response"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    counter_id: Mapped[int] = mapped_column(ForeignKey("counter.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    field_id: Mapped[int] = mapped_column(ForeignKey("field.id"))
    mode: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(3))
    answers: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(String(64))
    received_hour: Mapped[datetime] = mapped_column(Moment)
    late_hours: Mapped[int] = mapped_column(default=0, server_default="0")
    hurried: Mapped[bool] = mapped_column(default=False, server_default=false())

    __table_args__ = (
        Index("ix_response_round_unit", "round_id", "unit_id"),
        Index("ix_response_received_hour_counter", "received_hour", "counter_id"),
        {"sqlite_with_rowid": False},
    )


class TicketRow(Base):
    """A one-time ticket (mã một lần): only its keyed hash; no answer points at it, and it at no answer."""

    __tablename__ = "ticket"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    counter_id: Mapped[int] = mapped_column(ForeignKey("counter.id"))
    field_id: Mapped[int] = mapped_column(ForeignKey("field.id"))
    used: Mapped[bool] = mapped_column(default=False)

    __table_args__ = ({"sqlite_with_rowid": False},)


class DeviceRow(Base):
    """A tablet (kiosk) or a screen with a changing code at a counter; only the hash of its secret address."""

    __tablename__ = "device"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    counter_id: Mapped[int] = mapped_column(ForeignKey("counter.id"))
    name: Mapped[str] = mapped_column(Text)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    added_at: Mapped[datetime] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)


class ResponseCountRow(Base):
    """Responses that arrived before the watermark, counted: derived, and can be rebuilt from the responses."""

    __tablename__ = "response_count"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    field_id: Mapped[int] = mapped_column(ForeignKey("field.id"), primary_key=True)
    mode: Mapped[str] = mapped_column(String(20), primary_key=True)
    responses: Mapped[int]


class WatermarkRow(Base):
    """Up to which hour of arrival responses are counted: one row."""

    __tablename__ = "watermark"

    id: Mapped[int] = mapped_column(primary_key=True)
    counted_before: Mapped[datetime] = mapped_column(Moment)


class AccountRow(Base):
    """A person who signs in."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    display_name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str] = mapped_column(Text)
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    totp_step: Mapped[int | None]
    identity: Mapped[str | None] = mapped_column(String(255))
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))

    __table_args__ = (Index("uq_account_identity", "identity", unique=True),)


class RecoveryCodeRow(Base):
    """A code that stands in for the second factor once: a keyed hash, gone when it is used."""

    __tablename__ = "recovery_code"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)


class StaffSessionRow(Base):
    """Somebody who is signed in on one device; the token itself is only in that browser's cookie."""

    __tablename__ = "staff_session"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    begun_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)


class SignInFailureRow(Base):
    """A wrong password or second factor: for which name, from which device, both as keyed hashes."""

    __tablename__ = "sign_in_failure"

    id: Mapped[int] = mapped_column(primary_key=True)
    name_hash: Mapped[str] = mapped_column(String(64), index=True)
    device_hash: Mapped[str] = mapped_column(String(64))
    failed_at: Mapped[datetime] = mapped_column(Moment)


class TrailRow(Base):
    """One deed of one person, chained to the one before by its hash: append-only."""

    __tablename__ = "trail"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    done_at: Mapped[datetime] = mapped_column(Moment)
    who: Mapped[str] = mapped_column(String(60))
    deed: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(Text)
    detail: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))


class DraftRow(Base):
    """A draft of a questionnaire; its content is in its revisions, ``current_number`` says which one stands."""

    __tablename__ = "draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    questionnaire_code: Mapped[str] = mapped_column(String(40), index=True)
    state: Mapped[str] = mapped_column(String(20))
    current_number: Mapped[int]
    submitted_by: Mapped[str] = mapped_column(String(60), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    version_id: Mapped[int | None] = mapped_column(ForeignKey("version.id"))


class DraftRevisionRow(Base):
    """One saved state of a draft: append-only."""

    __tablename__ = "draft_revision"

    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    parent: Mapped[int]
    content: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime] = mapped_column(Moment)
    who: Mapped[str] = mapped_column(String(60))


class VersionWithdrawalRow(Base):
    """Why a version is offered no more: append-only, one a version."""

    __tablename__ = "version_withdrawal"

    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"), primary_key=True, autoincrement=False)
    reason: Mapped[str] = mapped_column(Text)
    who: Mapped[str] = mapped_column(String(60))
    withdrawn_at: Mapped[datetime] = mapped_column(Moment)


class SealRow(Base):
    """One seal in its canonical form: append-only, chained to the one before."""

    __tablename__ = "seal"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))


class SealedResponseRow(Base):
    """Which seal a response is in: append-only. It outlives the response, so that one taken out is known by name."""

    __tablename__ = "sealed_response"

    response_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    seal_number: Mapped[int] = mapped_column(ForeignKey("seal.number"), index=True)
    round_code: Mapped[str] = mapped_column(String(40))
    receipt: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))

    __table_args__ = ({"sqlite_with_rowid": False},)


class SealedChangeRow(Base):
    """What a seal says of a row in another table: append-only; an empty digest when the row is gone."""

    __tablename__ = "sealed_change"

    seal_number: Mapped[int] = mapped_column(ForeignKey("seal.number"), primary_key=True, autoincrement=False)
    table_name: Mapped[str] = mapped_column(String(40), primary_key=True)
    row_key: Mapped[str] = mapped_column(String(100), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    deed: Mapped[int | None]

    __table_args__ = (Index("ix_sealed_change_row", "table_name", "row_key"),)
