"""What officers write themselves into a round's report: chapters, number and date, legal bases, signature."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from enum import Enum

CHAPTERS = ("assessment", "shortcomings", "proposals")
"""General assessment; shortcomings and their causes; proposals: in the order in which they are printed."""

LONGEST_CHAPTER, LONGEST_LIST, LONGEST_LINE = 20_000, 4_000, 200
"""Characters of a chapter, of a list with one entry a line, and of a single line."""

LONGEST_PARAGRAPH, MOST_PARAGRAPHS, MOST_FIGURES = 3_000, 100, 200
"""Characters of a paragraph, paragraphs of a part, figures in a paragraph.

Every figure is kept on one line by the typesetter, which gives up beyond some 480 of them in one paragraph.
"""


@dataclass(frozen=True)
class ReportTexts:
    """The parts of a report that people write; an empty one is left to the standard text.

    Attributes:
        assessment_vi: paragraphs, one a line; a line that begins with "-" is an entry of a list; may hold live fields.
        assessment_en: the same for the English edition, and so on for the other chapters.
        number: of the document, digits only.
        signed_on: date of the document as ISO text.
        legal_bases: one a line, instead of those of the questionnaire.
        recipients: one a line.
        authority: "TM. …", "KT. …" above the signer's title.
        title: of the signer.
        signer: name of the signer.
    """

    assessment_vi: str = ""
    shortcomings_vi: str = ""
    proposals_vi: str = ""
    assessment_en: str = ""
    shortcomings_en: str = ""
    proposals_en: str = ""
    number: str = ""
    signed_on: str = ""
    legal_bases: str = ""
    recipients: str = ""
    authority: str = ""
    title: str = ""
    signer: str = ""

    def chapter(self, name: str, language: str) -> str:
        """The text of one of :data:`CHAPTERS` in "vi" or "en"."""
        return str(getattr(self, f"{name}_{language}"))

    @property
    def date(self) -> date | None:
        """The date of the document, or None where nobody set one."""
        return date.fromisoformat(self.signed_on) if self.signed_on else None

    @property
    def values(self) -> dict[str, str]:
        """Every part by its name."""
        return asdict(self)


NOTHING_WRITTEN = ReportTexts()

NAMES = tuple(field.name for field in fields(ReportTexts))
CHAPTER_PARTS = tuple(f"{name}_{language}" for language in ("vi", "en") for name in CHAPTERS)
"""The parts that may hold live fields."""


def texts_from(values: Mapping[str, object]) -> ReportTexts:
    """Texts from values by name; what is missing is empty, what is unknown is left out."""
    return ReportTexts(**{name: str(values[name]) for name in NAMES if name in values})


class Excess(Enum):
    """What a part has too much of to be typeset."""

    LONG_PARAGRAPH = "long paragraph"
    PARAGRAPHS = "paragraphs"
    FIGURES = "figures"


def excess(text: str) -> Excess | None:
    """What a text has too much of, or None."""
    found = lines(text)
    if len(found) > MOST_PARAGRAPHS:
        return Excess.PARAGRAPHS
    if any(len(line) > LONGEST_PARAGRAPH for line in found):
        return Excess.LONG_PARAGRAPH
    if any(sum(line.count(mark) for mark in "{%–") > MOST_FIGURES for line in found):
        return Excess.FIGURES
    return None


def lines(text: str) -> tuple[str, ...]:
    """The lines of a text that hold anything."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


@dataclass(frozen=True)
class SavedTexts:
    """One saved state of a report's texts; none is ever changed or removed.

    Attributes:
        number: from 1 within the round; 0 where nothing was ever saved.
        texts: what was saved.
        who: name of the account.
        saved_at: UTC.
    """

    number: int
    texts: ReportTexts
    who: str
    saved_at: datetime | None


NOTHING_SAVED = SavedTexts(0, NOTHING_WRITTEN, "", None)
