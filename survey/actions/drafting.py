"""Officers write questionnaires: drafts are begun, changed, undone, handed in or put away."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from questionnaires.definition import Definition
from questionnaires.draft_changes import Change, changes
from questionnaires.draft_texts import Content, missing
from questionnaires.draft_values import Page, Value, Values, merged, values_of, with_values
from questionnaires.drafting import PartUnknown, draft_of
from questionnaires.gate import Verdict, judge
from questionnaires.version import Version
from survey.core.draft import Draft, Revision, State
from survey.core.trail import Deed
from survey.store import drafts, trail, versions
from survey.store.database import Database

Edit = Callable[[Content], Content]


class DraftUnknown(LookupError):
    """There is no such draft."""


class DraftShut(ValueError):
    """The draft is handed in, approved or put away; ``draft`` is how it stands."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(str(draft.id))
        self.draft = draft


class ChangedMeanwhile(ValueError):
    """Somebody else saved after this page was opened; ``draft`` is how it stands now."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(str(draft.id))
        self.draft = draft


class BothChanged(ChangedMeanwhile):
    """Two people changed the same values.

    Attributes:
        mine: what was sent now, with what only the other person changed.
        theirs: what stands.
        keys: the values that both changed.
    """

    def __init__(self, draft: Draft, mine: Values, theirs: Values, keys: list[str]) -> None:
        super().__init__(draft)
        self.mine, self.theirs, self.keys = mine, theirs, keys


class GateShut(ValueError):
    """The gate holds the draft back; ``verdict`` says why."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__("; ".join(remark.message for remark in verdict.blocking))
        self.verdict = verdict


@dataclass(frozen=True)
class Desk:
    """A draft on the desk: how it stands, what is published under its code, what the gate says."""

    draft: Draft
    versions: tuple[Version, ...]
    verdict: Verdict
    can_redo: bool

    @property
    def content(self) -> Content:
        """What stands."""
        return self.draft.current.content


@dataclass(frozen=True)
class Step:
    """One saved revision and what it changed against the one that it was made from."""

    revision: Revision
    changes: tuple[Change, ...]


def begin(database: Database, definition: Definition, *, who: str, now: datetime, source: str) -> Draft:
    """Begin a draft from a questionnaire; a language in which it has gaps may stay unfinished.

    Args:
        database: where it is stored.
        definition: what to begin from.
        who: name of the account.
        now: UTC.
        source: where it comes from, for the trail.
    """
    content = draft_of(definition)
    content["unfinished"] = sorted(
        language for language in definition.languages if missing(content, language)
    )
    with database.writing() as session:
        draft = drafts.add(session, content, who=who, at=now)
        trail.record(
            session,
            Deed.DRAFT_BEGUN,
            draft.code,
            who=who,
            at=now,
            detail={"draft": draft.id, "source": source},
        )
        return draft


def all_drafts(database: Database) -> list[Draft]:
    """Every draft, the one saved last first."""
    with database.reading() as session:
        return drafts.all_drafts(session)


def desk(database: Database, id_: int) -> Desk:
    """A draft on the desk.

    Raises:
        DraftUnknown: if there is none.
    """
    with database.reading() as session:
        draft = drafts.with_id(session, id_)
        if draft is None:
            raise DraftUnknown(str(id_))
        published = versions.of_questionnaire(session, draft.code)
        later = any(one.parent == draft.current.number for one in drafts.revisions(session, id_))
        return Desk(draft, tuple(published), judge(draft.current.content, published), later)


def edit(database: Database, id_: int, change: Edit, *, who: str, now: datetime) -> Draft:
    """Change a draft as it stands now; a change that changes nothing is not saved.

    Raises:
        DraftUnknown: if there is none.
        DraftShut: if it may not be changed.
        PartUnknown, CodeUnfit: from ``change``.
    """
    with database.writing() as session:
        draft = _open(session, id_)
        return _saved(session, draft, change(draft.current.content), who=who, now=now)


def save_values(
    database: Database,
    id_: int,
    page: Page,
    code: str,
    values: Mapping[str, Value],
    *,
    base: int,
    who: str,
    now: datetime,
) -> Draft:
    """Save a page of the editor; what others changed since revision ``base`` is kept beside it.

    Raises:
        DraftUnknown, DraftShut: as :func:`edit`.
        PartUnknown: if somebody removed the part meanwhile.
        BothChanged: if somebody changed the same values meanwhile; nothing is saved.
    """
    with database.writing() as session:
        draft = _open(session, id_)
        theirs = values_of(draft.current.content, page, code)
        mine = {key: values.get(key, value) for key, value in theirs.items()}
        together, both = merged(_base_values(session, draft, base, page, code), theirs, mine)
        if both:
            raise BothChanged(draft, mine, theirs, both)
        content = with_values(draft.current.content, page, code, together)
        return _saved(session, draft, content, who=who, now=now)


def _base_values(session: Session, draft: Draft, base: int, page: Page, code: str) -> Values:
    """What the page showed when it was opened; nothing if it cannot have shown anything."""
    revision = drafts.revision(session, draft.id, base)
    try:
        return values_of(revision.content, page, code) if revision else {}
    except PartUnknown:
        return {}


def undo(database: Database, id_: int, *, standing: int) -> Draft:
    """Let the revision stand from which the standing one was made; the first one stays.

    Raises:
        ChangedMeanwhile: if another revision than ``standing`` stands by now.
    """
    with database.writing() as session:
        draft = _standing(session, id_, standing)
        return drafts.point_at(session, id_, draft.current.parent or draft.current.number)


def redo(database: Database, id_: int, *, standing: int) -> Draft:
    """Let the newest revision stand that was made from the standing one.

    Raises:
        ChangedMeanwhile: if another revision than ``standing`` stands by now.
    """
    with database.writing() as session:
        _standing(session, id_, standing)
        made = [one.number for one in drafts.revisions(session, id_) if one.parent == standing]
        return drafts.point_at(session, id_, max(made, default=standing))


def restore(database: Database, id_: int, number: int, *, who: str, now: datetime) -> Draft:
    """Save an earlier revision again, as the newest.

    Raises:
        DraftUnknown: if there is no such draft or revision.
    """
    with database.writing() as session:
        draft = _open(session, id_)
        wanted = drafts.revision(session, id_, number)
        if wanted is None:
            raise DraftUnknown(f"{id_} {number}")
        return _saved(session, draft, wanted.content, who=who, now=now)


def history(database: Database, id_: int) -> list[Step]:
    """Every revision with what it changed, the newest first.

    Raises:
        DraftUnknown: if there is no such draft.
    """
    with database.reading() as session:
        found = {one.number: one for one in drafts.revisions(session, id_)}
    if not found:
        raise DraftUnknown(str(id_))
    return [
        Step(one, tuple(changes(found[one.parent].content, one.content)) if one.parent else ())
        for one in sorted(found.values(), key=lambda one: -one.number)
    ]


def submit(database: Database, id_: int, *, standing: int, who: str, now: datetime) -> None:
    """Hand a draft in for approval.

    Raises:
        ChangedMeanwhile: if another revision than ``standing`` stands by now.
        GateShut: if the gate holds it back.
    """
    with database.writing() as session:
        draft = _standing(session, id_, standing)
        verdict = judge(draft.current.content, versions.of_questionnaire(session, draft.code))
        if not verdict.is_open:
            raise GateShut(verdict)
        drafts.put(session, id_, State.SUBMITTED, submitted_by=who)
        detail = {"draft": id_, "revision": standing}
        trail.record(session, Deed.DRAFT_SUBMITTED, draft.code, who=who, at=now, detail=detail)


def recall(database: Database, id_: int, *, who: str, now: datetime) -> None:
    """Take a draft that was handed in back, to change it.

    Raises:
        DraftShut: if it is not waiting for approval.
    """
    with database.writing() as session:
        draft = in_state(session, id_, State.SUBMITTED)
        drafts.put(session, id_, State.EDITING, note=draft.note)
        trail.record(session, Deed.DRAFT_RECALLED, draft.code, who=who, at=now, detail={"draft": id_})


def discard(database: Database, id_: int, *, who: str, now: datetime) -> None:
    """Put a draft away; its revisions stay readable.

    Raises:
        DraftShut: if it is handed in or approved.
    """
    with database.writing() as session:
        draft = _open(session, id_)
        drafts.put(session, id_, State.WITHDRAWN)
        trail.record(session, Deed.DRAFT_DISCARDED, draft.code, who=who, at=now, detail={"draft": id_})


def in_state(session: Session, id_: int, state: State) -> Draft:
    """A draft held in this transaction.

    Raises:
        DraftUnknown: if there is none.
        DraftShut: if it is in another state.
    """
    draft = drafts.hold(session, id_)
    if draft is None:
        raise DraftUnknown(str(id_))
    if draft.state is not state:
        raise DraftShut(draft)
    return draft


def _open(session: Session, id_: int) -> Draft:
    return in_state(session, id_, State.EDITING)


def _standing(session: Session, id_: int, standing: int) -> Draft:
    draft = _open(session, id_)
    if draft.current.number != standing:
        raise ChangedMeanwhile(draft)
    return draft


def _saved(session: Session, draft: Draft, content: Content, *, who: str, now: datetime) -> Draft:
    if content == draft.current.content:
        return draft
    return drafts.save(session, draft, content, who=who, at=now)
