"""Labels of units and fields in other people's tables: the same name in other letters, the nearest name."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cached_property

LONGEST_LABEL = 200
OFFICE = re.compile(r"^(?:ubnd|ủy ban nhân dân)\s+(?:(?=xã|phường|đặc khu|thị trấn|huyện|tỉnh|thành))")
SPACES = re.compile(r"\s+")
TOTAL = re.compile(r"^(?:tổng(?:\s+(?:cộng|số|toàn tỉnh|hợp))?|cộng|total|toàn tỉnh|tổng cộng.*)\s*:?$")
OLD_TONES = {
    "oà": "òa", "oá": "óa", "oả": "ỏa", "oã": "õa", "oạ": "ọa",
    "oè": "òe", "oé": "óe", "oẻ": "ỏe", "oẽ": "õe", "oẹ": "ọe",
    "uỳ": "ùy", "uý": "úy", "uỷ": "ủy", "uỹ": "ũy", "uỵ": "ụy",
}  # fmt: skip
"""Both places of a tone mark are in use: “hoà” and “hòa” are one word."""

TONES = re.compile("|".join(OLD_TONES))


def same_label(text: str) -> str:
    """A label as it is compared: case, spaces, place of tone marks and "UBND" before a commune do not matter."""
    tidy = SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip().casefold()
    tidy = TONES.sub(lambda found: OLD_TONES[found[0]], tidy)
    return OFFICE.sub("", tidy)


def is_total(text: str) -> bool:
    """Whether a label heads a row of totals."""
    return TOTAL.match(SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip().casefold()) is not None


def without_marks(text: str) -> str:
    """Without case, tone and other marks."""
    letters = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def is_found(wanted: str, *texts: str) -> bool:
    """Whether every word of a search stands in one of the texts; case and marks do not matter."""
    shown = without_marks(" ".join(texts))
    return all(word in shown for word in without_marks(wanted).split())


class Directory:
    """Codes by the names that tables give them; a name that stands for several has none."""

    def __init__(self, names: Iterable[tuple[str, str]], meanings: Mapping[str, str]) -> None:
        """Take (code, name) pairs, and what labels were said to mean: a code, or "" to leave their rows out."""
        self._names = tuple(names)
        self._codes: dict[str, str] = {}
        several: set[str] = set()
        for code, name in self._names:
            label = same_label(name)
            if self._codes.get(label, code) != code:
                several.add(label)
            self._codes[label] = code
        for label in several:
            del self._codes[label]
        self._codes |= {same_label(code): code for code, _name in self._names}
        known = {code for code, _name in self._names} | {""}
        self._codes |= {label: code for label, code in meanings.items() if code in known}

    def code(self, label: str) -> str | None:
        """The code that a label means, "" where its rows are left out, None where nobody knows."""
        return self._codes.get(same_label(label))

    def nearest(self, label: str) -> tuple[str, str] | None:
        """Code and name of what is spelled nearly like a label."""
        close = get_close_matches(without_marks(same_label(label)), self._plain, n=1, cutoff=0.7)
        return self._plain[close[0]] if close else None

    @cached_property
    def _plain(self) -> Mapping[str, tuple[str, str]]:
        return {without_marks(same_label(name)): (code, name) for code, name in self._names}
