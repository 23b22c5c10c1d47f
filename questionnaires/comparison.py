"""Which parts of two versions measure the same thing, so that their results may be compared."""

from dataclasses import dataclass

from questionnaires.definition import Definition, Scoring


@dataclass(frozen=True)
class Comparison:
    """What two definitions have in common.

    Attributes:
        items: codes of items with the same wording, scale codes, scoring rule and conditions.
        sections: codes of sections made of the very same such items.
        index: whether the whole index is comparable: all items the same.
    """

    items: frozenset[str]
    sections: frozenset[str]
    index: bool


def compare(earlier: Definition, later: Definition) -> Comparison:
    """Compare two versions, item by item.

    An item is the same when its Vietnamese wording, the meaning of its scale codes, the rule that scores it and
    the conditions under which it is shown are the same; the order in which a scale is printed does not matter, nor
    do translations. Everything else breaks the trend: another condition, or another question that a condition looks
    back to, changes who answers.
    """
    old_askings, askings = _askings(earlier), _askings(later)
    same_rule = _rule(earlier.scoring) == _rule(later.scoring)
    old = {item.code for item in earlier.items}
    same = frozenset(
        item.code
        for item in later.items
        if same_rule and item.code in old and old_askings[item.code] == askings[item.code]
    )
    old_sections = {section.code: {item.code for item in section.items} for section in earlier.sections}
    sections = frozenset(
        section.code
        for section in later.sections
        if old_sections.get(section.code) == {item.code for item in section.items}
        and old_sections[section.code] <= same
    )
    index = len(same) == len(earlier.items) == len(later.items)
    return Comparison(same, sections, index)


def _rule(scoring: Scoring) -> tuple[str, frozenset[int], int]:
    return scoring.rule, frozenset(scoring.satisfied), scoring.max_points


_Audience = frozenset[tuple["_Asking", frozenset[int]]]
_Asking = tuple[str, tuple[tuple[int, str], ...], _Audience]


def _askings(definition: Definition) -> dict[str, _Asking]:
    """For every code what its answers mean: the words, the options by code, and who is asked.

    Who is asked is told by the askings that the conditions look back to, not by their codes: the same condition on
    a question that says something else asks other people.
    """
    askings: dict[str, _Asking] = {}
    for part, conditions in definition.asked():
        audience = frozenset((askings[c.question], frozenset(c.codes)) for c in conditions)
        options = sorted((option.code, option.text.vi) for option in definition.options_of(part))
        askings[part.code] = part.text.vi, tuple(options), audience
    return askings
