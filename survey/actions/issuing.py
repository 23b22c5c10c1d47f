"""Publish the report of a frozen round: an officer hands it in, a second person publishes it, nobody changes it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from reports.pdf import write_pdf
from reports.report import build_report
from survey.actions import freezing as freezes
from survey.actions.approving import ApproverIsAuthor, NoReason
from survey.actions.figures import forget_results
from survey.actions.report import SEAL_PAGE, Makings, around, edition_with, standing
from survey.actions.report_texts import open_texts
from survey.actions.rounds import RoundUnknown, known_round
from survey.core.account import BeyondPart
from survey.core.freeze import Freeze, Parts, digest_of
from survey.core.published_report import (
    LANGUAGES,
    SHORTEST_REASON,
    Figures,
    Issue,
    PublishedReport,
    State,
    Submission,
    differences,
    figures_of,
)
from survey.core.report_texts import NOTHING_WRITTEN
from survey.core.round import VIETNAM, Round
from survey.core.trail import Deed
from survey.program import running
from survey.store import freezing, published_reports, report_texts, rounds, seals, trail
from survey.store.database import Database


class NotFrozen(ValueError):
    """The round's numbers can still change, so that no report of it can be published."""


class FreezeBroken(ValueError):
    """What is stored of the round is not what was frozen; ``sipas rounds verify`` says where."""


class NotWaiting(ValueError):
    """The report does not wait for approval as it was read."""


class NothingNew(ValueError):
    """The newest issue says all that a further one would say."""


class IssueUnknown(LookupError):
    """No such issue was published."""


@dataclass(frozen=True)
class Way:
    """Where a round's report stands on its way.

    Attributes:
        round: whose report it is.
        frozen: the freeze that a publication would count, or None while nothing is frozen.
        last: how it was handed in last, or None.
        issues: what was published, the newest first.
        is_current: whether the newest issue says what would be said now.
        authors: who wrote in it or handed it in, and so cannot publish it.
        public: numbers of the issues that everybody may read.
    """

    round: Round
    frozen: Freeze | None
    last: Submission | None
    issues: tuple[PublishedReport, ...]
    is_current: bool
    authors: frozenset[str]
    public: frozenset[int]

    @property
    def waiting(self) -> Submission | None:
        """How it was handed in, while it waits for approval."""
        return self.last if self.last and self.last.state is State.WAITING else None

    @property
    def may_be_submitted(self) -> bool:
        """Whether handing it in makes sense now."""
        return self.frozen is not None and self.waiting is None and not self.is_current


@dataclass(frozen=True)
class Made:
    """An issue as it would be published: fingerprints, figures, files by language."""

    makings: Makings
    parts: Parts
    digest: str
    figures: Figures
    files: Mapping[str, bytes]
    seal_number: int


def way(database: Database, code: str, *, now: datetime) -> Way:
    """Where a round's report stands.

    Raises:
        RoundUnknown: if there is no such round.
    """
    kept = freezes.frozen(database, code, now=now)
    with database.reading() as session:
        round_ = known_round(session, code, now=now)
        last = published_reports.newest_submission(session, code)
        return Way(
            round_,
            kept,
            last,
            tuple(published_reports.issues(session, code)),
            standing(session, round_, kept, now=now) is not None,
            authors_of(session, code, last),
            published_reports.public_numbers(session, code),
        )


def submit(database: Database, code: str, reason: str, *, who: str, now: datetime) -> Submission:
    """Hand a report in for publishing; from then on its texts stand still.

    Args:
        database: where it is.
        code: the round's.
        reason: why a further issue is needed; not asked for the first.
        who: name of the account.
        now: UTC.

    Raises:
        RoundUnknown: if there is no such round.
        NotFrozen: if the round is not frozen as it is closed now.
        NoReason: if a further issue has no reason.
        NothingNew: if the newest issue says the same.
        TextsShut: if it waits already.
    """
    kept = freezes.frozen(database, code, now=now)
    with database.writing() as session:
        saved = open_texts(session, code, now=now)
        round_ = known_round(session, code, now=now)
        if kept is None or freezing.of_closing(session, round_) != kept:
            raise NotFrozen(code)
        is_first = published_reports.newest(session, code) is None
        if not is_first and len(reason.strip()) < SHORTEST_REASON:
            raise NoReason
        if standing(session, round_, kept, now=now) is not None:
            raise NothingNew(code)
        kept_reason = "" if is_first else " ".join(reason.split())
        made = published_reports.submit(session, code, saved.number, kept_reason, who=who, at=now)
        detail = {"state": saved.number, "reason": kept_reason or None}
        trail.record(session, Deed.REPORT_SUBMITTED, code, who=who, at=now, detail=detail)
        return made


def recall(database: Database, code: str, *, who: str, now: datetime) -> None:
    """Take a report back that was handed in.

    Raises:
        RoundUnknown: if there is no such round.
        NotWaiting: if it does not wait, or somebody else handed it in.
    """
    with database.writing() as session:
        waiting = _waiting(session, code, now=now)
        if waiting.submitted_by != who:
            raise NotWaiting(code)
        published_reports.put(session, waiting, State.RECALLED)
        trail.record(session, Deed.REPORT_RECALLED, code, who=who, at=now)


def give_back(database: Database, code: str, note: str, *, who: str, now: datetime) -> None:
    """Return a report to its author with a note.

    Raises:
        RoundUnknown: if there is no such round.
        NoReason: if the note is blank.
        NotWaiting: if it does not wait.
    """
    if not note.strip():
        raise NoReason
    with database.writing() as session:
        waiting = _waiting(session, code, now=now)
        published_reports.put(session, waiting, State.RETURNED, note=note.strip())
        detail = {"note": note.strip()}
        trail.record(session, Deed.REPORT_RETURNED, code, who=who, at=now, detail=detail)


def publish(
    database: Database, code: str, *, read: int, public_url: str, small_cell: int, who: str, now: datetime
) -> PublishedReport:
    """Publish a report that was handed in: from now on this issue stands for ever.

    Args:
        database: where it is.
        code: the round's.
        read: the submission that the approver read.
        public_url: where everybody reaches the site, to check the seals.
        small_cell: groups with fewer responses show no figure.
        who: name of the account.
        now: UTC.

    Raises:
        RoundUnknown: if there is no such round.
        NotWaiting: if it does not wait as it was read.
        ApproverIsAuthor: if ``who`` wrote in it or handed it in.
        NotFrozen: if the round was opened again meanwhile.
        FreezeBroken: if what is stored is not what was frozen.
    """
    checked = freezes.verify(database, code, now=now)
    with database.reading() as session:
        waiting = _read(session, code, read, who=who)
        before = published_reports.newest(session, code)
        saved = report_texts.with_number(session, code, waiting.text_number)
        last_seal = seals.newest(session)
    if checked.frozen is None or checked.was_reopened:
        raise NotFrozen(code)
    if not checked.holds:
        raise FreezeBroken(code)
    today = now.astimezone(VIETNAM).date()
    issue = Issue(before.number + 1 if before else 1, "", waiting.reason, published_on=today)
    makings = Makings(
        texts=saved.texts if saved else NOTHING_WRITTEN,
        address=f"{public_url}{SEAL_PAGE}",
        small_cell=small_cell,
        newest_seal=last_seal.number if last_seal else 0,
        issue=issue,
    )
    # Typesetting takes seconds, so nobody is held up by it; what it was made from is compared again below.
    made = make(database, code, makings, before, now=now)
    return _keep(database, code, made, waiting, checked.frozen, who=who, now=now)


def make(
    database: Database, code: str, makings: Makings, before: PublishedReport | None, *, now: datetime
) -> Made:
    """An issue from what is stored now.

    Args:
        database: where its round is.
        code: the round's.
        makings: what it is made with; the differences of its issue, and its digest if it has none, are worked out here.
        before: the issue that it replaces, or None.
        now: the server's clock.
    """
    assert makings.issue is not None  # noqa: S101  the caller says which issue
    forget_results()
    parts = found_parts(database, code, makings, now=now)
    edition = edition_with(database, code, "vi", makings, now=now)
    figures = figures_of(edition.result)
    changed = differences(before.figures, figures) if before else ()
    issue = replace(makings.issue, digest=makings.issue.digest or digest_of(parts), differences=changed)
    whole = replace(makings, issue=issue)
    return Made(
        makings=whole,
        parts=parts,
        digest=issue.digest,
        figures=figures,
        files={language: _pdf(database, code, language, whole, now=now) for language in LANGUAGES},
        seal_number=makings.newest_seal or 0,
    )


def found_parts(
    database: Database, code: str, makings: Makings, *, now: datetime
) -> dict[str, Mapping[str, str]]:
    """The fingerprints of all that an issue is made from, read anew."""
    with database.reading() as session:
        round_ = known_round(session, code, now=now)
        numbers, _count = freezing.inputs(session, round_)
        return {**numbers, **around(session, round_, makings, now=now)}


def published_paper(
    database: Database, code: str, language: str, *, within: str | None, now: datetime
) -> bytes | None:
    """The PDF of the newest issue while it says what would be said now; None where the report is a draft.

    It is not made again: a later program may lay the same report out in other bytes.

    Raises:
        BeyondPart: if the reader is limited to a part of the unit tree; the report is about the whole province.
        RoundUnknown: if there is no such round.
    """
    if within is not None:
        raise BeyondPart(code)
    kept = freezes.frozen(database, code, now=now)
    with database.reading() as session:
        found = standing(session, known_round(session, code, now=now), kept, now=now)
        if found is None or found.issue is None:
            return None
        return published_reports.file(session, code, found.issue.number, language)


def newest_issues(database: Database) -> dict[str, PublishedReport]:
    """The issue that stands of every round of which a report was published, by the round's code."""
    with database.reading() as session:
        found = {code: published_reports.newest(session, code) for code in published_reports.codes(session)}
    return {code: issue for code, issue in found.items() if issue is not None}


def stored_file(database: Database, code: str, number: int, language: str) -> bytes:
    """The PDF of an issue as it was published.

    Raises:
        IssueUnknown: if there is none.
    """
    with database.reading() as session:
        found = published_reports.file(session, code, number, language)
    if found is None:
        raise IssueUnknown(f"{code}/{number}")
    return found


def _pdf(database: Database, code: str, language: str, makings: Makings, *, now: datetime) -> bytes:
    edition = edition_with(database, code, "en" if language == "en" else "vi", makings, now=now)
    return write_pdf(build_report(edition))


def _keep(
    database: Database, code: str, made: Made, read: Submission, kept: Freeze, *, who: str, now: datetime
) -> PublishedReport:
    """Publish what was made, unless what it was made from has changed meanwhile."""
    published = _published(made, read, kept, who=who, now=now)
    with database.writing() as session:
        if rounds.hold(session, code, now=now) is None:
            raise RoundUnknown(code)
        _read(session, code, read.id, who=who)
        round_ = known_round(session, code, now=now)
        parts = {**made.parts, **around(session, round_, made.makings, now=now)}
        if freezing.of_closing(session, round_) != kept or digest_of(parts) != made.digest:
            raise NotFrozen(code)
        published_reports.add(session, code, published, made.files)
        published_reports.put(session, read, State.PUBLISHED)
        detail = {
            "issue": published.number,
            "content": published.digest,
            "pdf": {"vi": published.pdf_vi, "en": published.pdf_en},
            "submitted_by": published.submitted_by,
            "reason": published.reason or None,
        }
        trail.record(session, Deed.REPORT_PUBLISHED, code, who=who, at=now, detail=detail)
    return published


def _published(made: Made, read: Submission, kept: Freeze, *, who: str, now: datetime) -> PublishedReport:
    issue = made.makings.issue
    assert issue is not None  # noqa: S101  it was made as one
    return PublishedReport(
        number=issue.number,
        text_number=read.text_number,
        freeze_digest=kept.digest,
        seal_number=made.seal_number,
        address=made.makings.address,
        small_cell=made.makings.small_cell,
        digest=made.digest,
        parts=made.parts,
        figures=made.figures,
        program=running(),
        pdf_vi=sha256(made.files["vi"]).hexdigest(),
        pdf_en=sha256(made.files["en"]).hexdigest(),
        reason=issue.reason,
        submitted_by=read.submitted_by,
        published_by=who,
        published_at=now,
    )


def _waiting(session: Session, code: str, *, now: datetime) -> Submission:
    if rounds.hold(session, code, now=now) is None:
        raise RoundUnknown(code)
    waiting = published_reports.waiting(session, code)
    if waiting is None:
        raise NotWaiting(code)
    return waiting


def _read(session: Session, code: str, read: int, *, who: str) -> Submission:
    """The submission that the approver read, if it still waits and is not their own work."""
    waiting = published_reports.waiting(session, code)
    if waiting is None or waiting.id != read:
        raise NotWaiting(code)
    if who in authors_of(session, code, waiting):
        raise ApproverIsAuthor(who)
    return waiting


def authors_of(session: Session, code: str, submission: Submission | None) -> frozenset[str]:
    """Who wrote in a round's report or handed it in, and so cannot publish it."""
    wrote = {saved.who for saved in report_texts.history(session, code)}
    return frozenset(wrote | ({submission.submitted_by} if submission else set()))
