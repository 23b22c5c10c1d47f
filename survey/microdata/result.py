"""What came out: frozen values, as the files and the summary show them."""

from dataclasses import dataclass
from enum import Enum

from survey.core.target import Outcome
from survey.microdata.reading import Origin
from survey.microdata.specification import Specification, Target
from survey.microdata.weighing import Weighed
from survey.statistics.weight_quality import WeightQuality


class Silence(Enum):
    """Why there is no estimate, or none with an interval."""

    NO_VALID_ANSWERS = "NoValidAnswers"
    NO_DEGREES_OF_FREEDOM = "NoDegreesOfFreedom"
    NO_STANDARD_ERROR = "NoStandardError"

    def sentence(self, language: str) -> str:
        """What is missing, and what can be done."""
        return _SENTENCES[self][language]


_SENTENCES = {
    Silence.NO_VALID_ANSWERS: {
        "vi": "Không có ước lượng: có tiêu chí không có câu trả lời hợp lệ nào mang trọng số trong nhóm; hãy gộp nhóm.",
        "en": "No estimate: an item has no valid answer with a weight in this group; merge groups.",
    },
    Silence.NO_DEGREES_OF_FREEDOM: {
        "vi": "Không có khoảng tin cậy: số đơn vị mẫu không nhiều hơn số tầng; hãy gộp nhóm hoặc gộp tầng.",
        "en": "No interval: there are no more sampled units than strata; merge groups or strata.",
    },
    Silence.NO_STANDARD_ERROR: {
        "vi": "Không có sai số chuẩn: mọi tầng chỉ có một đơn vị mẫu; hãy gộp tầng (lonely: merge).",
        "en": "No standard error: every stratum has a single sampled unit; merge strata (lonely: merge).",
    },
}


@dataclass(frozen=True)
class Figure:
    """One measure in one group; proportions 0 to 1, nan where undefined.

    Attributes:
        measure: code.
        low, high, method: of the interval; None without one.
        design_effect: against a simple random sample of the group's rows.
        design_effect_of_mean: of items, against one of the valid answers.
        effective_answers: rows of the group / design effect.
        silence: why something is missing; None if nothing is.
    """

    measure: str
    estimate: float
    standard_error: float
    degrees_of_freedom: int
    low: float | None
    high: float | None
    method: str | None
    design_effect: float
    design_effect_of_mean: float
    valid_answers: int
    effective_answers: float
    silence: Silence | None


@dataclass(frozen=True)
class GroupFigures:
    """All measures of one group.

    Attributes:
        by, labels: the columns and their labels; both empty for everybody.
        weight: sum of the final weights.
        effective_size: Kish's number of equally weighted rows.
        census: everybody was asked.
    """

    by: tuple[str, ...]
    labels: tuple[str, ...]
    respondents: int
    weight: float
    effective_size: float
    census: bool
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Judged:
    """A target, what was measured for it, and the verdict; None where nothing was measured."""

    target: Target
    figure: Figure
    outcome: Outcome | None
    point_meets: bool | None


@dataclass(frozen=True, eq=False)
class Estimated:
    """Everything that an estimate says.

    Attributes:
        origins: the specification first, then the data, then other files.
        groups: everybody first.
        unweighted: the index without weights, to show what weighting changes.
    """

    specification: Specification
    origins: tuple[Origin, ...]
    outside: int
    weighed: Weighed
    quality: WeightQuality
    groups: tuple[GroupFigures, ...]
    judged: tuple[Judged, ...]
    unweighted: float

    @property
    def overall(self) -> GroupFigures:
        """Everybody."""
        return self.groups[0]

    @property
    def index(self) -> Figure:
        """The index of everybody."""
        return self.overall.figures[-1]
