"""What became of a sentence, word by word."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Stretch:
    """Neighbouring words with the same fate: ``kept`` in both sentences, ``removed`` or ``added``."""

    fate: Literal["kept", "removed", "added"]
    text: str


def word_difference(earlier: str, later: str) -> tuple[Stretch, ...]:
    """Stretches of words that lead from one sentence to the other.

    All but the added stretches joined give ``earlier``; all but the removed ones give ``later``. A word is a run of
    letters and digits, a single punctuation mark, or a run of spaces.
    """
    old, new = _WORDS.findall(earlier), _WORDS.findall(later)
    found: list[Stretch] = []
    for same, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if same == "equal":
            found.append(Stretch("kept", "".join(old[start:end])))
        else:
            found += _exchanged(old[start:end], new[new_start:new_end])
    return tuple(found)


def _exchanged(old: Sequence[str], new: Sequence[str]) -> list[Stretch]:
    removed, added = Stretch("removed", "".join(old)), Stretch("added", "".join(new))
    return [stretch for stretch in (removed, added) if stretch.text]
