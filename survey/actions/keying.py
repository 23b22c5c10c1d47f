"""Officers key paper forms: piles, forms keyed once or twice, a third look, and at last responses of the round."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from questionnaires.version import Version
from survey.actions.rounds import known_round
from survey.actions.storing_loads import RoundTakesNone, takes_entered
from survey.core.account import Account, BeyondPart
from survey.core.keying import FIRST, MOST_FORMS, SECOND, THIRD, Keyed, Pile, Review, read_keys, review
from survey.core.place import Field, Unit, units_within
from survey.core.question_kinds import Asked, Problem
from survey.core.response import PAPER_MODE, Response, asked_at, to_the_hour
from survey.core.round import Round
from survey.core.trail import Deed
from survey.store import piles, places, responses, rounds, trail, versions
from survey.store.database import Database

ID_DIGITS = 32


class PileUnknown(LookupError):
    """No such pile or form in this round."""


class PileDropped(PileUnknown):
    """The pile was begun by mistake and dropped."""


class PileKept(ValueError):
    """Its forms count already, or somebody else has keyed of it: it is not dropped."""


class PileFaulty(ValueError):
    """The pile cannot be begun like this: a number out of bounds, or nobody serves that field there."""


class NotYours(ValueError):
    """Who keyed a form first does not key it a second time."""


class KeyedTwice(ValueError):
    """Two people have keyed the form: what they keyed stands for comparison, and only a third look corrects it."""


class PileClosed(ValueError):
    """Its forms are responses already, or cannot become some yet."""


class KeysFaulty(ValueError):
    """Some keys are no answers; ``problems`` says which and why."""

    def __init__(self, problems: Mapping[str, Problem]) -> None:
        super().__init__(", ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Keying:
    """A pile as it stands.

    Attributes:
        round: into which it goes.
        version: printed on the forms.
        review: how far it is.
        unit: whose forms they are.
        field: in which field.
    """

    round: Round
    version: Version
    review: Review
    unit: Unit
    field: Field

    @property
    def questions(self) -> tuple[Asked, ...]:
        """What is keyed, in the order of the form."""
        return asked_at(self.version, ())


@dataclass(frozen=True)
class PileBoard:
    """The piles of a round in a part of the unit tree, and where new ones can be begun.

    Attributes:
        round: the round.
        piles: the newest first.
        units: that take part.
        fields: all fields.
        takes: whether forms can be keyed now.
    """

    round: Round
    piles: tuple[Keying, ...]
    units: tuple[Unit, ...]
    fields: tuple[Field, ...]
    takes: bool


def pile_board(database: Database, code: str, *, within: str | None, now: datetime) -> PileBoard:
    """The piles of a round in a part of the unit tree.

    Raises:
        RoundUnknown: if there is no such round.
    """
    with database.reading() as session:
        round_ = known_round(session, code, now=now)
        part = units_within(places.units(session), within)
        out = rounds.excluded(session, code)
        units = [u for u in part if u.code not in out and u.is_in_force(round_.starts_on, round_.ends_on)]
        codes = {unit.code for unit in part}
        found = [_keying(session, round_, p) for p in piles.of_round(session, code) if p.unit_code in codes]
        takes = takes_entered(session, round_, now)
        return PileBoard(round_, tuple(found), tuple(units), tuple(places.fields(session)), takes)


def begin_pile(
    database: Database,
    code: str,
    *,
    unit_code: str,
    field_code: str,
    day: date,
    forms: int,
    every: int,
    by: Account,
    now: datetime,
) -> int:
    """Begin a pile; its number, which is written on it.

    Raises:
        PileFaulty: if no counter of the unit serves the field, or there are too few or too many forms.
        BeyondPart: if the unit lies outside of the part of ``by``.
        RoundTakesNone: if the round has not opened, or is settled.
    """
    board = pile_board(database, code, within=by.unit_code, now=now)
    if unit_code not in {unit.code for unit in board.units}:
        raise BeyondPart(unit_code)
    if not board.takes:
        raise RoundTakesNone(code)
    with database.writing() as session:
        serving = [
            c
            for c in places.counters(session)
            if c.unit_code == unit_code and c.field_code in {field_code, None}
        ]
        if not serving or not 1 <= forms <= MOST_FORMS or field_code not in {f.code for f in board.fields}:
            raise PileFaulty(unit_code)
        counter = min(serving, key=lambda c: (c.retired, c.field_code is None))
        pile = Pile(0, unit_code, field_code, counter.code, day, forms, every, by.name)
        number = piles.add(session, code, board.round.version.fingerprint, pile)
        detail = {"pile": number, "unit": unit_code, "field": field_code, "responses": forms}
        trail.record(session, Deed.PILE_BEGUN, code, who=by.name, at=now, detail=detail)
        return number


def keying(database: Database, code: str, number: int, *, within: str | None, now: datetime) -> Keying:
    """A pile as it stands.

    Raises:
        PileUnknown: if there is none.
        BeyondPart: if its unit lies outside of the part.
    """
    with database.reading() as session:
        return _known(session, code, number, within, now)


def require_turn(found: Keying, form: int, turn: int, who: str) -> None:
    """Refuse a form that this person does not key in this turn.

    Raises:
        PileUnknown: if the pile has no such form, or it is not keyed in this turn.
        PileClosed: if the pile is stored.
        KeyedTwice: if both have keyed it, so that nobody makes a difference disappear.
        NotYours: if who keyed it first comes to key it again.
    """
    pile, keyed = found.review.pile, found.review.keyed
    if not 1 <= form <= pile.forms or (turn == SECOND and form not in pile.sample):
        raise PileUnknown(form)
    if pile.is_stored:
        raise PileClosed(pile.number)
    if turn == THIRD and not {(form, FIRST), (form, SECOND)} <= set(keyed):
        raise PileUnknown(form)
    if turn != THIRD and {(form, FIRST), (form, SECOND)} <= set(keyed):
        raise KeyedTwice(form)
    other = keyed.get((form, SECOND if turn == FIRST else FIRST))
    if turn != THIRD and other is not None and other.who == who:
        raise NotYours(form)


def key_form(
    database: Database,
    code: str,
    number: int,
    *,
    form: int,
    turn: int,
    keys: Mapping[str, str],
    by: Account,
    now: datetime,
) -> int | None:
    """Keep what was keyed of a form; the same again changes nothing, other keys correct it.

    Returns:
        The next form to key in this turn, None where there is none.

    Raises:
        KeysFaulty: if some keys are no answers; nothing is kept.
        PileUnknown, PileClosed, KeyedTwice, NotYours: as :func:`require_turn`.
        BeyondPart: if the pile lies outside of the part of ``by``.
    """
    with database.writing() as session:
        piles.with_number(session, code, number, hold=True)
        found = _known(session, code, number, by.unit_code, now)
        require_turn(found, form, turn, by.name)
        answers, problems = read_keys(found.questions, keys)
        if problems:
            raise KeysFaulty(problems)
        piles.keep(session, number, Keyed(form, turn, answers, by.name))
        again = _keying(session, found.round, found.review.pile)
    return None if turn == THIRD else again.review.next_after(form, turn)


def store_pile(database: Database, code: str, number: int, *, by: Account, now: datetime, key: bytes) -> int:
    """Make the forms of a pile responses of the round, all of them, once.

    Returns:
        How many there are.

    Raises:
        PileClosed: if not all is keyed, the sample not twice, something differs, or it was stored before.
        RoundTakesNone: if the round has not opened, or is settled.
        PileUnknown: if there is none.
        BeyondPart: if the pile lies outside of the part of ``by``.
    """
    with database.writing() as session:
        round_ = rounds.hold(session, code, now=now)
        if round_ is None or not takes_entered(session, round_, now):
            raise RoundTakesNone(code)
        piles.with_number(session, code, number, hold=True)
        found = _known(session, code, number, by.unit_code, now)
        if not found.review.is_ready:
            raise PileClosed(number)
        forms = range(1, found.review.pile.forms + 1)
        responses.add_many(session, (_response(found, form, now, key) for form in forms))
        piles.mark_stored(session, number, at=now)
        rate = found.review.error_rate
        detail = {
            "pile": number,
            "responses": len(forms),
            "error_rate": None if rate is None else f"{100 * rate:.2f}%",
        }
        trail.record(session, Deed.PILE_STORED, code, who=by.name, at=now, detail=detail)
        return len(forms)


def drop_pile(database: Database, code: str, number: int, *, by: Account, now: datetime) -> None:
    """Drop a pile that was begun by mistake, with what its beginner has keyed of it.

    Raises:
        PileKept: if it is stored, or holds what somebody else keyed (:meth:`Review.may_be_dropped_by`).
        PileUnknown: if there is none.
        BeyondPart: if the pile lies outside of the part of ``by``.
    """
    with database.writing() as session:
        piles.with_number(session, code, number, hold=True)
        review = _known(session, code, number, by.unit_code, now).review
        if not review.may_be_dropped_by(by.name):
            raise PileKept(number)
        piles.drop(session, number, at=now)
        pile = review.pile
        detail = {
            "pile": number, "unit": pile.unit_code, "field": pile.field_code, "responses": pile.forms,
            "keyed": len(review.keyed),
        }  # fmt: skip
        trail.record(session, Deed.PILE_DROPPED, code, who=by.name, at=now, detail=detail)


def _known(session: Session, code: str, number: int, within: str | None, now: datetime) -> Keying:
    round_ = known_round(session, code, now=now)
    pile = piles.with_number(session, code, number)
    if pile is None:
        raise PileUnknown(number)
    if pile.unit_code not in {unit.code for unit in units_within(places.units(session), within)}:
        raise BeyondPart(code)
    if pile.is_dropped:
        raise PileDropped(number)
    return _keying(session, round_, pile)


def _keying(session: Session, round_: Round, pile: Pile) -> Keying:
    version = versions.with_fingerprint(session, piles.fingerprint_of(session, pile.number))
    # Foreign keys: no pile outlives its version, its unit or its field.
    assert version is not None  # noqa: S101
    unit = next(u for u in places.units(session) if u.code == pile.unit_code)
    field = next(f for f in places.fields(session) if f.code == pile.field_code)
    found = review(pile, piles.entries(session, pile.number), asked_at(version, ()))
    return Keying(round_, version, found, unit, field)


def _response(found: Keying, form: int, now: datetime, key: bytes) -> Response:
    """A form as it is stored; its id is made of the pile and the number on the paper, so it exists once."""
    pile = found.review.pile
    named = f"paper\x1f{found.round.code}\x1f{pile.number}\x1f{form}".encode()
    return Response(
        id=hmac.digest(key, named, "sha256").hex()[:ID_DIGITS],
        round_code=found.round.code,
        version_fingerprint=found.version.fingerprint,
        counter_code=pile.counter_code,
        unit_code=pile.unit_code,
        field_code=pile.field_code,
        mode=PAPER_MODE,
        language="vi",
        answers=found.review.final(form),
        received_hour=to_the_hour(now),
    )
