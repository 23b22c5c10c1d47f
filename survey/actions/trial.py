"""A draft is tried out: citizens' pages with it, checked like real ones, and nothing is ever stored."""

from collections.abc import Mapping
from datetime import date

from questionnaires.draft_preview import previewable
from questionnaires.gate import judge
from questionnaires.version import Version, fingerprint
from survey.actions.answering import AnswersFaulty, Sheet
from survey.core.counter import Counter
from survey.core.draft import State
from survey.core.place import Unit
from survey.core.response import Raw, check_answers
from survey.core.round import Round
from survey.store import drafts, places
from survey.store.database import Database

_SHOWN = {State.EDITING, State.SUBMITTED}
_UNIT = Unit("thu", "Bản thử", "commune")
_COUNTER = Counter("", "thu", None, "không lưu câu trả lời", "")


class TrialOver(LookupError):
    """The draft is published or put away, or there is none."""


class NothingToShow(ValueError):
    """The draft is too unfinished to be shown; ``faults`` says what is missing, by place."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(", ".join(faults))
        self.faults = faults


def trial_sheet(database: Database, id_: int) -> Sheet:
    """The sheet of a draft as a counter that serves every field would show it.

    Raises:
        TrialOver: if the draft is published or put away.
        NothingToShow: if it is too unfinished.
    """
    with database.reading() as session:
        draft = drafts.with_id(session, id_)
        fields = places.fields(session)
    if draft is None or draft.state not in _SHOWN:
        raise TrialOver(str(id_))
    definition = previewable(draft.current.content)
    if definition is None:
        blocking = judge(draft.current.content, ()).blocking
        raise NothingToShow({remark.place: remark.message for remark in blocking})
    version = Version(0, definition, fingerprint(definition))
    round_ = Round("", "", "", date.min, date.min, version, None, None, None, "")
    return Sheet(_COUNTER, _UNIT, round_, version, tuple(fields))


def try_answers(sheet: Sheet, raw: Raw) -> None:
    """Check answers as those of citizens are checked; they go nowhere.

    Raises:
        AnswersFaulty: if answers are missing or unknown.
        ForeignAnswer: if the form carries what the questionnaire does not ask.
    """
    fields = [field.code for field in sheet.fields]
    _answers, problems = check_answers(sheet.version.definition, raw, fields=fields)
    if problems:
        raise AnswersFaulty(problems)
