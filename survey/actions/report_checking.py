"""Make a published report again from what is stored and say what is not as it was published."""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from reports.pdf import TypesettingFailed
from survey.actions.issuing import IssueUnknown, found_parts, make
from survey.actions.report import makings_of
from survey.core.freeze import Difference as PartDifference
from survey.core.freeze import differences as part_differences
from survey.core.freeze import digest_of
from survey.core.published_report import LANGUAGES, Difference, PublishedReport, differences
from survey.program import running
from survey.store import freezing, published_reports
from survey.store.database import Database


@dataclass(frozen=True)
class Checked:
    """A check of a published report.

    Attributes:
        code: of its round.
        issue: as it was published.
        is_sound: whether its digest is that of its own parts; not so if somebody rewrote one of the two.
        files_changed: languages whose stored PDF is not the one that was published, or is gone.
        program: what would make it now.
        was_refrozen: whether the round was frozen anew since, so that differences are expected.
        parts: what it was made from and is not the same any more.
        figures: its main figures that are not what is computed now.
        files_differ: languages whose PDF made now has other bytes than the one that was published.
        fault: why it cannot even be made now, or "".
    """

    code: str
    issue: PublishedReport
    is_sound: bool
    files_changed: tuple[str, ...]
    program: str
    was_refrozen: bool
    parts: tuple[PartDifference, ...] = ()
    figures: tuple[Difference, ...] = ()
    files_differ: tuple[str, ...] = ()
    fault: str = ""

    @property
    def holds(self) -> bool:
        """Whether all is as it was published."""
        differ = self.parts or self.figures or self.files_changed or self.files_differ or self.fault
        return self.is_sound and not differ

    @property
    def is_other_program(self) -> bool:
        """Whether another program made it, whose layout may differ though all it was made from is the same."""
        return self.program != self.issue.program


def published_codes(database: Database) -> list[str]:
    """The rounds of which a report was published."""
    with database.reading() as session:
        return published_reports.codes(session)


def verify(database: Database, code: str, number: int | None = None, *, now: datetime) -> Checked:
    """Make an issue again and compare it with what was published.

    Args:
        database: where it is.
        code: the round's.
        number: of the issue; None for the newest.
        now: the server's clock; where it stands before the publication, that moment counts.

    Raises:
        RoundUnknown: if there is no such round.
        IssueUnknown: if there is no such issue.
        SealFaulty: if the chain of seals cannot be read.
    """
    issue, before, checked = _as_stored(database, code, number)
    now = max(now, issue.published_at)
    try:
        with database.reading() as session:
            makings = makings_of(session, code, issue)
        parts = found_parts(database, code, makings, now=now)
        checked = replace(checked, parts=part_differences(issue.parts, parts))
        made = make(database, code, makings, before, now=now)
    except (ValueError, TypeError, TypesettingFailed) as fault:
        return replace(checked, fault=str(fault) or type(fault).__name__)
    return replace(
        checked,
        figures=differences(issue.figures, made.figures),
        files_differ=tuple(each for each in LANGUAGES if _digest(made.files[each]) != issue.pdf(each)),
    )


def _as_stored(
    database: Database, code: str, number: int | None
) -> tuple[PublishedReport, PublishedReport | None, Checked]:
    """An issue, the one that it replaced, and what can be said without making it again."""
    with database.reading() as session:
        newest = published_reports.newest(session, code)
        issue = newest if number is None else published_reports.with_number(session, code, number)
        if issue is None:
            raise IssueUnknown(code if number is None else f"{code}/{number}")
        before = published_reports.with_number(session, code, issue.number - 1)
        kept = freezing.newest(session, code)
        stored = {each: published_reports.file(session, code, issue.number, each) for each in LANGUAGES}
    checked = Checked(
        code=code,
        issue=issue,
        is_sound=digest_of(issue.parts) == issue.digest,
        files_changed=tuple(each for each in LANGUAGES if _digest(stored[each]) != issue.pdf(each)),
        program=running(),
        was_refrozen=kept is None or kept.digest != issue.freeze_digest,
    )
    return issue, before, checked


def _digest(content: bytes | None) -> str:
    return "" if content is None else sha256(content).hexdigest()
