"""Which parts of two versions measure the same thing, so that their results may be compared."""

from dataclasses import dataclass

from questionnaires.definition import Definition, Item, Scale


@dataclass(frozen=True)
class Comparison:
    """What two definitions have in common.

    Attributes:
        items: codes of items with the same wording and the same scale codes.
        sections: codes of sections made of the very same such items.
        index: whether the whole index is comparable: all items the same, scored by the same rule.
    """

    items: frozenset[str]
    sections: frozenset[str]
    index: bool


def compare(earlier: Definition, later: Definition) -> Comparison:
    """Compare two versions, item by item.

    An item is the same when its Vietnamese wording and the meaning of its scale codes are the same; the order
    in which a scale is printed does not matter. Everything else breaks the trend.
    """
    old = {item.code: item for item in earlier.items}
    same = frozenset(
        item.code for item in later.items if item.code in old and _same(earlier, old[item.code], later, item)
    )
    old_sections = {section.code: {item.code for item in section.items} for section in earlier.sections}
    sections = frozenset(
        section.code
        for section in later.sections
        if old_sections.get(section.code) == {item.code for item in section.items}
        and old_sections[section.code] <= same
    )
    index = len(same) == len(earlier.items) == len(later.items) and earlier.scoring == later.scoring
    return Comparison(same, sections, index)


def _same(earlier: Definition, old: Item, later: Definition, new: Item) -> bool:
    same_words = old.text.vi == new.text.vi
    return same_words and _meanings(earlier.scale_of(old)) == _meanings(later.scale_of(new))


def _meanings(scale: Scale) -> dict[int, str]:
    return {option.code: option.text.vi for option in scale.options}
