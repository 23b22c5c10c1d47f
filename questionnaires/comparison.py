"""Which parts of two versions measure the same thing, so that their results may be compared."""

from dataclasses import dataclass

from questionnaires.definition import Definition, Item, Scale, Scoring


@dataclass(frozen=True)
class Comparison:
    """What two definitions have in common.

    Attributes:
        items: codes of items with the same wording, scale codes and scoring rule.
        sections: codes of sections made of the very same such items.
        index: whether the whole index is comparable: all items the same.
    """

    items: frozenset[str]
    sections: frozenset[str]
    index: bool


def compare(earlier: Definition, later: Definition) -> Comparison:
    """Compare two versions, item by item.

    An item is the same when its Vietnamese wording, the meaning of its scale codes and the rule that scores it
    are the same; the order in which a scale is printed does not matter. Everything else breaks the trend.
    """
    same_rule = _rule(earlier.scoring) == _rule(later.scoring)
    old = {item.code: item for item in earlier.items}
    same = frozenset(
        item.code
        for item in later.items
        if same_rule and item.code in old and _same(earlier, old[item.code], later, item)
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


def _same(earlier: Definition, old: Item, later: Definition, new: Item) -> bool:
    same_words = old.text.vi == new.text.vi
    return same_words and _meanings(earlier.scale_of(old)) == _meanings(later.scale_of(new))


def _meanings(scale: Scale) -> dict[int, str]:
    return {option.code: option.text.vi for option in scale.options}
