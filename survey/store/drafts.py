"""Drafts of questionnaires and their revisions."""

import json
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from questionnaires.draft_texts import Content
from survey.core.draft import Draft, Revision, State
from survey.store.tables import DraftRevisionRow, DraftRow, VersionRow


def add(session: Session, content: Content, *, who: str, at: datetime) -> Draft:
    """Store a new draft with its first revision."""
    row = DraftRow(
        questionnaire_code=content["definition"]["code"],
        state=State.EDITING.value,
        current_number=1,
        submitted_by="",
        note="",
    )
    session.add(row)
    session.flush()
    _add_revision(session, row.id, Revision(1, 0, content, at, who))
    return _required(session, row.id)


def all_drafts(session: Session) -> list[Draft]:
    """Every draft, the one saved last first."""
    rows = session.execute(_query().order_by(DraftRevisionRow.saved_at.desc(), DraftRow.id.desc()))
    return [_draft(*row) for row in rows]


def in_state(session: Session, state: State) -> list[Draft]:
    """The drafts that stand in a state."""
    rows = session.execute(_query().where(DraftRow.state == state.value).order_by(DraftRow.id))
    return [_draft(*row) for row in rows]


def with_id(session: Session, id_: int) -> Draft | None:
    """One draft."""
    row = session.execute(_query().where(DraftRow.id == id_)).one_or_none()
    return None if row is None else _draft(*row)


def hold(session: Session, id_: int) -> Draft | None:
    """One draft that nobody else can change, nor any other draft of its questionnaire, until the transaction ends."""
    code = select(DraftRow.questionnaire_code).where(DraftRow.id == id_).scalar_subquery()
    same = select(DraftRow.id).where(DraftRow.questionnaire_code == code).order_by(DraftRow.id)
    session.scalars(same.with_for_update()).all()
    return with_id(session, id_)


def save(session: Session, draft: Draft, content: Content, *, who: str, at: datetime) -> Draft:
    """Store a further revision, made from the one that stands; it stands from now on."""
    last = session.scalar(
        select(func.max(DraftRevisionRow.number)).where(DraftRevisionRow.draft_id == draft.id)
    )
    new = Revision((last or 0) + 1, draft.current.number, content, at, who)
    _add_revision(session, draft.id, new)
    return point_at(session, draft.id, new.number)


def point_at(session: Session, id_: int, number: int) -> Draft:
    """Let an earlier or later revision stand."""
    row = session.get_one(DraftRow, id_)
    row.current_number = number
    session.flush()
    return _required(session, id_)


def put(
    session: Session, id_: int, state: State, *, submitted_by: str = "", note: str = "", version: str = ""
) -> None:
    """Let a draft be in another state."""
    row = session.get_one(DraftRow, id_)
    row.state, row.submitted_by, row.note = state.value, submitted_by, note
    row.version_id = session.scalar(select(VersionRow.id).where(VersionRow.fingerprint == version))
    session.flush()


def revisions(session: Session, id_: int) -> list[Revision]:
    """All revisions of a draft, the first one first."""
    query = select(DraftRevisionRow).where(DraftRevisionRow.draft_id == id_)
    return [_revision(row) for row in session.scalars(query.order_by(DraftRevisionRow.number))]


def revision(session: Session, id_: int, number: int) -> Revision | None:
    """One revision of a draft."""
    row = session.get(DraftRevisionRow, (id_, number))
    return None if row is None else _revision(row)


def _add_revision(session: Session, id_: int, new: Revision) -> None:
    session.add(
        DraftRevisionRow(
            draft_id=id_,
            number=new.number,
            parent=new.parent,
            content=json.dumps(new.content, ensure_ascii=False, sort_keys=False),
            saved_at=new.saved_at,
            who=new.who,
        )
    )
    session.flush()


def _query() -> Select[DraftRow, DraftRevisionRow, str | None]:
    standing = (DraftRevisionRow.draft_id == DraftRow.id) & (
        DraftRevisionRow.number == DraftRow.current_number
    )
    return (
        select(DraftRow, DraftRevisionRow, VersionRow.fingerprint)
        .join(DraftRevisionRow, standing)
        .outerjoin(VersionRow, VersionRow.id == DraftRow.version_id)
    )


def _required(session: Session, id_: int) -> Draft:
    found = with_id(session, id_)
    assert found is not None  # noqa: S101  its row is there
    return found


def _draft(row: DraftRow, standing: DraftRevisionRow, version: str | None) -> Draft:
    return Draft(
        row.id,
        row.questionnaire_code,
        State(row.state),
        _revision(standing),
        row.submitted_by,
        row.note,
        version or "",
    )


def _revision(row: DraftRevisionRow) -> Revision:
    return Revision(row.number, row.parent, json.loads(row.content), row.saved_at, row.who)
