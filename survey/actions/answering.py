"""A citizen opens a counter's page and answers: resolved when scanned, stored exactly once."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from questionnaires.definition import Question
from questionnaires.version import Version
from survey.core.counter import MOST_IN_AN_HOUR, Counter, parse_code
from survey.core.place import Field, Instance, Unit
from survey.core.question_kinds import Problem
from survey.core.receipt import receipt_of
from survey.core.response import (
    Raw,
    Response,
    asked_at,
    check_against,
    questions_asked,
    to_the_hour,
)
from survey.core.round import Round
from survey.core.ticket import parse_ticket, ticket_hash
from survey.core.visit import Delivery, Visit, second_of
from survey.store import devices, places, responses, rounds, scanning, tickets, versions
from survey.store.database import Database


class CounterUnknown(LookupError):
    """No counter has this code, although it is well formed."""


class NoOpenRound(LookupError):
    """The counter exists, but no round takes answers there now.

    Attributes:
        unit: whose counter it is.
        counter: the counter.
        next_day: the first day of the next round that is planned, or None.
    """

    def __init__(self, unit: Unit, counter: Counter, next_day: date | None = None) -> None:
        super().__init__(counter.code)
        self.unit = unit
        self.counter = counter
        self.next_day = next_day


class CounterRetired(NoOpenRound):
    """The counter is out of service."""


class TicketOutOfTime(NoOpenRound):
    """The round of the ticket takes no answers now, whatever others do."""


class NotAPage(ValueError):
    """The submission does not carry what our pages carry: a forged id, or an unknown version or round."""


class DeliveredTooLate(ValueError):
    """The form was finished longer ago than any is taken."""


class CounterFull(RuntimeError):
    """The counter took more in this hour than it can serve; from ``reopens`` on it takes answers again."""

    def __init__(self, counter: Counter, reopens: datetime) -> None:
        super().__init__(counter.code)
        self.reopens = reopens


class TicketUnknown(LookupError):
    """The ticket is well formed, but no such ticket was given out."""


class TicketUsed(ValueError):
    """A response was stored with this one-time ticket before."""


class DeviceWithdrawn(ValueError):
    """The tablet that sends is no longer in service."""


class AnswersFaulty(ValueError):
    """Some answers cannot be accepted; ``problems`` says which and why."""

    def __init__(self, problems: Mapping[str, Problem]) -> None:
        super().__init__(", ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Sheet:
    """What a scanned counter shows: who serves, in which round, which version, which fields."""

    counter: Counter
    unit: Unit
    round: Round
    version: Version
    fields: tuple[Field, ...]
    """Fields to choose from; empty when the counter serves a single one."""
    owner: Instance | None = None
    """Whose platform it is, where that was read together with the rest."""

    @property
    def field_codes(self) -> tuple[str, ...]:
        """The codes of :attr:`fields`."""
        return tuple(field.code for field in self.fields)

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions beside the items, as asked at this counter."""
        return questions_asked(self.version.definition, several_fields=bool(self.fields))

    def visit(
        self, response_id: str, *, mode: str, now: datetime, ticket: str = "", device: str = ""
    ) -> Visit:
        """What the page that shows this sheet remembers."""
        return Visit(
            response_id,
            self.counter.code,
            self.round.code,
            self.version.fingerprint,
            mode,
            second_of(now),
            ticket,
            device,
        )


@dataclass(frozen=True)
class Acknowledgement:
    """What the citizen is told after the commit."""

    receipt: str
    kept_first: bool
    """True if this id had been stored before with other answers: the first ones are kept."""
    is_new: bool = field(default=True, compare=False)
    """Whether this delivery stored it; a repeated one is otherwise the same acknowledgement."""


def open_counter(database: Database, text: str, *, now: datetime) -> Sheet:
    """Resolve a scanned or typed code: counter, then its open round, then that round's version.

    Raises:
        MistypedCode: if ``text`` cannot be a code.
        CounterUnknown: if no counter has it.
        NoOpenRound: if no round takes answers now, or the counter is retired (:class:`CounterRetired`).
    """
    code = parse_code(text)
    usual = scanning.usual(database, code, now=now)
    if usual is not None:
        return _usual_sheet(*usual)
    with database.reading() as session:
        found = scanning.with_open_round(session, code, now=now)
        if found is None:
            raise CounterUnknown(code)
        if found.counter.retired:
            raise CounterRetired(found.unit, found.counter)
        if found.round is None:
            raise NoOpenRound(found.unit, found.counter, rounds.next_day(session, now=now))
        return _sheet(session, found, found.round, found.round.version)


def open_ticket(database: Database, text: str, *, now: datetime, key: bytes) -> tuple[Sheet, str]:
    """The form that a one-time ticket leads to, and the ticket's keyed hash.

    Raises:
        MistypedTicket: if ``text`` cannot be a ticket.
        TicketUnknown: if there is no such ticket.
        TicketUsed: if a response was stored with it.
        TicketOutOfTime: if its round takes no answers now.
    """
    hash_ = ticket_hash(parse_ticket(text), key=key)
    with database.reading() as session:
        ticket = tickets.find(session, hash_)
        if ticket is None:
            raise TicketUnknown
        if ticket.used:
            raise TicketUsed
        found = scanning.with_round(session, ticket.counter_code, ticket.round_code, now=now)
        # Foreign keys: no ticket outlives its round or its counter.
        assert found is not None  # noqa: S101
        assert found.round is not None  # noqa: S101
        round_ = found.round
        if not round_.is_open(now):
            raise TicketOutOfTime(found.unit, found.counter)
        # The slip says which field it was, even where the counter serves several.
        return _sheet(session, found.for_field(ticket.field_code), round_, round_.version), hash_


def reopen(database: Database, visit: Visit) -> Sheet:
    """The sheet that a page was opened with, even if the round has moved on to another version.

    Raises:
        NotAPage: if the counter, the round or the version does not exist.
    """
    usual = (
        None
        if visit.ticket
        else scanning.usual(database, visit.counter_code, visit.round_code, now=visit.opened)
    )
    if usual is not None and usual[1].version.fingerprint == visit.version_fingerprint:
        return _usual_sheet(*usual)
    with database.reading() as session:
        found = scanning.with_round(session, visit.counter_code, visit.round_code, now=visit.opened)
        if found is None or found.round is None:
            raise NotAPage(str(visit))
        round_ = found.round
        if visit.ticket:
            ticket = tickets.find(session, visit.ticket)
            if ticket is None:
                raise NotAPage(str(visit))
            found = found.for_field(ticket.field_code)
        version: Version | None = round_.version
        if visit.version_fingerprint != round_.version.fingerprint:
            version = versions.with_fingerprint(session, visit.version_fingerprint)
        if version is None:
            raise NotAPage(str(visit))
        return _sheet(session, found, round_, version)


def submit(
    database: Database,
    sheet: Sheet,
    visit: Visit,
    raw: Raw,
    *,
    response_id: str,
    language: str,
    waited: timedelta = timedelta(),
    now: datetime,
    key: bytes,
) -> Acknowledgement:
    """Store what a citizen sent, once, and acknowledge it after the commit.

    Args:
        database: where it is stored.
        sheet: what the page was opened with.
        visit: what the page remembers.
        raw: what was sent per question code.
        response_id: made with the page; the same id again gives the same receipt and stores nothing.
        language: in which the form was read.
        waited: how long it lay on the phone after it was finished.
        now: the server's clock, UTC.
        key: makes the receipt.

    Raises:
        NotAPage: if the id is not one of this visit.
        AnswersFaulty: if answers are missing or unknown; nothing is stored.
        NoOpenRound: if no round took answers when it was finished, and this id is not stored yet.
        DeliveredTooLate: if it waited too long, and this id is not stored yet.
        CounterFull: if the counter took too many in this hour, and this id is not stored yet.
        TicketUsed: if another response was stored with the visit's ticket.
        DeviceWithdrawn: if the visit's device was withdrawn, and this id is not stored yet.
    """
    filled_in = _filled_in(
        sheet,
        visit,
        raw,
        response_id=response_id,
        language=language,
        delivery=Delivery(visit.opened, waited, now),
    )
    done = _at_once(database, sheet, visit, filled_in, key)
    if done is not None:
        return done
    with database.writing() as session:
        kept, is_new = _store_step_by_step(session, sheet, visit, *filled_in)
    response, _delivery = filled_in
    kept_first = kept != response.fingerprint
    return Acknowledgement(receipt_of(response.id, kept, key=key), kept_first=kept_first, is_new=is_new)


def submit_at_once(
    database: Database,
    sheet: Sheet,
    visit: Visit,
    raw: Raw,
    *,
    response_id: str,
    language: str,
    waited: timedelta = timedelta(),
    now: datetime,
    key: bytes,
) -> Acknowledgement | None:
    """The same as :func:`submit` where nothing at all stands in the way; else nothing is stored, and None.

    The sheet may be one that was kept: the statement that stores finds out whether its counter, unit, field or round
    have changed since.

    Raises:
        NotAPage: if the id is not one of this visit.
        AnswersFaulty: if answers are missing or unknown.
    """
    filled_in = _filled_in(
        sheet,
        visit,
        raw,
        response_id=response_id,
        language=language,
        delivery=Delivery(visit.opened, waited, now),
    )
    return _at_once(database, sheet, visit, filled_in, key)


def _filled_in(
    sheet: Sheet, visit: Visit, raw: Raw, *, response_id: str, language: str, delivery: Delivery
) -> tuple[Response, Delivery]:
    """The response that was sent, checked against what its page asked."""
    if not visit.allows(response_id):
        raise NotAPage(response_id)
    answers, problems = check_against(asked_at(sheet.version, sheet.field_codes), raw)
    if problems:
        raise AnswersFaulty(problems)
    field_question = next((question.code for question in sheet.questions if question.kind == "field"), "")
    response = Response(
        id=response_id,
        round_code=sheet.round.code,
        version_fingerprint=sheet.version.fingerprint,
        counter_code=sheet.counter.code,
        unit_code=sheet.unit.code,
        field_code=sheet.counter.field_code or str(answers[field_question]),
        mode=visit.mode,
        language=language,
        answers={code: answer for code, answer in answers.items() if code != field_question},
        received_hour=to_the_hour(delivery.arrived),
        late_hours=delivery.late_hours,
        hurried=delivery.is_hurried(len(answers)),
    )
    return response, delivery


def _at_once(
    database: Database, sheet: Sheet, visit: Visit, filled_in: tuple[Response, Delivery], key: bytes
) -> Acknowledgement | None:
    response, delivery = filled_in
    opened_at = sheet.round.opened_at
    if visit.ticket or visit.device or delivery.is_too_late or not opened_at:
        return None
    if not delivery.counts_in(sheet.round) or not responses.add_if_usual(
        database, response, opened_at=opened_at, now=delivery.arrived, most=MOST_IN_AN_HOUR
    ):
        return None
    return Acknowledgement(receipt_of(response.id, response.fingerprint, key=key), kept_first=False)


def _store_step_by_step(
    session: Session, sheet: Sheet, visit: Visit, response: Response, delivery: Delivery
) -> tuple[str, bool]:
    """The fingerprint of the answers stored under the response's id, and whether they are these, stored now.

    Where something is not as usual, one thing after the other is looked at.
    """
    standing = responses.standing(session, response, most=MOST_IN_AN_HOUR)
    if standing.kept is not None:
        return standing.kept, False
    if delivery.is_too_late:
        raise DeliveredTooLate(response.id)
    round_ = rounds.hold_taking(session, delivery, first=sheet.round.code, unit=sheet.unit.code)
    if round_ is None:
        raise NoOpenRound(sheet.unit, sheet.counter, rounds.next_day(session, now=delivery.arrived))
    if visit.ticket and round_.code != visit.round_code:
        raise TicketOutOfTime(sheet.unit, sheet.counter)
    # A ticket is good for one response: nobody can flood a counter with them.
    if standing.counter_full and not visit.ticket:
        raise CounterFull(sheet.counter, response.received_hour + timedelta(hours=1))
    if responses.add_once(session, replace(response, round_code=round_.code)):
        _spend(session, visit)
        return response.fingerprint, True
    kept = responses.stored_fingerprint(session, response.id)
    assert kept is not None  # noqa: S101  it is there, by whoever was first
    return kept, False


def _spend(session: Session, visit: Visit) -> None:
    """Use up what lets this visit send; what raises here undoes the response too."""
    if visit.ticket and not tickets.use(session, visit.ticket):
        raise TicketUsed
    if visit.device and not devices.is_in_service(session, visit.device):
        raise DeviceWithdrawn


def _usual_sheet(found: scanning.Scanned, round_: Round) -> Sheet:
    return Sheet(found.counter, found.unit, round_, round_.version, found.fields, found.owner)


def _sheet(session: Session, found: scanning.Scanned, round_: Round, version: Version) -> Sheet:
    if found.counter.field_code:
        return Sheet(found.counter, found.unit, round_, version, ())
    # A counter of a unit that is not in the frame still takes answers; they count as uncovered.
    return Sheet(found.counter, found.unit, round_, version, found.fields or places.fields(session))
