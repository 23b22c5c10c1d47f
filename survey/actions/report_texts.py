"""Officers write their parts of a report: saved state by state, with nobody's words lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from questionnaires.draft_values import Value, merged
from reports.live_fields import LiveField, present, unknown
from reports.suggested import suggestions
from survey.actions.figures import Shown
from survey.actions.report import edition_of
from survey.actions.rounds import RoundUnknown, known_round
from survey.core.published_report import LANGUAGES, Submission
from survey.core.report_texts import CHAPTER_PARTS, Excess, SavedTexts, excess, texts_from
from survey.core.round import Round
from survey.core.trail import Deed
from survey.store import published_reports, report_texts, rounds, trail
from survey.store.database import Database
from survey.wording import translator


class FieldsUnknown(ValueError):
    """A text names live fields that do not exist.

    Attributes:
        by_part: their names by the part of the report in which they stand.
    """

    def __init__(self, by_part: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__(", ".join(name for names in by_part.values() for name in names))
        self.by_part = by_part


class TextsExcessive(ValueError):
    """A text has too much of something to be typeset.

    Attributes:
        by_part: of what, by the part of the report.
    """

    def __init__(self, by_part: Mapping[str, Excess]) -> None:
        super().__init__(", ".join(by_part))
        self.by_part = by_part


class TextsChanged(ValueError):
    """Somebody else changed the same parts meanwhile; nothing was saved.

    Attributes:
        standing: what is saved now.
        mine: what was sent, with what only the other person changed.
        parts: the parts that both changed.
    """

    def __init__(self, standing: SavedTexts, mine: Mapping[str, str], parts: list[str]) -> None:
        super().__init__(str(standing.number))
        self.standing, self.mine, self.parts = standing, mine, parts


class TextsShut(ValueError):
    """The report waits for approval; ``submission`` is how it was handed in."""

    def __init__(self, submission: Submission) -> None:
        super().__init__(str(submission.id))
        self.submission = submission


@dataclass(frozen=True)
class Desk:
    """A report's texts on the desk.

    Attributes:
        round: whose report it is.
        saved: what stands.
        live: every live field with its present value.
        waiting: how the report was handed in, while it waits for approval.
        suggested: wording that is offered, by the part of the report.
    """

    round: Round
    saved: SavedTexts
    live: tuple[LiveField, ...]
    waiting: Submission | None
    suggested: Mapping[str, str]


def desk(
    database: Database,
    code: str,
    language: str,
    *,
    small_cell: int,
    now: datetime,
    shown: Shown | None = None,
) -> Desk:
    """What an officer has before them; ``shown`` are the round's figures where they are at hand.

    Raises:
        RoundUnknown: if there is no such round.
    """
    edition = edition_of(
        database,
        code,
        "en" if language == "en" else "vi",
        public_url="",
        small_cell=small_cell,
        now=now,
        shown=shown,
    )
    with database.reading() as session:
        saved = report_texts.newest(session, code)
        waiting = published_reports.waiting(session, code)
    suggested = suggestions(edition, {each: translator(each) for each in LANGUAGES})
    return Desk(edition.result.round, saved, present(edition), waiting, suggested)


def round_of(database: Database, code: str, *, now: datetime) -> Round:
    """The round whose report is written.

    Raises:
        RoundUnknown: if there is none.
    """
    with database.reading() as session:
        return known_round(session, code, now=now)


def history(database: Database, code: str, *, now: datetime) -> tuple[Round, list[SavedTexts]]:
    """A round with every saved state of its report's texts, the newest first.

    Raises:
        RoundUnknown: if there is no such round.
    """
    with database.reading() as session:
        return known_round(session, code, now=now), report_texts.history(session, code)


def save(
    database: Database, code: str, values: Mapping[str, str], *, base: int, who: str, now: datetime
) -> SavedTexts:
    """Save what was written; what others changed in other parts since state ``base`` is kept beside it.

    Texts that change nothing are not saved again.

    Raises:
        RoundUnknown: if there is no such round.
        FieldsUnknown: if a chapter names a live field that does not exist.
        TextsExcessive: if a text could not be typeset.
        TextsShut: if the report waits for approval.
        TextsChanged: if somebody changed the same parts meanwhile.
    """
    if large := {part: much for part, text in values.items() if (much := excess(text))}:
        raise TextsExcessive(large)
    strange = {part: unknown(values.get(part, "")) for part in CHAPTER_PARTS}
    if any(strange.values()):
        raise FieldsUnknown({part: names for part, names in strange.items() if names})
    with database.writing() as session:
        standing = open_texts(session, code, now=now)
        seen = report_texts.with_number(session, code, base) or standing
        theirs = standing.texts.values
        mine: dict[str, Value] = {part: values.get(part, text) for part, text in theirs.items()}
        together, both = merged(dict(seen.texts.values), dict(theirs), mine)
        if both:
            raise TextsChanged(standing, {part: str(text) for part, text in together.items()}, both)
        texts = texts_from(together)
        if texts == standing.texts:
            return standing
        saved = report_texts.add(session, code, texts, who=who, at=now)
        trail.record(session, Deed.REPORT_TEXT_SAVED, code, who=who, at=now, detail={"state": saved.number})
        return saved


def open_texts(session: Session, code: str, *, now: datetime) -> SavedTexts:
    """What stands, of a round that nobody else can change until the transaction ends.

    Raises:
        RoundUnknown: if there is no such round.
        TextsShut: if the report waits for approval.
    """
    if rounds.hold(session, code, now=now) is None:
        raise RoundUnknown(code)
    if waiting := published_reports.waiting(session, code):
        raise TextsShut(waiting)
    return report_texts.newest(session, code)


def restore(database: Database, code: str, number: int, *, who: str, now: datetime) -> bool:
    """Save an earlier state again, as the newest; False if there is no such state or it stands already.

    Raises:
        RoundUnknown: if there is no such round.
        TextsShut: if the report waits for approval.
    """
    with database.writing() as session:
        standing = open_texts(session, code, now=now)
        wanted = report_texts.with_number(session, code, number)
        if not number or wanted is None or wanted.texts == standing.texts:
            return False
        saved = report_texts.add(session, code, wanted.texts, who=who, at=now)
        trail.record(session, Deed.REPORT_TEXT_SAVED, code, who=who, at=now, detail={"state": saved.number})
        return True
