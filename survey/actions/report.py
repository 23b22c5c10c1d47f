"""Make a round's report: its figures, what officers wrote and what is printed beside, as a document."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from reports.document import Document
from reports.edition import Edition
from reports.formats import Language
from reports.report import build_report
from survey.actions.figures import Shown, shown_result
from survey.actions.freezing import frozen
from survey.actions.reported import sheet_of
from survey.actions.rounds import known_round
from survey.actions.seals import of_round
from survey.core.account import BeyondPart
from survey.core.freeze import Freeze, Parts, digest_of
from survey.core.place import Instance
from survey.core.published_report import DATED, Issue, PublishedReport, differences
from survey.core.released import day_of, includes_until
from survey.core.report_texts import NOTHING_WRITTEN, ReportTexts
from survey.core.round import Round
from survey.core.trend import MOST
from survey.store import freezing, places, published_reports, report_texts, rounds, seals
from survey.store.database import Database
from survey.wording import translator

SEAL_PAGE = "/seal"
"""The page on which everybody can read the chain of seals."""


def round_document(
    database: Database,
    code: str,
    language: Language,
    *,
    public_url: str,
    small_cell: int,
    within: str | None,
    now: datetime,
    every_stratum: bool = False,
    shown: Shown | None = None,
) -> Document:
    """The report of a round as a document.

    An issue is dated by the day on which it was published. A draft is dated by its data, not by the clock: the day the
    round was closed, or that of its newest response. So the same data give the same bytes.

    Args:
        database: where the evidence is.
        code: the round's.
        language: "vi" or "en".
        public_url: where everybody reaches the site, to check the seal that the report prints.
        small_cell: groups with fewer responses show no figure.
        within: the part of the unit tree to which the reader is limited; None for the whole province.
        now: the server's clock; it decides whether the round has closed.
        every_stratum: whether it is for the workbook, which has every stratum.
        shown: the round's figures where they are at hand.

    Raises:
        BeyondPart: if the reader is limited; the report is about the whole province.
        RoundUnknown: if there is no such round.
        SealFaulty: if the chain of seals cannot be read.
    """
    if within is not None:
        raise BeyondPart(code)
    edition = edition_of(
        database, code, language, public_url=public_url, small_cell=small_cell, now=now, shown=shown
    )
    return build_report(replace(edition, every_stratum=every_stratum))


@dataclass(frozen=True)
class Makings:
    """What a report is made with beside what is stored of its round.

    Attributes:
        texts: what officers wrote.
        address: where it says that the seals can be read.
        small_cell: groups with fewer responses show no figure.
        newest_seal: the last seal that it may print; None for the last that there is.
        issue: which issue it is; None for a draft.
    """

    texts: ReportTexts
    address: str
    small_cell: int
    newest_seal: int | None = None
    issue: Issue | None = None


def edition_of(
    database: Database,
    code: str,
    language: Language,
    *,
    public_url: str,
    small_cell: int,
    now: datetime,
    shown: Shown | None = None,
) -> Edition:
    """What the report of a round is written from now: as it was published while nothing changed since, else a draft.

    ``shown`` are its figures where they are at hand.

    Raises:
        RoundUnknown: if there is no such round.
        SealFaulty: if the chain of seals cannot be read.
    """
    kept = frozen(database, code, now=now)
    with database.reading() as session:
        found = standing(session, known_round(session, code, now=now), kept, now=now)
        texts = report_texts.newest(session, code).texts
    makings = found or Makings(texts, f"{public_url}{SEAL_PAGE}", small_cell)
    return edition_with(database, code, language, makings, now=now, shown=shown)


def edition_with(
    database: Database,
    code: str,
    language: Language,
    makings: Makings,
    *,
    now: datetime,
    shown: Shown | None = None,
) -> Edition:
    """What the report of a round is written from, made with what is given.

    ``shown`` are its figures where they are at hand; they are used if they hide the same.

    Raises:
        RoundUnknown: if there is no such round.
        SealFaulty: if the chain of seals cannot be read.
    """
    if shown is None or shown.small_cell != makings.small_cell:
        shown = shown_result(database, code, small_cell=makings.small_cell, now=now)
    kept = frozen(database, code, now=now)
    with database.reading() as session:
        owner = places.instance(session) or Instance("", "SIPAS", "", "BC", simulated=False)
        reopenings = freezing.reopenings(session, code)
    entered = sheet_of(database, code, now=now).reported
    return Edition(
        result=shown.result,
        instance=owner,
        dated=day_of(shown.result.round, shown.latest),
        until=includes_until(shown.result.round, shown.latest, shown.steps),
        language=language,
        translate=translator(language),
        seal=of_round(database, code, makings.address, newest=makings.newest_seal),
        reopenings=reopenings,
        frozen=kept,
        steps=shown.steps,
        reported=entered,
        texts=makings.texts,
        issue=makings.issue,
    )


def standing(session: Session, round_: Round, kept: Freeze | None, *, now: datetime) -> Makings | None:
    """What the newest issue was made with, while its round and all around it are as they were then; else None."""
    issue = published_reports.newest(session, round_.code)
    if issue is None or kept is None or issue.freeze_digest != kept.digest:
        return None
    saved = report_texts.newest(session, round_.code)
    if saved.number != issue.text_number:
        return None
    makings = makings_of(session, round_.code, issue)
    same = around(session, round_, makings, now=now)
    return makings if digest_of({**kept.parts, **same}) == issue.digest else None


def makings_of(session: Session, code: str, issue: PublishedReport) -> Makings:
    """What an issue was made with, as far as it is still stored."""
    saved = report_texts.with_number(session, code, issue.text_number)
    before = published_reports.with_number(session, code, issue.number - 1)
    changed = differences(before.figures, issue.figures) if before else ()
    return Makings(
        texts=saved.texts if saved else NOTHING_WRITTEN,
        address=issue.address,
        small_cell=issue.small_cell,
        newest_seal=issue.seal_number,
        issue=Issue(issue.number, issue.digest, issue.reason, changed, issue.dated),
    )


def around(session: Session, round_: Round, makings: Makings, *, now: datetime) -> Parts:
    """The fingerprints of what a report is made from beside the inputs of its round's numbers."""
    issue = makings.issue
    replaced = published_reports.with_number(session, round_.code, issue.number - 1) if issue else None
    return published_reports.surroundings(
        session,
        round_,
        texts=makings.texts,
        earlier=rounds.before(session, round_, now=now),
        older=rounds.line_to(session, round_, MOST, now=now)[:-2],
        seal=seals.with_number(session, makings.newest_seal) if makings.newest_seal else None,
        printed={
            "address": makings.address,
            "small_cell": makings.small_cell,
            "issue": [issue.number, issue.reason] if issue else None,
            "replaced": [replaced.digest, dict(replaced.figures)] if replaced else None,
            **({DATED: issue.published_on.isoformat()} if issue and issue.published_on else {}),
        },
    )
