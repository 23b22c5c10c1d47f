"""Open, close and re-open rounds, now or at a moment ahead, and say which version is asked from which day."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from questionnaires.version import Version
from survey.actions.making_rounds import VersionNotOffered, held
from survey.actions.rounds import known_round
from survey.core.account import Account
from survey.core.round import VIETNAM, PlannedVersion, Reopening, Round, State
from survey.core.trail import Deed
from survey.store import freezing, places, rounds, tickets, trail, versions
from survey.store.database import Database

SHORTEST_REASON, LONGEST_REASON = 10, 500


class NotNow(ValueError):
    """The round is not in a state in which this can be done."""


class MomentUnfit(ValueError):
    """The moment is not ahead, or on the wrong side of the round's other moment."""


class OtherQuestionnaire(ValueError):
    """A round that has opened asks versions of one questionnaire only; another one needs a round of its own."""


class ReasonUnfit(ValueError):
    """The reason is too short to say anything, or too long."""


@dataclass(frozen=True)
class Readiness:
    """What should be looked at before a round opens.

    Attributes:
        dossiers: of its population; 0 where none was loaded.
        counters: in service at units that take part.
        others: rounds that take answers at the same time; scanning opens the one whose period begins last.
        version_withdrawn: whether the version that it asks is offered no more; then it cannot open.
    """

    dossiers: int
    counters: int
    others: tuple[Round, ...]
    version_withdrawn: bool


def readiness(database: Database, code: str, *, now: datetime) -> tuple[Round, Readiness]:
    """A round and what should be looked at before it opens.

    Raises:
        RoundUnknown: if there is no such round.
    """
    with database.reading() as session:
        round_ = known_round(session, code, now=now)
        left_out = rounds.excluded(session, code)
        dossiers = rounds.dossiers(session, code, places.units(session), places.fields(session))
        return round_, Readiness(
            int(dossiers.sum()),
            sum(1 for c in places.counters(session) if not c.retired and c.unit_code not in left_out),
            tuple(r for r in rounds.all_rounds(session, now=now) if r.code != code and r.is_open(now)),
            versions.is_withdrawn(session, round_.version.fingerprint),
        )


def set_opening(
    database: Database, code: str, moment: datetime | None, *, by: Account, now: datetime
) -> Round:
    """Open a round at a moment (at once where it is not ahead), or (None) take back an opening that lies ahead.

    Raises:
        RoundUnknown: if there is no such round.
        NotNow: if it has opened already.
        MomentUnfit: if it would open after it closes.
        VersionNotOffered: if the version that it asks is withdrawn.
    """
    with database.writing() as session:
        round_ = held(session, code, now)
        if round_.has_opened(now):
            raise NotNow(code)
        opened_at = None if moment is None else max(moment, now)
        if opened_at and round_.closed_at and round_.closed_at <= opened_at:
            raise MomentUnfit(code)
        if opened_at and versions.is_withdrawn(session, round_.version.fingerprint):
            raise VersionNotOffered(round_.version.fingerprint)
        changed = replace(round_, opened_at=opened_at)
        rounds.change(session, changed)
        deed = Deed.ROUND_OPENED if changed.has_opened(now) else Deed.ROUND_OPENING_SET
        trail.record(session, deed, code, who=by.name, at=now, detail={"at": _told(opened_at)})
        return changed


def set_closing(
    database: Database, code: str, moment: datetime | None, *, by: Account, now: datetime
) -> Round:
    """Let a round close at a moment ahead, or (None) when somebody closes it; closing at once is ``close_round``.

    Raises:
        RoundUnknown: if there is no such round.
        NotNow: if it has closed.
        MomentUnfit: if the moment is not ahead, or not after the opening.
    """
    with database.writing() as session:
        round_ = held(session, code, now)
        if round_.has_closed(now):
            raise NotNow(code)
        if moment and (moment <= now or (round_.opened_at and moment <= round_.opened_at)):
            raise MomentUnfit(code)
        changed = replace(round_, closed_at=moment)
        rounds.change(session, changed)
        trail.record(session, Deed.ROUND_CLOSING_SET, code, who=by.name, at=now, detail={"at": _told(moment)})
        return changed


def reopen(database: Database, code: str, reason: str, *, by: Account, now: datetime) -> Round:
    """Let a closed round take answers again; when and why is kept, and printed in its report.

    Raises:
        RoundUnknown: if there is no such round.
        NotNow: if it is not closed.
        ReasonUnfit: if the reason is too short or too long.
    """
    reason = " ".join(reason.split())
    with database.writing() as session:
        round_ = held(session, code, now)
        if not round_.has_closed(now) or round_.closed_at is None:
            raise NotNow(code)
        if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
            raise ReasonUnfit(reason)
        freezing.add_reopening(session, code, Reopening(round_.closed_at, now, reason, by.name))
        changed = replace(round_, closed_at=None)
        rounds.change(session, changed)
        tickets.forget_order(session, code)
        detail = {"reason": reason, "at": _told(round_.closed_at)}
        trail.record(session, Deed.ROUND_REOPENED, code, who=by.name, at=now, detail=detail)
        return changed


@dataclass(frozen=True)
class VersionPlan:
    """Which version a round asks now, and which from which day on.

    Attributes:
        round: its version is the one that is asked now.
        state: where it stands.
        ahead: what is planned and has not begun.
        offered: the versions that may be planned, the newest first.
    """

    round: Round
    state: State
    ahead: tuple[PlannedVersion, ...]
    offered: tuple[Version, ...]


def version_plan(database: Database, code: str, *, now: datetime) -> VersionPlan:
    """Which versions a round asks.

    Raises:
        RoundUnknown: if there is no such round.
    """
    with database.reading() as session:
        round_ = known_round(session, code, now=now)
        offered = [one.version for one in versions.shelf(session) if one.withdrawal is None]
        ahead = tuple(planned for planned in rounds.plan(session, code) if planned.starts_at > now)
    fits = tuple(v for v in reversed(offered) if not round_.has_opened(now) or _same_questionnaire(v, round_))
    return VersionPlan(round_, round_.state(now), ahead, fits)


def plan_version(
    database: Database, code: str, fingerprint: str, day: date | None, *, by: Account, now: datetime
) -> None:
    """Let a round ask a version from the beginning of a day on, or (None) from now on.

    Raises:
        RoundUnknown: if there is no such round.
        NotNow: if it has closed.
        VersionNotOffered: if there is no such version, or it is withdrawn.
        OtherQuestionnaire: if the round has opened with another questionnaire.
        MomentUnfit: if the day is not ahead, or after the round's last day.
    """
    with database.writing() as session:
        round_ = held(session, code, now)
        if round_.has_closed(now):
            raise NotNow(code)
        version = versions.hold(session, fingerprint)
        if version is None or versions.is_withdrawn(session, fingerprint):
            raise VersionNotOffered(fingerprint)
        if round_.has_opened(now) and not _same_questionnaire(version, round_):
            raise OtherQuestionnaire(fingerprint)
        if day is None:
            rounds.set_version(session, code, fingerprint, now=now)
        else:
            starts_at = beginning_of(day)
            if starts_at <= now or day > round_.ends_on:
                raise MomentUnfit(code)
            rounds.plan_version(session, code, PlannedVersion(starts_at, version))
        detail = {
            "version": f"{version.definition.code}.{version.number}",
            "at": f"{day:%d/%m/%Y}" if day else "",
        }
        trail.record(session, Deed.ROUND_VERSION_PLANNED, code, who=by.name, at=now, detail=detail)


def unplan_version(database: Database, code: str, day: date, *, by: Account, now: datetime) -> bool:
    """Take back what was planned for a day ahead; False if nothing was.

    Raises:
        RoundUnknown: if there is no such round.
    """
    with database.writing() as session:
        held(session, code, now)
        if beginning_of(day) <= now or not rounds.unplan_version(session, code, beginning_of(day)):
            return False
        detail = {"at": f"{day:%d/%m/%Y}"}
        trail.record(session, Deed.ROUND_VERSION_UNPLANNED, code, who=by.name, at=now, detail=detail)
        return True


def beginning_of(day: date) -> datetime:
    """The first moment of a day in Vietnam."""
    return datetime.combine(day, time(), VIETNAM)


def end_of(day: date) -> datetime:
    """The first moment after a day in Vietnam."""
    return beginning_of(day) + timedelta(days=1)


def reopenings(database: Database, code: str) -> tuple[Reopening, ...]:
    """When and why a round was opened again."""
    with database.reading() as session:
        return freezing.reopenings(session, code)


def _same_questionnaire(version: Version, round_: Round) -> bool:
    return version.definition.code == round_.version.definition.code


def _told(moment: datetime | None) -> str:
    return f"{moment.astimezone(VIETNAM):%H:%M %d/%m/%Y}" if moment else ""
