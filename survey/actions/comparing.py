"""Compare versions before and after publishing, and declare rewordings editorial."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from questionnaires.comparison import Change, Comparison, PartChange, compare, part_changes
from questionnaires.definition import Definition
from questionnaires.version import Version
from questionnaires.writing import WRITERS
from survey.actions.publishing import VersionUnknown
from survey.core.trail import Deed
from survey.store import editorial_changes, trail, versions
from survey.store.database import Database
from survey.store.editorial_changes import Declaration

SHORTEST_REASON = 10
LONGEST_REASON = 1000
_NAME = re.compile(r"([a-z][a-z0-9_]{0,39})\.([1-9][0-9]{0,8})")


class NotEditorial(ValueError):
    """More than the wording differs, or nothing does: there is nothing that could be declared."""


class ReasonUnfit(ValueError):
    """The reason is too short to say anything, or too long."""


@dataclass(frozen=True)
class SideBySide:
    """Two definitions, what became of every part, and what this does to the trend.

    Attributes:
        earlier: the published version that is compared with.
        definition: the later one, published or not.
        changes: every part of the later definition in its order, then the removed ones.
        comparison: what may be compared.
        declarations: what was said of this pair, the first word first; none before publishing.
    """

    earlier: Version
    definition: Definition
    changes: tuple[PartChange, ...]
    comparison: Comparison
    declarations: tuple[Declaration, ...] = ()

    def count(self, change: Change, *, items: bool = True) -> int:
        """How many items (or other questions) had this fate."""
        return sum(part.change is change for part in self.changes if part.is_item == items)

    @property
    def has_changes(self) -> bool:
        """Whether any part differs."""
        return any(part.change is not Change.UNCHANGED for part in self.changes)

    def newest(self, code: str) -> Declaration | None:
        """The newest word on a code."""
        return next((said for said in reversed(self.declarations) if said.code == code), None)


def version_name(version: Version) -> str:
    """How addresses name a version: code and number, for example ``quay_5_yeu_to.2``."""
    return f"{version.definition.code}.{version.number}"


def side_by_side(database: Database, earlier: str, later: str) -> tuple[SideBySide, Version]:
    """Compare two published versions by their names; gives the later version, too.

    Raises:
        VersionUnknown: if there is no such version.
    """
    with database.reading() as session:
        old, new = _named(session, earlier), _named(session, later)
        return _compared(session, old, new.definition, editorial_changes.declarations(session, old, new)), new


def version(database: Database, name: str) -> Version:
    """A published version by its name.

    Raises:
        VersionUnknown: if there is no such version.
    """
    with database.reading() as session:
        return _named(session, name)


def definition_file(database: Database, name: str, ending: str) -> bytes:
    """A published version as a file, by the ending of its name.

    Raises:
        VersionUnknown: if there is no such version, or nothing writes that ending.
        NotExchangeable: if the format cannot carry it.
    """
    definition = version(database, name).definition
    writer = WRITERS.get(ending)
    if writer is None:
        raise VersionUnknown(f"{name}{ending}")
    return writer(definition)


def declare(
    database: Database,
    earlier: str,
    later: str,
    code: str,
    *,
    holds: bool,
    reason: str,
    who: str,
    now: datetime,
) -> None:
    """Declare a rewording editorial, or withdraw that; both stay on record.

    Raises:
        VersionUnknown: if there is no such version.
        NotEditorial: if something else than the wording differs, or (withdrawing) nothing was declared.
        ReasonUnfit: if the reason is too short or too long.
    """
    reason = reason.strip()
    with database.writing() as session:
        old, new = _named(session, earlier), _named(session, later)
        found = _compared(session, old, new.definition, editorial_changes.declarations(session, old, new))
        part = next((part for part in found.changes if part.code == code), None)
        said = found.newest(code)
        if part is None or not part.may_be_declared or (bool(said and said.holds) == holds):
            raise NotEditorial(code)
        if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
            raise ReasonUnfit(reason)
        editorial_changes.add(session, old, new, Declaration(code, holds, reason, who, now))
        deed = Deed.EDITORIAL_DECLARED if holds else Deed.EDITORIAL_WITHDRAWN
        detail = {"from": earlier, "to": later, "reason": reason}
        trail.record(session, deed, code, who=who, at=now, detail=detail)


def _compared(
    session: Session, old: Version, new: Definition, said: tuple[Declaration, ...] = ()
) -> SideBySide:
    editorial = editorial_changes.standing(session)
    return SideBySide(
        earlier=old,
        definition=new,
        changes=part_changes(old.definition, new, editorial),
        comparison=compare(old.definition, new, editorial),
        declarations=said,
    )


def _named(session: Session, name: str) -> Version:
    match = _NAME.fullmatch(name)
    version = versions.numbered(session, match[1], int(match[2])) if match else None
    if version is None:
        raise VersionUnknown(name)
    return version
