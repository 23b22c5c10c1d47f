"""A second person approves a questionnaire, which publishes it, and withdraws a version from further use."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from questionnaires.comparison import Comparison, EditorialChange, compare, part_changes
from questionnaires.definition import Definition
from questionnaires.draft_changes import Change, changes
from questionnaires.draft_texts import publishable
from questionnaires.drafting import draft_of
from questionnaires.gate import judge, place_of
from questionnaires.loading import definition_of
from questionnaires.meaning import changed_meanings
from questionnaires.version import Version
from survey.actions.drafting import ChangedMeanwhile, GateShut, in_state
from survey.actions.publishing import VersionUnknown, publish_in
from survey.core.draft import Draft, State, Withdrawal
from survey.core.trail import Deed
from survey.store import drafts, editorial_changes, trail, versions
from survey.store.database import Database
from survey.store.editorial_changes import Declaration
from survey.store.versions import Shelved


class ApproverIsAuthor(ValueError):
    """Who wrote or handed in a draft cannot approve it."""


def authors_of(session: Session, draft: Draft) -> frozenset[str | None]:
    """Who saved any revision of a draft or handed it in, and so cannot approve it."""
    return frozenset({draft.submitted_by, *(one.who for one in drafts.revisions(session, draft.id))})


class NoReason(ValueError):
    """A return or a withdrawal needs a reason."""


@dataclass(frozen=True)
class Effect:
    """What publishing a draft does to what is known from the version before.

    Attributes:
        before: the newest published version.
        changes: what differs, place by place.
        comparison: which items may still be compared.
        broken: items of the draft that the version before had too, without a comparable result.
        added: items that the version before did not have.
        removed: items of the version before that are gone.
    """

    before: Version
    changes: tuple[Change, ...]
    comparison: Comparison
    broken: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]


def effect(database: Database, draft: Draft, published: Sequence[Version]) -> Effect | None:
    """The effect of publishing a draft; None without an earlier version or while it is no questionnaire."""
    with database.reading() as session:
        standing = editorial_changes.standing(session)
    definition, _found = definition_of(publishable(draft.current.content))
    if not published or definition is None:
        return None
    before = published[-1]
    told = tuple(change for _version, change, _reason in _told(draft, definition, published))
    compared = compare(before.definition, definition, (*standing, *told))
    old, new = ([item.code for item in one.items] for one in (before.definition, definition))
    return Effect(
        before,
        tuple(changes(draft_of(before.definition), draft.current.content)),
        compared,
        broken=tuple(code for code in new if code in old and code not in compared.items),
        added=tuple(code for code in new if code not in old),
        removed=tuple(code for code in old if code not in new),
    )


def _told(
    draft: Draft, definition: Definition, published: Sequence[Version]
) -> Iterator[tuple[Version, EditorialChange, str]]:
    """The rewordings for which a draft gives a reason, with the version that had the earlier words and the reason.

    Only what differs in nothing but its words can be told so; the trend of anything else breaks whatever is said.
    """
    for code, before in changed_meanings(definition, published):
        reason = draft.current.content["editorial"].get(place_of(definition, code))
        part = next(part for part in part_changes(before.definition, definition) if part.code == code)
        if reason and part.may_be_declared and part.earlier and part.later:
            yield before, EditorialChange(code, part.earlier.text.vi, part.later.text.vi), reason


def approve(database: Database, id_: int, *, standing: int, who: str, now: datetime) -> Version:
    """Publish a draft that was handed in: fixes its number, date and fingerprint.

    Raises:
        DraftUnknown, DraftShut: if it is not waiting for approval.
        ChangedMeanwhile: if the revision that was read is not the one that stands.
        ApproverIsAuthor: if ``who`` saved any revision of it or handed it in.
        GateShut: if the gate holds it back, for example because of what was published meanwhile.
    """
    with database.writing() as session:
        draft = in_state(session, id_, State.SUBMITTED)
        if draft.current.number != standing:
            raise ChangedMeanwhile(draft)
        if who in authors_of(session, draft):
            raise ApproverIsAuthor(who)
        published = versions.of_questionnaire(session, draft.code)
        verdict = judge(draft.current.content, published)
        if verdict.definition is None:
            raise GateShut(verdict)
        version = publish_in(session, verdict.definition, now=now)
        for before, change, reason in _told(draft, verdict.definition, published):
            said = Declaration(change.code, holds=True, reason=reason, who=draft.submitted_by, at=now)
            editorial_changes.add(session, before, version, said)
        drafts.put(session, id_, State.APPROVED, submitted_by=draft.submitted_by, version=version.fingerprint)
        trail.record(
            session,
            Deed.VERSION_PUBLISHED,
            draft.code,
            who=who,
            at=now,
            detail={
                "draft": id_,
                "number": version.number,
                "fingerprint": version.fingerprint,
                "submitted_by": draft.submitted_by,
                "editorial": draft.current.content["editorial"],
            },
        )
        return version


def give_back(database: Database, id_: int, note: str, *, who: str, now: datetime) -> None:
    """Return a draft to its author with a note.

    Raises:
        DraftUnknown, DraftShut: if it is not waiting for approval.
        NoReason: if the note is blank.
    """
    if not note.strip():
        raise NoReason
    with database.writing() as session:
        draft = in_state(session, id_, State.SUBMITTED)
        drafts.put(session, id_, State.EDITING, note=note.strip())
        detail = {"draft": id_, "note": note.strip()}
        trail.record(session, Deed.DRAFT_RETURNED, draft.code, who=who, at=now, detail=detail)


def shelf(database: Database) -> list[Shelved]:
    """All published versions with their dates, withdrawn ones too."""
    with database.reading() as session:
        return versions.shelf(session)


def offered(database: Database) -> list[Version]:
    """The published versions that a new round may use."""
    return [shelved.version for shelved in shelf(database) if shelved.withdrawal is None]


def shelved(database: Database, print_: str) -> Shelved:
    """One published version, withdrawn or not.

    Raises:
        VersionUnknown: if none has this fingerprint.
    """
    found = next((one for one in shelf(database) if one.version.fingerprint == print_), None)
    if found is None:
        raise VersionUnknown(print_)
    return found


def withdraw(database: Database, print_: str, reason: str, *, who: str, now: datetime) -> bool:
    """Offer a version no more; False if it was withdrawn already. It stays readable for ever.

    Raises:
        VersionUnknown: if none has this fingerprint.
        NoReason: if the reason is blank.
    """
    if not reason.strip():
        raise NoReason
    with database.writing() as session:
        version = versions.hold(session, print_)
        if version is None:
            raise VersionUnknown(print_)
        code = version.definition.code
        detail = {"number": version.number, "fingerprint": print_, "reason": reason.strip()}
        if versions.is_withdrawn(session, print_):
            return False
        versions.withdraw(session, print_, Withdrawal(reason.strip(), who, now))
        trail.record(session, Deed.VERSION_WITHDRAWN, code, who=who, at=now, detail=detail)
        return True
