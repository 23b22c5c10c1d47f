"""Make a round's report: load its evidence, evaluate it, write the document."""

from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy.orm import Session

from reports.document import Document
from reports.edition import Edition
from reports.formats import Language
from reports.report import build_report
from survey.actions.freezing import frozen
from survey.actions.rounds import known_round
from survey.actions.seals import of_round
from survey.core.account import BeyondPart
from survey.core.credibility import judge
from survey.core.evaluation import evaluate
from survey.core.place import Instance
from survey.core.result import RoundResult
from survey.core.round import VIETNAM, Round
from survey.core.small_cells import protect
from survey.core.unit_trend import with_unit_trends
from survey.store import (
    editorial_changes,
    frames,
    freezing,
    places,
    responses,
    rounds,
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

    The document is dated by its data, not by the clock: the day the round was closed, or that of its newest
    response, so that the same data give the same bytes.

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
    kept = frozen(database, code, now=now)
    result, latest = round_result(database, code, now=now)
    with database.reading() as session:
        owner = places.instance(session) or Instance("", "SIPAS", "", "BC", simulated=False)
        reopenings = freezing.reopenings(session, code)
    edition = Edition(
        result=protect(result, small_cell),
        instance=owner,
        dated=_dated(result.round, latest),
        language=language,
        translate=translator(language),
        seal=of_round(database, code, f"{public_url}{SEAL_PAGE}"),
        reopenings=reopenings,
        frozen=kept,
    )
    return build_report(edition)


def round_result(database: Database, code: str, *, now: datetime) -> tuple[RoundResult, datetime | None]:
    """What a round says, and the hour of its newest response.

    A result is kept until something that it is made from changes: responses, of which there are only ever more, the
    rounds themselves, their populations and invitations, units and fields, or what is declared of versions.

    Raises:
        RoundUnknown: if there is no such round.
    """
    with database.reading() as session:
        round_ = _round(session, code, now)
        earlier = rounds.before(session, round_, now=now)
        state: tuple[object, ...] = tuple(
            (
                *_facts(r),
                r.has_closed(now),
                responses.count(session, r.code),
                rounds.population_mark(session, r.code),
            )
            for r in (earlier, round_)
            if r
        )
        state += tuple(sources.withdrawn(session, r.code) for r in (earlier, round_) if r)
        state += editorial_changes.standing(session)
        state += (*unit_changes.all_changes(session), *places.units(session), *places.fields(session))
        state += tuple((unit, count.issued) for unit, count in sorted(tickets.counts(session, code).items()))
        state += tuple(load for r in (earlier, round_) if r for load in frames.loads(session, r.code)[:1])
    return _evaluated(_Question(database, code, state, now))


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


@lru_cache(maxsize=KEPT_RESULTS)
def _evaluated(asked: _Question) -> tuple[RoundResult, datetime | None]:
    with asked.database.reading() as session:
        round_ = _round(session, asked.code, asked.now)
        before = rounds.before(session, round_, now=asked.now)
        past = responses.evidence(session, before) if before else None
        sheet = (
            target_sheets.with_code(session, round_.target_sheet_code) if round_.target_sheet_code else None
        )
        evidence = responses.evidence(session, round_)
        arrivals = responses.arrivals(session, asked.code)
        invited = {unit: count.issued for unit, count in tickets.counts(session, asked.code).items()}
        editorial = editorial_changes.standing(session)
        changes = unit_changes.all_changes(session)
    result = evaluate(evidence, sheet, evaluate(past, None) if past else None, editorial)
    if past:
        result = with_unit_trends(result, past, changes, editorial)
    trust = judge(evidence, arrivals, invited, result.main_target)
    return replace(result, credibility=trust), evidence.latest_hour


def _round(session: Session, code: str, now: datetime) -> Round:
    """The round; a closing that lies ahead is not told to the report, which says "closed" or nothing."""
    round_ = known_round(session, code, now=now)
    return round_ if round_.has_closed(now) else replace(round_, closed_at=None)


def _dated(round_: Round, latest: datetime | None) -> date:
    moment = round_.closed_at or latest or round_.opened_at
    return moment.astimezone(VIETNAM).date() if moment else round_.starts_on
