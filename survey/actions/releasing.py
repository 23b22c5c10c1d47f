"""Let everybody read a published report, or no more: what the public sees is what was published, never made anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from reports.formats import opening
from survey.actions.issuing import IssueUnknown
from survey.actions.rounds import RoundUnknown, known_round
from survey.core.published_report import PublishedReport
from survey.core.round import Round
from survey.core.target import Group
from survey.core.trail import Deed
from survey.store import freezing, published_reports, rounds, target_sheets, trail
from survey.store.database import Database


@dataclass(frozen=True)
class PublicReport:
    """What everybody may read of a round's report.

    Attributes:
        round: whose report it is.
        issues: the newest first; one at least.
        targets: by the number of an issue, the sentences of the plan's targets that it was judged by, in the order of
            its figures; none where they were changed since.
        plan: whose targets they are, empty where there is none.
    """

    round: Round
    issues: tuple[PublishedReport, ...]
    targets: Mapping[int, tuple[str, ...]]
    plan: str


def set_public(
    database: Database, code: str, number: int, *, is_public: bool, who: str, now: datetime
) -> bool:
    """Let everybody read an issue, or no more; False if that is so already.

    Raises:
        RoundUnknown: if there is no such round.
        IssueUnknown: if there is no such issue.
    """
    with database.writing() as session:
        if rounds.hold(session, code, now=now) is None:
            raise RoundUnknown(code)
        if published_reports.with_number(session, code, number) is None:
            raise IssueUnknown(f"{code}/{number}")
        if (number in published_reports.public_numbers(session, code)) is is_public:
            return False
        published_reports.release(session, code, number, is_public=is_public, who=who, at=now)
        deed = Deed.REPORT_RELEASED if is_public else Deed.REPORT_WITHHELD
        trail.record(session, deed, code, who=who, at=now, detail={"issue": number})
        return True


def public_reports(database: Database, *, now: datetime) -> list[PublicReport]:
    """Every report that everybody may read, the newest round first."""
    with database.reading() as session:
        codes = published_reports.codes(session)
        public = {code for code in codes if published_reports.public_numbers(session, code)}
    return [public_report(database, code, now=now) for code in reversed(codes) if code in public]


def public_report(database: Database, code: str, *, now: datetime) -> PublicReport:
    """What everybody may read of a round's report.

    Raises:
        IssueUnknown: if that is nothing; whether there is such a round is nobody's business then.
    """
    with database.reading() as session:
        numbers = published_reports.public_numbers(session, code)
        if not numbers:
            raise IssueUnknown(code)
        found = tuple(issue for issue in published_reports.issues(session, code) if issue.number in numbers)
        round_ = known_round(session, code, now=now)
        sheet = target_sheets.with_code(session, round_.target_sheet_code or "")
        sentences = (
            tuple(opening(one.sentence) for one in sheet.in_group(Group.SATISFACTION)) if sheet else ()
        )
        now_judged_by = freezing.targets_part(session, round_)
        return PublicReport(
            round_,
            found,
            {one.number: sentences if one.parts.get("targets") == now_judged_by else () for one in found},
            sheet.plan if sheet else "",
        )


def public_file(database: Database, code: str, number: int, language: str) -> bytes:
    """The PDF of an issue that everybody may read.

    Raises:
        IssueUnknown: if there is none, or it is not for everybody.
    """
    with database.reading() as session:
        if number in published_reports.public_numbers(session, code):
            content = published_reports.file(session, code, number, language)
            if content is not None:
                return content
    raise IssueUnknown(f"{code}/{number}")
