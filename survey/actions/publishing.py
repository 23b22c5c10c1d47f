"""Publish questionnaire versions and put them to use."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from questionnaires.definition import Definition
from questionnaires.version import Version, fingerprint
from survey.core.trail import Deed
from survey.store import rounds, trail, versions
from survey.store.database import Database


class AlreadyPublished(ValueError):
    """The very same definition is published already; ``version`` is the existing one."""

    def __init__(self, version: Version) -> None:
        super().__init__(f"{version.definition.code} {version.number}")
        self.version = version


class VersionUnknown(LookupError):
    """No version has this name or fingerprint."""


class VersionWithdrawn(ValueError):
    """The version is offered no more."""


class RoundNotOpen(ValueError):
    """The round does not exist or takes no answers any more."""


@dataclass(frozen=True)
class Published:
    """A version, and whether it was published just now or stood already."""

    version: Version
    is_new: bool


def publish(database: Database, definition: Definition, *, now: datetime) -> Version:
    """Make ``definition`` the next numbered, immutable version of its questionnaire.

    Raises:
        AlreadyPublished: if no letter differs from a published version.
    """
    with database.writing() as session:
        version = publish_in(session, definition, now=now)
        _record(session, version, now=now)
        return version


def publish_in(session: Session, definition: Definition, *, now: datetime) -> Version:
    """The same as :func:`publish` within a transaction that does more.

    Raises:
        AlreadyPublished: if no letter differs from a published version.
    """
    existing = versions.with_fingerprint(session, fingerprint(definition))
    if existing is not None:
        raise AlreadyPublished(existing)
    return versions.add(session, definition, published_at=now)


def publish_for(database: Database, definition: Definition, round_code: str, *, now: datetime) -> Published:
    """Publish ``definition`` unless it is published already, and put it to use in a round: both or neither.

    Raises:
        RoundNotOpen: if the round does not exist or is closed; then nothing is published either.
        VersionWithdrawn: if that version is offered no more.
    """
    with database.writing() as session:
        existing = versions.with_fingerprint(session, fingerprint(definition))
        _refuse_withdrawn(session, existing)
        version = existing or versions.add(session, definition, published_at=now)
        if not rounds.set_version(session, round_code, version.fingerprint, now=now):
            raise RoundNotOpen(round_code)
        if existing is None:
            _record(session, version, now=now)
        trail.record(
            session,
            Deed.VERSION_PUT_TO_USE,
            round_code,
            who=trail.COMMAND_LINE,
            at=now,
            detail={"fingerprint": version.fingerprint},
        )
        return Published(version, is_new=existing is None)


def put_to_use(database: Database, version: Version, round_code: str, *, now: datetime) -> None:
    """From now on, scanning opens ``version`` in this round; answers begun before stay on theirs.

    Raises:
        RoundNotOpen: if the round does not exist or is closed.
        VersionWithdrawn: if the version is offered no more.
    """
    with database.writing() as session:
        _refuse_withdrawn(session, version)
        if not rounds.set_version(session, round_code, version.fingerprint, now=now):
            raise RoundNotOpen(round_code)


def _record(session: Session, version: Version, *, now: datetime) -> None:
    detail = {"number": version.number, "fingerprint": version.fingerprint}
    trail.record(
        session,
        Deed.VERSION_PUBLISHED,
        version.definition.code,
        who=trail.COMMAND_LINE,
        at=now,
        detail=detail,
    )


def _refuse_withdrawn(session: Session, version: Version | None) -> None:
    if version is not None and versions.is_withdrawn(session, version.fingerprint):
        raise VersionWithdrawn(version.fingerprint)


def published_versions(database: Database) -> list[Version]:
    """All published versions, by questionnaire and number."""
    with database.reading() as session:
        return versions.published(session)
