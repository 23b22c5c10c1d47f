"""Freeze closed rounds once nothing can arrive any more, and check later that nothing changed."""

from dataclasses import dataclass
from datetime import datetime

from survey.actions.rounds import known_round
from survey.core.freeze import Difference, Freeze, differences, digest_of
from survey.core.round import Round, State
from survey.core.trail import Deed
from survey.store import freezing, rounds, tickets, trail
from survey.store.database import Database


@dataclass(frozen=True)
class Verified:
    """A check of a frozen round.

    Attributes:
        round: as it is now.
        frozen: what was kept, or None if the round was never frozen.
        found: the digest of the inputs as they are now.
        differences: what is not as it was frozen.
        is_sound: whether what was kept fits its own digest; not so if somebody rewrote one of the two.
        was_reopened: whether the round was opened again since, so that differences are expected.
    """

    round: Round
    frozen: Freeze | None
    found: str
    differences: tuple[Difference, ...]
    is_sound: bool
    was_reopened: bool

    @property
    def holds(self) -> bool:
        """Whether the round is as it was frozen."""
        return self.frozen is not None and self.is_sound and not self.differences


def frozen(database: Database, code: str, *, now: datetime) -> Freeze | None:
    """The freeze of a round as it is closed now, made at this first touch if it is due; None before that.

    Raises:
        RoundUnknown: if there is no such round.
    """
    with database.reading() as session:
        round_ = known_round(session, code, now=now)
        kept = freezing.of_closing(session, round_)
        if kept is not None or round_.state(now) is not State.SETTLED:
            return kept
        # Nothing can arrive any more, so what is read here is what will be kept; writers are not held up meanwhile.
        parts, number = freezing.inputs(session, round_)
    assert round_.closed_at is not None  # noqa: S101  it settled
    return _keep(database, round_, Freeze(now, round_.closed_at, number, digest_of(parts), parts))


def tick(database: Database, *, now: datetime) -> list[tuple[Round, Freeze]]:
    """Freeze every round that is due; gives those frozen now."""
    with database.reading() as session:
        due = [
            round_
            for round_ in rounds.all_rounds(session, now=now)
            if round_.state(now) is State.SETTLED and freezing.of_closing(session, round_) is None
        ]
    return [(round_, kept) for round_ in due if (kept := frozen(database, round_.code, now=now))]


def verify(database: Database, code: str, *, now: datetime) -> Verified:
    """Read a round's inputs again and say what is not as it was frozen.

    Raises:
        RoundUnknown: if there is no such round.
    """
    with database.reading() as session:
        round_ = known_round(session, code, now=now)
        kept = freezing.newest(session, code)
        parts, _number = freezing.inputs(session, round_)
    return Verified(
        round_,
        kept,
        digest_of(parts),
        differences(kept.parts, parts) if kept else (),
        kept is not None and freezing.is_sound(kept),
        kept is not None and kept.closed_at != round_.closed_at,
    )


def _keep(database: Database, read: Round, made: Freeze) -> Freeze | None:
    """Keep a freeze, unless somebody was faster or the round was opened again meanwhile."""
    with database.writing() as session:
        round_ = rounds.hold(session, read.code, now=made.frozen_at)
        if round_ != read:
            return None
        kept = freezing.of_closing(session, round_)
        if kept is not None:
            return kept
        freezing.add(session, round_.code, made)
        tickets.forget_order(session, round_.code)
        detail = {"digest": made.digest, "responses": made.responses}
        who = trail.COMMAND_LINE
        trail.record(session, Deed.ROUND_FROZEN, round_.code, who=who, at=made.frozen_at, detail=detail)
        return made
