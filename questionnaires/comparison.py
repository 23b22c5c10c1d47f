"""Two versions side by side: what became of every item, and which results may therefore be compared.

Trends rest on this and nothing else. What measures the same thing is the same in wording, in the meaning of the
option codes, in who is asked and in how it is scored. One thing may be declared by a person: that a rewording is
editorial, so that the item still asks the same. Nothing else can be declared away.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum

from questionnaires.definition import Definition, Item, Question, Scoring
from questionnaires.word_difference import Stretch, word_difference

Asked = Item | Question


@dataclass(frozen=True)
class EditorialChange:
    """A declaration: these two wordings under this code ask the same.

    It holds for every pair of versions that carry these wordings, in both directions, and from one wording to the
    next.
    """

    code: str
    earlier: str
    later: str


@dataclass(frozen=True)
class Comparison:
    """What two definitions have in common.

    Attributes:
        items: codes of items with the same wording, scale codes, scoring rule and conditions.
        sections: codes of sections made of the very same such items.
        index: whether the whole index is comparable: all items the same, made into an index in the same way.
        editorial: those of ``items`` whose wording changed, declared editorial.
    """

    items: frozenset[str]
    sections: frozenset[str]
    index: bool
    editorial: frozenset[str] = frozenset()


class Change(Enum):
    """What became of an item or a question."""

    UNCHANGED = "unchanged"
    EDITORIAL = "editorial"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


class Aspect(Enum):
    """In what a changed item or question differs."""

    WORDING = "wording"
    OPTIONS = "options"
    AUDIENCE = "audience"
    SCORING = "scoring"
    KIND = "kind"


@dataclass(frozen=True)
class PartChange:
    """One item or question in two versions.

    Attributes:
        code: of both.
        change: the classification.
        earlier: None where it was added.
        later: None where it was removed.
        aspects: in what the two differ, whether or not a rewording was declared editorial.
        words: from the earlier wording to the later one.
        options: option code with the words of its label, from the earlier to the later; only those that differ.
    """

    code: str
    change: Change
    earlier: Asked | None
    later: Asked | None
    aspects: frozenset[Aspect] = frozenset()
    words: tuple[Stretch, ...] = ()
    options: tuple[tuple[int, tuple[Stretch, ...]], ...] = ()

    @property
    def may_be_declared(self) -> bool:
        """Whether somebody may declare the difference editorial: the wording differs and nothing else."""
        return self.aspects == {Aspect.WORDING}

    @property
    def is_item(self) -> bool:
        """Whether it carries a trend."""
        return isinstance(self.later or self.earlier, Item)


def compare(
    earlier: Definition, later: Definition, editorial: Collection[EditorialChange] = ()
) -> Comparison:
    """Compare two versions, item by item.

    The order in which a scale is printed does not matter, nor do translations. Another condition, or another
    question that a condition looks back to, changes who answers and breaks the trend.
    """
    changes = {change.code: change for change in part_changes(earlier, later, editorial)}
    same = frozenset(
        item.code
        for item in later.items
        if changes[item.code].change in {Change.UNCHANGED, Change.EDITORIAL} and changes[item.code].is_item
    )
    reworded = frozenset(code for code in same if changes[code].change is Change.EDITORIAL)
    old_sections = {section.code: {item.code for item in section.items} for section in earlier.sections}
    sections = frozenset(
        section.code
        for section in later.sections
        if old_sections.get(section.code) == {item.code for item in section.items}
        and old_sections[section.code] <= same
        and _pooling(earlier) == _pooling(later)
    )
    index = len(same) == len(earlier.items) == len(later.items) and _weighing(earlier) == _weighing(later)
    return Comparison(same, sections, index, reworded)


def part_changes(
    earlier: Definition, later: Definition, editorial: Collection[EditorialChange] = ()
) -> tuple[PartChange, ...]:
    """Every item and question of the later version in its order, then those that were removed."""
    old = {part.code: part for part, _conditions in earlier.asked()}
    new = {part.code: part for part, _conditions in later.asked()}
    joined = {
        code: new[code].text.vi
        for code in old.keys() & new.keys()
        if _joined(code, old[code].text.vi, new[code].text.vi, editorial)
    }
    before, after = _askings(earlier, joined), _askings(later, {})
    same_rule = _rule(earlier.scoring) == _rule(later.scoring)
    found = []
    for code, part in new.items():
        if code not in old:
            found.append(PartChange(code, Change.ADDED, None, part))
            continue
        aspects = _aspects(before[code], after[code])
        if isinstance(part, Item) and not same_rule:
            aspects |= {Aspect.SCORING}
        words = old[code].text.vi != part.text.vi
        found.append(_kept(earlier, later, old[code], part, aspects, reworded=words))
    found += [PartChange(code, Change.REMOVED, part, None) for code, part in old.items() if code not in new]
    return tuple(found)


def _kept(
    earlier: Definition,
    later: Definition,
    old: Asked,
    new: Asked,
    aspects: frozenset[Aspect],
    *,
    reworded: bool,
) -> PartChange:
    """A part that both versions have; ``aspects`` leave a rewording out that was declared editorial."""
    unlike = Change.EDITORIAL if reworded else Change.UNCHANGED
    return PartChange(
        code=new.code,
        change=Change.CHANGED if aspects else unlike,
        earlier=old,
        later=new,
        aspects=aspects | ({Aspect.WORDING} if reworded else frozenset()),
        words=word_difference(old.text.vi, new.text.vi),
        options=_option_words(earlier, later, old, new),
    )


def _option_words(
    earlier: Definition, later: Definition, old: Asked, new: Asked
) -> tuple[tuple[int, tuple[Stretch, ...]], ...]:
    before = {option.code: option.text.vi for option in earlier.options_of(old)}
    after = {option.code: option.text.vi for option in later.options_of(new)}
    return tuple(
        (code, word_difference(before.get(code, ""), after.get(code, "")))
        for code in sorted(before.keys() | after.keys())
        if before.get(code) != after.get(code)
    )


def _joined(code: str, earlier: str, later: str, editorial: Collection[EditorialChange]) -> bool:
    """Whether declarations lead from one wording to the other."""
    pairs = [{change.earlier, change.later} for change in editorial if change.code == code]
    reached = {earlier}
    while grown := [pair for pair in pairs if pair & reached and not pair <= reached]:
        reached = reached.union(*grown)
    return later in reached


def _rule(scoring: Scoring) -> tuple[str, frozenset[int], int]:
    return scoring.rule, frozenset(scoring.satisfied), scoring.max_points


def _pooling(definition: Definition) -> bool:
    """Whether a section counts all its answers together, or is the mean of its items."""
    return definition.scoring.index == "pooled"


def _weighing(definition: Definition) -> object:
    """How items are made into an index: the pooled answers, or the weight of every item."""
    if _pooling(definition):
        return "pooled"
    parts = definition.scoring.parts
    if not parts:
        return "mean"
    held = {section.code: frozenset(item.code for item in section.items) for section in definition.sections}
    return frozenset(
        (frozenset().union(*(held[code] for code in part.sections)), part.weight) for part in parts
    )


_Audience = frozenset[tuple["_Asking", frozenset[int]]]


@dataclass(frozen=True)
class _Asking:
    """What answers under a code mean: the words, the options by code, and who is asked."""

    kind: str
    words: str
    options: tuple[tuple[int, str], ...]
    audience: _Audience


def _aspects(old: _Asking, new: _Asking) -> frozenset[Aspect]:
    differs = {
        Aspect.KIND: old.kind != new.kind,
        Aspect.WORDING: old.words != new.words,
        Aspect.OPTIONS: old.options != new.options,
        Aspect.AUDIENCE: old.audience != new.audience,
    }
    return frozenset(aspect for aspect, does in differs.items() if does)


def _askings(definition: Definition, words: Mapping[str, str]) -> dict[str, _Asking]:
    """The meaning of every code, with other ``words`` where they are given.

    Who is asked is told by the askings that the conditions look back to, not by their codes: the same condition on
    a question that says something else asks other people.
    """
    askings: dict[str, _Asking] = {}
    for part, conditions in definition.asked():
        audience = frozenset((askings[c.question], frozenset(c.codes)) for c in conditions)
        options = tuple(sorted((option.code, option.text.vi) for option in definition.options_of(part)))
        kind = part.kind if isinstance(part, Question) else "item"
        askings[part.code] = _Asking(kind, words.get(part.code, part.text.vi), options, audience)
    return askings
