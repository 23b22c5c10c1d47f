"""A published report: what it was made from, its main figures and files, and its way there through two persons.

A report is published as a numbered issue (bản ban hành). It keeps the fingerprints of everything that it was made from,
part by part as a freeze does (see :mod:`survey.core.freeze`), so that a later check can say what changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from survey.core.freeze import Parts
from survey.core.measure import Measure
from survey.core.result import RoundResult
from survey.core.round import VIETNAM
from survey.core.target import Outcome

Figure = float | str | None
Figures = Mapping[str, Figure]
"""Main figures by name: "index", "index low", "responses", "factor/<code>", "target/<place>", "unit/<code>" …"""

LANGUAGES = ("vi", "en")
DATED = "published_on"
"""The part of what a report is made from that says on which day it was published."""

EXACT = 10
"""Decimals to which figures are kept: far beyond what is printed, short of the noise of another processor."""

SHORTEST_REASON, LONGEST_REASON = 10, 500


class State(Enum):
    """Where a report that was handed in stands; the value is stored."""

    WAITING = "waiting"
    RECALLED = "recalled"
    RETURNED = "returned"
    PUBLISHED = "published"


@dataclass(frozen=True)
class Submission:
    """A report that was handed in for publishing.

    Attributes:
        id: names it.
        text_number: the saved texts that were handed in, 0 where none were ever saved.
        reason: why another issue is needed; empty for the first.
        state: where it stands.
        submitted_by: name of the account.
        submitted_at: UTC.
        note: why it was returned, or "".
    """

    id: int
    text_number: int
    reason: str
    state: State
    submitted_by: str
    submitted_at: datetime
    note: str = ""


@dataclass(frozen=True)
class Difference:
    """A main figure that is not what it was."""

    name: str
    before: Figure
    after: Figure


@dataclass(frozen=True)
class Issue:
    """What an issue says of itself on paper.

    Attributes:
        number: from 1 within the round.
        digest: of what it was made from.
        reason: why it replaces the one before; empty for the first.
        differences: of the main figures from the issue before.
        published_on: the day in Việt Nam on which it was published, which dates it; None for an issue of a program
            that dated reports by the closing of their round.
    """

    number: int
    digest: str
    reason: str = ""
    differences: tuple[Difference, ...] = ()
    published_on: date | None = None


@dataclass(frozen=True)
class PublishedReport:
    """An issue as it was published; it never changes.

    Attributes:
        number: from 1 within the round.
        text_number: the saved texts in it, 0 for none.
        freeze_digest: of the freeze whose responses it counts.
        seal_number: the newest seal that it prints, 0 for none.
        address: where it says that the seals can be read.
        small_cell: groups with fewer responses show no figure.
        digest: SHA-256 over the parts.
        parts: fingerprints of what it was made from.
        figures: its main figures, rounded to :data:`EXACT` decimals.
        program: what made it.
        pdf_vi: SHA-256 of the Vietnamese PDF.
        pdf_en: SHA-256 of the English PDF.
        reason: why it replaces the issue before; empty for the first.
        submitted_by: who handed it in.
        published_by: who published it.
        published_at: UTC.
    """

    number: int
    text_number: int
    freeze_digest: str
    seal_number: int
    address: str
    small_cell: int
    digest: str
    parts: Parts
    figures: Figures
    program: str
    pdf_vi: str
    pdf_en: str
    reason: str
    submitted_by: str
    published_by: str
    published_at: datetime

    @property
    def dated(self) -> date | None:
        """The day of its publication if its file is dated by it, see :class:`Issue`."""
        return self.published_at.astimezone(VIETNAM).date() if DATED in self.parts else None

    def pdf(self, language: str) -> str:
        """SHA-256 of the PDF in "vi" or "en"."""
        return self.pdf_en if language == "en" else self.pdf_vi


def figures_of(result: RoundResult) -> dict[str, Figure]:
    """The main figures of a result that may be shown; None where there is none."""
    index = result.index
    found: dict[str, Figure] = {
        "index": _value(index),
        "index low": _rounded(index.interval.low) if index.interval else None,
        "index high": _rounded(index.interval.high) if index.interval else None,
        "responses": float(index.responses),
        "dossiers": float(index.dossiers),
        "coverage": _rounded(result.weighting.coverage),
    }
    found |= {f"factor/{factor.section.code}": _value(factor.measure) for factor in result.factors}
    for place, target in enumerate(result.targets, start=1):
        outcome = target.verdict.outcome if target.verdict else Outcome.NOT_ENOUGH
        found[f"target/{place}"] = None if target.measure is None else outcome.value
    found |= {f"field/{row.field.code}": _value(row.measure) for row in result.fields}
    found |= {f"unit/{row.unit.code}": _value(row.measure) for row in result.units}
    return found


def differences(before: Figures, after: Figures) -> tuple[Difference, ...]:
    """The figures that are not the same, those of the later one first."""
    names = dict.fromkeys((*after, *before))
    return tuple(
        Difference(name, before.get(name), after.get(name))
        for name in names
        if before.get(name) != after.get(name)
    )


def _value(measure: Measure) -> float | None:
    return _rounded(measure.value) if measure.is_known else None


def _rounded(value: float) -> float | None:
    return None if value != value else round(float(value), EXACT)  # noqa: PLR0124  nan
