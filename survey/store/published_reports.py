"""Reports on their way to being published and published ones: what they are made from, their figures and files."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Select, insert, select
from sqlalchemy.orm import Session

from survey.core.freeze import WHOLE, canonical, fingerprint_of
from survey.core.published_report import PublishedReport, State, Submission
from survey.core.report_texts import ReportTexts
from survey.core.round import Round
from survey.core.seal import Seal
from survey.store import (
    counts,
    editorial_changes,
    freezing,
    openings,
    places,
    reported,
    rounds,
    tickets,
    unit_changes,
)
from survey.store.freezing import Parts
from survey.store.report_tables import (
    PublishedFileRow,
    PublishedReportRow,
    ReportReleaseRow,
    ReportSubmissionRow,
)
from survey.store.tables import RoundRow


def surroundings(
    session: Session,
    round_: Round,
    *,
    texts: ReportTexts,
    earlier: Round | None,
    older: Sequence[Round],
    printed: Mapping[str, object],
    seal: Seal | None,
) -> Parts:
    """The fingerprints of what a report is made from beside the inputs of its round's numbers.

    Args:
        session: where it is read.
        round_: whose report it is.
        texts: what officers wrote.
        earlier: the round with which it is compared.
        older: those before that on the line over the rounds.
        printed: further plain values that decide what is printed, by name.
        seal: the newest seal that the report prints.
    """
    facts: dict[str, object] = {
        "texts": texts.values,
        "names": [round_.name_vi, round_.name_en],
        "rewordings": [_plain(change) for change in editorial_changes.standing(session)],
        "agency": _plain(places.instance(session)),
        "units": [_plain(unit) for unit in places.units(session)],
        "fields": [_plain(field) for field in places.fields(session)],
        "unit_changes": [_plain(change) for change in unit_changes.all_changes(session)],
        "tickets": sorted(
            (unit, count.issued) for unit, count in tickets.counts(session, round_.code).items()
        ),
        "reported": sorted(
            [str(kind), name, _plain(figure)]
            for (kind, name), figure in reported.standing(session, round_.code).items()
        ),
        "reopenings": [_plain(each) for each in freezing.reopenings(session, round_.code)],
        "earlier": _earlier(session, earlier),
        "seal": [seal.number, seal.digest] if seal else None,
        # Left out without any, as in issues from before the line was printed.
        **_openings(session, round_),
        **({"older": [_earlier(session, each) for each in older]} if older else {}),
        **printed,
    }
    return {name: {WHOLE: fingerprint_of(value)} for name, value in facts.items()}


def _openings(session: Session, round_: Round) -> dict[str, object]:
    """The openings of pages; left out without any, as in issues from before they were counted."""
    found = openings.openings_of(session, round_.code)
    rows = sorted([unit, field or "", n.opened, n.started] for (unit, field), n in found.items())
    return {"openings": rows} if rows else {}


def _plain(value: object) -> object:
    return None if value is None else {name: str(part) for name, part in asdict(value).items()}  # type: ignore[call-overload]


def _earlier(session: Session, earlier: Round | None) -> object:
    """The round before by its moments and counts; each of its answers is a matter of its own freeze and of the seals.

    Not by its freeze, which may be made at any later touch without anything having changed.
    """
    if earlier is None:
        return None
    *sums, _left_out = rounds.population_mark(session, earlier.code)
    moments = [earlier.opened_at, earlier.closed_at]
    return [
        earlier.code,
        earlier.name_vi,
        earlier.name_en,
        [moment.isoformat() if moment else None for moment in moments],
        [str(mark) for mark in (counts.of_round(session, earlier.code), *sums)],
        sorted(rounds.excluded(session, earlier.code)),
    ]


def add(session: Session, code: str, made: PublishedReport, files: Mapping[str, bytes]) -> None:
    """Keep an issue with its files, by language."""
    round_id = rounds.ids_by_code(session)[code]
    values = {
        **{name: getattr(made, name) for name in _PLAIN},
        "round_id": round_id,
        "parts": canonical({part: dict(names) for part, names in made.parts.items()}).decode(),
        "figures": canonical(dict(made.figures)).decode(),
    }
    session.execute(insert(PublishedReportRow), values)
    rows = [
        {"round_id": round_id, "number": made.number, "language": language, "content": content}
        for language, content in files.items()
    ]
    session.execute(insert(PublishedFileRow), rows)


def issues(session: Session, code: str) -> list[PublishedReport]:
    """Every issue of a round's report, the newest first."""
    query = _published(code).order_by(PublishedReportRow.number.desc())
    return [_issue(row) for row in session.scalars(query)]


def newest(session: Session, code: str) -> PublishedReport | None:
    """The issue that stands, or None while nothing was published."""
    row = session.scalar(_published(code).order_by(PublishedReportRow.number.desc()).limit(1))
    return None if row is None else _issue(row)


def with_number(session: Session, code: str, number: int) -> PublishedReport | None:
    """One issue."""
    row = session.scalar(_published(code).where(PublishedReportRow.number == number))
    return None if row is None else _issue(row)


def codes(session: Session) -> list[str]:
    """The rounds of which a report was published, in their order."""
    query = select(RoundRow.code).where(RoundRow.id.in_(select(PublishedReportRow.round_id)))
    return list(session.scalars(query.order_by(RoundRow.starts_on, RoundRow.id)))


def file(session: Session, code: str, number: int, language: str) -> bytes | None:
    """The PDF of an issue as it was published."""
    return session.scalar(
        select(PublishedFileRow.content)
        .join(RoundRow, RoundRow.id == PublishedFileRow.round_id)
        .where(RoundRow.code == code)
        .where(PublishedFileRow.number == number)
        .where(PublishedFileRow.language == language)
    )


def release(session: Session, code: str, number: int, *, is_public: bool, who: str, at: datetime) -> None:
    """Keep a word on whether everybody may read an issue."""
    round_id = rounds.ids_by_code(session)[code]
    values = {"round_id": round_id, "number": number, "is_public": is_public, "who": who, "decided_at": at}
    session.execute(insert(ReportReleaseRow), values)


def public_numbers(session: Session, code: str) -> frozenset[int]:
    """The issues that everybody may read."""
    joined = select(ReportReleaseRow).join(RoundRow, RoundRow.id == ReportReleaseRow.round_id)
    words = session.scalars(joined.where(RoundRow.code == code).order_by(ReportReleaseRow.id))
    newest = {row.number: row.is_public for row in words}
    return frozenset(number for number, is_public in newest.items() if is_public)


class Paper(NamedTuple):
    """The file of an issue: where it belongs, SHA-256 as it was published ("" if no issue names it) and as it is stored."""

    name: str
    published: str
    found: str


def papers(session: Session) -> Iterator[Paper]:
    """The files of all issues, those that are gone and those that nobody published, one at a time."""
    codes_by_id = {number: code for code, number in rounds.ids_by_code(session).items()}
    said: dict[tuple[int, int, str], str] = {}
    for row in session.scalars(select(PublishedReportRow)):
        said |= {(row.round_id, row.number, "vi"): row.pdf_vi, (row.round_id, row.number, "en"): row.pdf_en}
    keys = session.execute(
        select(PublishedFileRow.round_id, PublishedFileRow.number, PublishedFileRow.language)
    )
    for key in sorted(said.keys() | {(row[0], row[1], row[2]) for row in keys}):
        kept = session.get(PublishedFileRow, key)
        found = "" if kept is None else sha256(kept.content).hexdigest()
        round_id, number, language = key
        yield Paper(f"{codes_by_id.get(round_id, '?')}/{number}/{language}", said.get(key, ""), found)


def submit(
    session: Session, code: str, text_number: int, reason: str, *, who: str, at: datetime
) -> Submission:
    """Keep that a report was handed in; the caller holds the round."""
    row = ReportSubmissionRow(
        round_id=rounds.ids_by_code(session)[code],
        text_number=text_number,
        reason=reason,
        state=State.WAITING.value,
        submitted_by=who,
        submitted_at=at,
        note="",
    )
    session.add(row)
    session.flush()
    return _submission(row)


def waiting(session: Session, code: str) -> Submission | None:
    """How a report was handed in that waits for approval."""
    row = session.scalar(_submissions(code).where(ReportSubmissionRow.state == State.WAITING.value).limit(1))
    return None if row is None else _submission(row)


def all_waiting(session: Session) -> list[tuple[str, Submission]]:
    """Codes of the rounds whose report waits for approval, with how it was handed in; the longest waiting first."""
    query = select(RoundRow.code, ReportSubmissionRow).join(
        RoundRow, RoundRow.id == ReportSubmissionRow.round_id
    )
    waits = query.where(ReportSubmissionRow.state == State.WAITING.value)
    rows = session.execute(waits.order_by(ReportSubmissionRow.submitted_at, ReportSubmissionRow.id))
    return [(code, _submission(row)) for code, row in rows]


def newest_submission(session: Session, code: str) -> Submission | None:
    """How a report was handed in last, wherever that stands now."""
    row = session.scalar(_submissions(code).order_by(ReportSubmissionRow.id.desc()).limit(1))
    return None if row is None else _submission(row)


def put(session: Session, submission: Submission, state: State, *, note: str = "") -> None:
    """Let a submission stand elsewhere."""
    row = session.get_one(ReportSubmissionRow, submission.id)
    row.state, row.note = state.value, note
    session.flush()


def _published(code: str) -> Select[PublishedReportRow]:
    joined = select(PublishedReportRow).join(RoundRow, RoundRow.id == PublishedReportRow.round_id)
    return joined.where(RoundRow.code == code)


def _submissions(code: str) -> Select[ReportSubmissionRow]:
    joined = select(ReportSubmissionRow).join(RoundRow, RoundRow.id == ReportSubmissionRow.round_id)
    return joined.where(RoundRow.code == code)


_PLAIN = (
    "number", "text_number", "freeze_digest", "seal_number", "address", "small_cell", "digest", "program", "pdf_vi",
    "pdf_en", "reason", "submitted_by", "published_by", "published_at",
)  # fmt: skip


def _issue(row: PublishedReportRow) -> PublishedReport:
    plain = {name: getattr(row, name) for name in _PLAIN}
    return PublishedReport(parts=json.loads(row.parts), figures=json.loads(row.figures), **plain)


def _submission(row: ReportSubmissionRow) -> Submission:
    return Submission(
        row.id,
        row.text_number,
        row.reason,
        State(row.state),
        row.submitted_by,
        row.submitted_at,
        row.note,
    )
