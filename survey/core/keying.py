"""Paper forms keyed by officers: piles of one unit, field and day, some forms keyed twice and compared."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from survey.core.question_kinds import NOT_APPLICABLE, Answer, Answers, Asked, Problem
from survey.core.response import check_against

FIRST, SECOND, THIRD = 1, 2, 3
"""Who keys a form: somebody, another person without seeing what the first keyed, and whoever looks a third time."""

MOST_FORMS = 500
SAMPLED_EVERY = (10, 5, 1, 0)
"""Every how many forms one is keyed twice; 0 for none."""

NOT_APPLICABLE_KEY = "0"


@dataclass(frozen=True)
class Pile:
    """A pile of paper forms.

    Attributes:
        number: from 1; 0 before it is stored.
        unit_code: where they were filled in.
        field_code: in which field.
        counter_code: at which counter.
        day: on which day.
        forms: how many there are; the running number is written on each, from 1.
        every: every how many one is keyed twice; 0 for none.
        who: began it.
        is_stored: whether its forms were made responses.
        is_dropped: whether it was begun by mistake and is none any more.
    """

    number: int
    unit_code: str
    field_code: str
    counter_code: str
    day: date
    forms: int
    every: int
    who: str
    is_stored: bool = False
    is_dropped: bool = False

    @property
    def sample(self) -> tuple[int, ...]:
        """The forms that are keyed twice: every so many, at least the last one."""
        if not self.every:
            return ()
        return tuple(range(self.every, self.forms + 1, self.every)) or (self.forms,)


@dataclass(frozen=True)
class Keyed:
    """What one person keyed of one form; ``turn`` is :data:`FIRST`, :data:`SECOND` or :data:`THIRD`."""

    form: int
    turn: int
    answers: Answers
    who: str


@dataclass(frozen=True)
class Difference:
    """A question of a form that two people keyed differently."""

    form: int
    code: str
    first: Answer
    second: Answer


@dataclass(frozen=True)
class Review:
    """How far a pile is, and what keying twice has found.

    Attributes:
        pile: the pile.
        keyed: by form and turn.
        differences: between first and second, of forms that nobody has looked at a third time.
        resolved: differences of those that somebody has.
        compared: questions of forms keyed twice.
    """

    pile: Pile
    keyed: Mapping[tuple[int, int], Keyed]
    differences: tuple[Difference, ...] = ()
    resolved: tuple[Difference, ...] = ()
    compared: int = 0
    missing: tuple[int, ...] = field(default=())
    unsampled: tuple[int, ...] = field(default=())

    @property
    def done(self) -> int:
        """Forms keyed at least once."""
        return self.pile.forms - len(self.missing)

    @property
    def error_rate(self) -> float | None:
        """Questions keyed differently, per question keyed twice; 0 to 1, None before anything was compared."""
        found = len(self.differences) + len(self.resolved)
        return found / self.compared if self.compared else None

    @property
    def is_ready(self) -> bool:
        """Whether all is keyed, the sample twice, and nothing differs any more."""
        return not (self.missing or self.unsampled or self.differences or self.pile.is_stored)

    def may_be_dropped_by(self, who: str) -> bool:
        """Whether somebody may say that the pile was begun by mistake.

        What counts never disappears, and nobody makes another person's work disappear: a pile is dropped while it is
        not stored, by anybody while nothing is keyed, else by who began it and has keyed all that is keyed.
        """
        keyed_by = {keyed.who for keyed in self.keyed.values()}
        return not self.pile.is_stored and (not keyed_by or keyed_by == {who} == {self.pile.who})

    def final(self, form: int) -> Answers:
        """What counts of a form: the third look where there was one, else the first keying."""
        last = self.keyed.get((form, THIRD)) or self.keyed[form, FIRST]
        return last.answers

    def next_after(self, form: int, turn: int) -> int | None:
        """The next form that nobody has keyed in this turn, from ``form`` on and then from the beginning."""
        open_ = self.missing if turn == FIRST else self.unsampled
        return next((n for n in open_ if n > form), next(iter(open_), None))


def review(pile: Pile, entries: Iterable[Keyed], questions: Sequence[Asked]) -> Review:
    """Compare what was keyed twice."""
    keyed = {(entry.form, entry.turn): entry for entry in entries}
    twice = [n for n in range(1, pile.forms + 1) if (n, FIRST) in keyed and (n, SECOND) in keyed]
    found = [d for n in twice for d in _differences(keyed[n, FIRST], keyed[n, SECOND], questions)]
    return Review(
        pile,
        keyed,
        tuple(d for d in found if (d.form, THIRD) not in keyed),
        tuple(d for d in found if (d.form, THIRD) in keyed),
        len(twice) * len(questions),
        tuple(n for n in range(1, pile.forms + 1) if (n, FIRST) not in keyed),
        tuple(n for n in pile.sample if (n, SECOND) not in keyed),
    )


def read_keys(questions: Sequence[Asked], keys: Mapping[str, str]) -> tuple[Answers, Mapping[str, Problem]]:
    """What was keyed as answers, or what is wrong with it; on paper any question may be left blank."""
    raw = {q.code: _texts(q, keys.get(q.code, "")) for q in questions}
    answers, problems = check_against(questions, raw)
    return answers, {code: p for code, p in problems.items() if p is not Problem.REQUIRED}


def keys_of(question: Asked, answer: Answer) -> str:
    """How an answer is keyed; "" where there is none."""
    if answer is None:
        return ""
    if answer == NOT_APPLICABLE and question.choices:
        return NOT_APPLICABLE_KEY
    return " ".join(map(str, answer)) if isinstance(answer, tuple) else str(answer)


def digits_of(question: Asked) -> int:
    """After how many digits a choice is complete; 0 where it ends with Enter."""
    if question.kind == "multiple" or not question.choices:
        return 0
    lengths = {len(text) for text in question.choices if text != NOT_APPLICABLE}
    return lengths.pop() if len(lengths) == 1 else 0


def _texts(question: Asked, keyed: str) -> list[str]:
    text = keyed.strip()
    if question.kind == "multiple":
        return text.replace(",", " ").split()
    if text == NOT_APPLICABLE_KEY and NOT_APPLICABLE in question.choices and text not in question.choices:
        return [NOT_APPLICABLE]
    return [text]


def _differences(first: Keyed, second: Keyed, questions: Sequence[Asked]) -> list[Difference]:
    return [
        Difference(first.form, q.code, first.answers.get(q.code), second.answers.get(q.code))
        for q in questions
        if first.answers.get(q.code) != second.answers.get(q.code)
    ]
