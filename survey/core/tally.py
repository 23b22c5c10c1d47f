"""Tallies: how many chose each option of an item, counted from paper or printed in somebody's table.

A tally says nothing of single respondents, so no weight and no covariance can be had from it: tallies are a source of
their own beside a round's responses, and never enter its estimate.
"""

from dataclasses import dataclass, field
from enum import Enum

from survey.core.frame import FIELD, MOST_FAULTS, UNIT

ITEM, FACTOR, SCALE = "item", "factor", "scale"
FORMS, VALID, BLANK = "forms", "valid", "blank"
GOOD, OTHER, PERCENT = "good", "other", "percent"
GOOD_COUNT, GOOD_PERCENT = "good_count", "good_percent"

ROLES = (
    UNIT, FIELD, FACTOR, ITEM, SCALE, GOOD, OTHER, PERCENT, FORMS, VALID, BLANK, GOOD_COUNT, GOOD_PERCENT
)  # fmt: skip
SEVERAL = frozenset({GOOD, OTHER, PERCENT})
"""What several columns may hold; a percentage belongs to the option in the same place among the options."""

LONGEST_WORDS = 300


class TallyFault(Enum):
    """What can be wrong with a table of tallies, a row or a cell."""

    NO_ITEM_COLUMN = "no item column"
    NO_OPTION_COLUMNS = "no option columns"
    NOTHING_SATISFIED = "nothing satisfied"
    PERCENT_COLUMNS = "percent columns"
    ROLE_TWICE = "role twice"
    NO_ROWS = "no rows"
    NO_ITEM = "no item"
    LONG = "long"
    UNIT_UNKNOWN = "unit unknown"
    UNIT_BEYOND = "unit beyond"
    FIELD_UNKNOWN = "field unknown"
    EMPTY = "empty"
    NO_NUMBER = "no number"
    NEGATIVE = "negative"
    DECIMAL = "decimal"
    TOO_LARGE = "too large"
    FORMULA = "formula"
    MERGED = "merged"
    NO_ANSWERS = "no answers"
    DUPLICATE = "duplicate"
    VALID_UNEQUAL = "valid unequal"
    OVER_FORMS = "over forms"
    BLANK_UNEQUAL = "blank unequal"
    GOOD_UNEQUAL = "good unequal"
    PERCENT_IMPOSSIBLE = "percent impossible"
    PERCENT_OFF = "percent off"
    PERCENT_OF_FORMS = "percent of forms"
    PERCENT_SUM = "percent sum"
    GOOD_PERCENT_OFF = "good percent off"
    TOTAL_UNEQUAL = "total unequal"
    MEAN_OFF = "mean off"
    CUT = "cut"
    BLANKS = "blanks"
    OWN_SCALE = "own scale"
    FORMS_UNKNOWN = "forms unknown"


NOTICES = frozenset({TallyFault.CUT, TallyFault.BLANKS, TallyFault.OWN_SCALE, TallyFault.FORMS_UNKNOWN})
"""What is said of a row without refusing it: the counts themselves stand."""


@dataclass(frozen=True)
class Finding:
    """What is wrong or worth knowing, where.

    Attributes:
        row: counted from 1 as a spreadsheet does; 0 where the whole table is meant.
        column: counted from 0; None where the whole row is meant.
        fault: what.
        about: what the cell holds, or the row that a duplicate repeats.
        expected: what it should hold.
    """

    row: int
    column: int | None
    fault: TallyFault
    about: str = ""
    expected: str = ""

    @property
    def is_notice(self) -> bool:
        """Whether the row is good all the same."""
        return self.fault in NOTICES


@dataclass(frozen=True)
class Option:
    """One option of an item.

    Attributes:
        label: as the table calls it.
        satisfied: whether who chose it was satisfied.
        count: how many chose it.
    """

    label: str
    satisfied: bool
    count: int


@dataclass(frozen=True)
class Tally:
    """How an item was answered.

    Attributes:
        row: of the table it came from, counted from 1.
        unit_code: where; "" for all that the table is about.
        field_code: of which field; "" for all.
        factor: the heading that it stands under, "" without one.
        item: its words.
        scale: the words of its own scale, where that is not one of satisfaction; "" where it is.
        options: in the order of the table.
        forms: forms that came back; None where nobody said.
    """

    row: int
    unit_code: str
    field_code: str
    factor: str
    item: str
    scale: str
    options: tuple[Option, ...]
    forms: int | None = None

    @property
    def valid(self) -> int:
        """How many answered: the denominator of every share."""
        return sum(option.count for option in self.options)

    @property
    def satisfied(self) -> int:
        """How many chose an option that counts as satisfied."""
        return sum(option.count for option in self.options if option.satisfied)

    @property
    def share(self) -> float | None:
        """Of those who answered, the part that was satisfied, 0 to 1; None on a scale of another kind."""
        return None if self.scale or not self.valid else self.satisfied / self.valid


@dataclass
class TallyReading:
    """What a table of tallies says.

    Attributes:
        sound: the rows that can be kept.
        refused: rows that cannot.
        totals: rows of totals and means, which are checked and never kept.
        findings: everything that is wrong or worth knowing, up to a limit, in the order of the rows.
        more: how many findings were not kept.
        is_whole: whether nothing was refused anywhere, not even a total.
    """

    sound: list[Tally] = field(default_factory=list)
    refused: int = 0
    totals: int = 0
    findings: list[Finding] = field(default_factory=list)
    more: int = 0
    is_whole: bool = True

    @property
    def faults(self) -> list[Finding]:
        """What is wrong."""
        return [finding for finding in self.findings if not finding.is_notice]

    @property
    def notices(self) -> list[Finding]:
        """What is worth knowing."""
        return [finding for finding in self.findings if finding.is_notice]

    @property
    def average(self) -> float | None:
        """The plain mean of the items' satisfied shares, 0 to 1; items on other scales do not count."""
        return mean_share(self.sound)

    def say(self, finding: Finding) -> None:
        """Keep a finding."""
        self.is_whole = self.is_whole and finding.is_notice
        if len(self.findings) < MOST_FAULTS:
            self.findings.append(finding)
        else:
            self.more += 1


def mean_share(tallies: list[Tally]) -> float | None:
    """The plain mean of satisfied shares, 0 to 1; None where no item has one."""
    shares = [share for tally in tallies if (share := tally.share) is not None]
    return sum(shares) / len(shares) if shares else None
