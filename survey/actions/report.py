"""Make a round's report: load its evidence, evaluate it, write the document."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from functools import lru_cache

from sqlalchemy.orm import Session

from questionnaires.comparison import EditorialChange
from reports.document import Document
from reports.edition import Edition
from reports.formats import Language
from reports.report import build_report
from survey.actions.freezing import frozen
from survey.actions.reported import sheet_of
from survey.actions.rounds import known_round
from survey.actions.seals import of_round
from survey.core.account import BeyondPart
from survey.core.breakdown import Breakdown, break_down
from survey.core.credibility import judge
from survey.core.evaluation import earlier_of, evaluate
from survey.core.evidence import Evidence
from survey.core.flags import Arrivals
from survey.core.freeze import Freeze, Parts, digest_of
from survey.core.place import Instance
from survey.core.published_report import DATED, Issue, PublishedReport, differences
from survey.core.released import (
    Steps,
    arrived,
    counts_until,
    day_of,
    includes_until,
    latest_hour,
    released,
)
from survey.core.report_texts import NOTHING_WRITTEN, ReportTexts
from survey.core.result import RoundResult
from survey.core.round import Round
from survey.core.scoring import score_round
from survey.core.small_cells import protect
from survey.core.target import TargetSheet
from survey.core.unit_history import UnitChange
from survey.core.unit_trend import with_unit_trends
from survey.store import (
    counts,
    editorial_changes,
    frames,
    freezing,
    places,
    published_reports,
    report_texts,
    responses,
    rounds,
    seals,
    sources,
    target_sheets,
    tickets,
    unit_changes,
)
from survey.store.database import Database
from survey.wording import translator

KEPT_RESULTS = 8

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

    Raises:
        BeyondPart: if the reader is limited; the report is about the whole province.
        RoundUnknown: if there is no such round.
        SealFaulty: if the chain of seals cannot be read.
    """
    if within is not None:
        raise BeyondPart(code)
    return build_report(
        edition_of(database, code, language, public_url=public_url, small_cell=small_cell, now=now)
    )


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
    database: Database, code: str, language: Language, *, public_url: str, small_cell: int, now: datetime
) -> Edition:
    """What the report of a round is written from now: as it was published while nothing changed since, else a draft.

    Raises:
        RoundUnknown: if there is no such round.
        SealFaulty: if the chain of seals cannot be read.
    """
    kept = frozen(database, code, now=now)
    with database.reading() as session:
        found = standing(session, known_round(session, code, now=now), kept, now=now)
        texts = report_texts.newest(session, code).texts
    return edition_with(
        database, code, language, found or Makings(texts, f"{public_url}{SEAL_PAGE}", small_cell), now=now
    )


def edition_with(
    database: Database, code: str, language: Language, makings: Makings, *, now: datetime
) -> Edition:
    """What the report of a round is written from, made with what is given.

    Raises:
        RoundUnknown: if there is no such round.
        SealFaulty: if the chain of seals cannot be read.
    """
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
        until=includes_until(shown.result.round, shown.latest),
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
        seal=seals.with_number(session, makings.newest_seal) if makings.newest_seal else None,
        printed={
            "address": makings.address,
            "small_cell": makings.small_cell,
            "issue": [issue.number, issue.reason] if issue else None,
            "replaced": [replaced.digest, dict(replaced.figures)] if replaced else None,
            **({DATED: issue.published_on.isoformat()} if issue and issue.published_on else {}),
        },
    )


@dataclass(frozen=True, eq=False)
class Shown:
    """What may be shown of a round.

    Attributes:
        result: without the figures of small cells.
        breakdown: unit × field × item, likewise.
        latest: hour of the newest response that counts, or None.
        steps: how answers count while they are taken; None once the round has closed.
    """

    result: RoundResult
    breakdown: Breakdown
    latest: datetime | None
    steps: Steps | None


def round_result(database: Database, code: str, *, now: datetime) -> tuple[RoundResult, datetime | None]:
    """What a round says, and the hour of its newest response; everything, for the inside.

    A result is kept until something that it is made from changes: responses, of which there are only ever more, the
    rounds themselves, their populations and invitations, units and fields, or what is declared of versions.

    Raises:
        RoundUnknown: if there is no such round.
    """
    return _evaluated(_Question(database, code, _state(database, code, now, before=None), now))


def shown_result(
    database: Database,
    code: str,
    *,
    small_cell: int,
    now: datetime,
    elsewhere: Callable[[object], Shown] | None = None,
) -> Shown:
    """What people may see of a round; every page, paper and file is made from this.

    Which responses count is said by :mod:`survey.core.released`; while answers are taken it is kept for the hour.

    Args:
        database: where the evidence is.
        code: the round's.
        small_cell: groups with fewer responses show no figure.
        now: the server's clock.
        elsewhere: gives the same from all that it depends on, for who does not want to work it out here.

    Raises:
        RoundUnknown: if there is no such round.
    """
    with database.reading() as session:
        before = counts_until(known_round(session, code, now=now), now)
    state = _state(database, code, now, before=before)
    return _shown(_Question(database, code, state, now, elsewhere), small_cell)


def _state(database: Database, code: str, now: datetime, *, before: datetime | None) -> tuple[object, ...]:
    """Everything that a round's result depends on, short enough to compare; of responses those before an hour."""
    with database.reading() as session:
        round_ = _round(session, code, now)
        earlier = rounds.before(session, round_, now=now)
        state: tuple[object, ...] = tuple(
            (
                *_facts(r),
                r.has_closed(now),
                counts.of_round(session, r.code, before=before if r is round_ else None),
                rounds.population_mark(session, r.code),
            )
            for r in (earlier, round_)
            if r
        )
        state += (before, *editorial_changes.standing(session))
        state += tuple(sources.withdrawn(session, r.code) for r in (earlier, round_) if r)
        state += (*unit_changes.all_changes(session), *places.units(session), *places.fields(session))
        state += tuple((unit, count.issued) for unit, count in sorted(tickets.counts(session, code).items()))
        state += tuple(load for r in (earlier, round_) if r for load in frames.loads(session, r.code)[:1])
    return state


def _facts(round_: Round) -> tuple[object, ...]:
    """A round as something short to compare."""
    names = [field.name for field in fields(round_) if field.name != "version"]
    return (round_.version.fingerprint, *(getattr(round_, name) for name in names))


@dataclass(frozen=True)
class _Question:
    """What a result answers: the moment only says how to read the rounds, which are part of the state."""

    database: Database
    code: str
    state: tuple[object, ...]
    now: datetime = field(compare=False)
    elsewhere: Callable[[object], Shown] | None = field(default=None, compare=False)


@lru_cache(maxsize=KEPT_RESULTS)
def _evaluated(asked: _Question) -> tuple[RoundResult, datetime | None]:
    found = _load(asked)
    return _result(found), found.evidence.latest_hour


@lru_cache(maxsize=KEPT_RESULTS)
def _shown(asked: _Question, small_cell: int) -> Shown:
    if asked.elsewhere is not None:
        return asked.elsewhere(asked.state)
    found, steps = _so_far(_load(asked), asked.now, small_cell)
    breakdown = break_down(score_round(found.evidence), small_cell, is_open=steps is not None)
    result = protect(_result(found), small_cell, breakdown.hidden_codes, is_open=steps is not None)
    return Shown(result, breakdown, latest_hour(found.arrivals.hour), steps)


@dataclass(frozen=True, eq=False)
class _Loaded:
    """Everything that a result is made from."""

    evidence: Evidence
    past: Evidence | None
    arrivals: Arrivals
    invited: dict[str, int]
    sheet: TargetSheet | None
    editorial: Collection[EditorialChange]
    changes: Sequence[UnitChange]


def _load(asked: _Question) -> _Loaded:
    with asked.database.reading() as session:
        round_ = _round(session, asked.code, asked.now)
        before = rounds.before(session, round_, now=asked.now)
        past = responses.evidence(session, before) if before else None
        sheet = (
            target_sheets.with_code(session, round_.target_sheet_code) if round_.target_sheet_code else None
        )
        evidence, arrivals = responses.evidence_with_arrivals(session, round_)
        return _Loaded(
            evidence=evidence,
            past=past,
            arrivals=arrivals,
            invited={unit: count.issued for unit, count in tickets.counts(session, asked.code).items()},
            sheet=sheet,
            editorial=editorial_changes.standing(session),
            changes=unit_changes.all_changes(session),
        )


def _so_far(found: _Loaded, now: datetime, small_cell: int) -> tuple[_Loaded, Steps | None]:
    """The same with the answers that count now, and how they count while they are taken."""
    round_ = found.evidence.round
    end = counts_until(round_, now)
    if end is None:
        return found, None
    hours, before = found.arrivals.hour, int(end.timestamp()) // 3600
    if round_.closed_at is None:
        evidence, kept = released(found.evidence, hours, before=before, fewest=small_cell)
    else:
        evidence, kept = arrived(found.evidence, hours, before=before)
    arrivals = Arrivals(found.arrivals.counter[kept], hours[kept], found.arrivals.late[kept])
    waiting = found.evidence.responses - evidence.responses
    steps = Steps(small_cell, waiting) if round_.closed_at is None else None
    return replace(found, evidence=evidence, arrivals=arrivals), steps


def _result(found: _Loaded) -> RoundResult:
    past = earlier_of(found.past) if found.past else None
    result = evaluate(found.evidence, found.sheet, past, found.editorial)
    if found.past:
        result = with_unit_trends(result, found.past, found.changes, found.editorial)
    trust = judge(found.evidence, found.arrivals, found.invited, result.main_target)
    return replace(result, credibility=trust)


def forget_results() -> None:
    """Let every result be worked out anew: what is published must not rest on what was true a while ago."""
    _evaluated.cache_clear()
    _shown.cache_clear()


def _round(session: Session, code: str, now: datetime) -> Round:
    """The round; a closing that lies ahead is not told to the report, which says "closed" or nothing."""
    round_ = known_round(session, code, now=now)
    return round_ if round_.has_closed(now) else replace(round_, closed_at=None)
