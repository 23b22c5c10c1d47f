"""What waits for a second person's approval, and what became of it: reports and questionnaires that were handed in."""

from dataclasses import dataclass
from datetime import datetime

from survey.actions import approving, issuing
from survey.core import published_report
from survey.core.draft import Draft, State
from survey.core.published_report import Submission
from survey.core.round import Round
from survey.store import drafts, published_reports, rounds
from survey.store.database import Database


@dataclass(frozen=True)
class Waiting:
    """What an approver has to read, the longest waiting first.

    Attributes:
        reports: rounds whose report was handed in, and how.
        drafts: questionnaires that were handed in.
    """

    reports: tuple[tuple[Round, Submission], ...]
    drafts: tuple[Draft, ...]

    def __bool__(self) -> bool:
        """Whether anything waits."""
        return bool(self.reports or self.drafts)


def waiting_for_approval(database: Database, *, who: str, now: datetime) -> Waiting:
    """Everything that waits for somebody: what they wrote themselves waits for others."""
    with database.reading() as session:
        handed_in = published_reports.all_waiting(session)
        by_code = {each.code: each for each in rounds.all_rounds(session, now=now)} if handed_in else {}
        submitted = [
            draft
            for draft in drafts.in_state(session, State.SUBMITTED)
            if who not in approving.authors_of(session, draft)
        ]
        reports = tuple(
            (by_code[code], submission)
            for code, submission in handed_in
            if who not in issuing.authors_of(session, code, submission)
        )
    return Waiting(reports, tuple(sorted(submitted, key=lambda draft: draft.current.saved_at)))


def became(database: Database, code: str, submission: int) -> int | None:
    """The number of the issue that a round's report became as it was handed in last; None if that was not published."""
    with database.reading() as session:
        last = published_reports.newest_submission(session, code)
        issue = published_reports.newest(session, code)
    if (
        last is None
        or issue is None
        or last.id != submission
        or last.state is not published_report.State.PUBLISHED
    ):
        return None
    return issue.number
