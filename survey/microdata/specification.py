"""What a specification may say: frozen values, each rule within a part kept by that part.

A label is a cell's text: numbers in the YAML text become the text a table holds for them, so that ``4`` and
``"4"`` mean the same code.
"""

from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from questionnaires.definition import Phrase, Value
from survey.core.target import Comparator, Indicator
from survey.microdata.columns import number

INDEX = "index"
POOLED = "pooled"
ALL_ITEMS = frozenset({INDEX, POOLED})
"""Measures that every study has: the mean of the items' shares, and all satisfied over all valid answers."""

JOINT = "|"
"""Stands between the labels of several columns where a key must be one text."""


def label_of(value: object) -> object:
    """The text that a table holds for a YAML value; what is no label is left for pydantic to refuse."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return str(int(value)) if float(value).is_integer() else repr(value)


def code_of(text: str) -> str:
    """A code as one text however it was written: ``4``, ``4.0`` and ``04`` are the same answer."""
    value = number(text)
    return str(int(value)) if value.is_integer() else text


Label = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), BeforeValidator(label_of)]
Code = Annotated[Label, AfterValidator(code_of)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Names = tuple[Name, ...]
Count = Annotated[float, Field(ge=0, allow_inf_nan=False)]


def require(condition: object, sentence: str) -> None:
    """Raise what pydantic reports at the part that breaks the rule."""
    if not condition:
        raise ValueError(sentence)


class Format(Value):
    """How a table's file is to be read; its first row holds the names of the columns.

    Attributes:
        sheet: of a workbook; absent means the first.
        encoding: of a text file.
        delimiter: of a text file; ``auto`` looks at the names of the columns.
        decimal: the decimal mark of numbers written as text.
        missing: texts that stand for an empty cell.
    """

    sheet: Name | None = None
    encoding: Literal["utf-8", "utf-16", "windows-1258"] = "utf-8"
    delimiter: Literal["auto", ",", ";", "tab"] = "auto"
    decimal: Literal[".", ","] = "."
    missing: tuple[Label, ...] = ("NA",)


class Data(Format):
    """The answers: a file beside the specification, ``.csv``, ``.tsv``, ``.txt`` or ``.xlsx``."""

    file: Name


class Scale(Value):
    """Which codes count, and what they are worth.

    Attributes:
        valid: codes that count; with ``satisfied``.
        satisfied: those worth 1, the other valid ones 0.
        scores: in the place of both: what each code is worth, 0 to 1.
        not_counted: codes that are allowed and count neither above nor below ("don't know").
    """

    valid: tuple[Code, ...] = ()
    satisfied: tuple[Code, ...] = ()
    scores: dict[Code, Annotated[float, Field(ge=0, le=1)]] = Field(default={})
    not_counted: tuple[Code, ...] = ()

    @model_validator(mode="after")
    def says_what_counts(self) -> Self:
        """One of the two ways, without contradiction."""
        require(
            bool(self.scores) != bool(self.valid or self.satisfied),
            "cần hoặc valid cùng satisfied, hoặc scores; không dùng cả hai",
        )
        require(self.scores or self.satisfied, "thiếu satisfied: những mã được tính là hài lòng")
        require(set(self.satisfied) <= set(self.valid or self.scores), "mã hài lòng phải nằm trong valid")
        require(not set(self.not_counted) & set(self.worth), "một mã không thể vừa được tính vừa không")
        return self

    @property
    def worth(self) -> dict[str, float]:
        """The score of every code that counts, 0 to 1."""
        return self.scores or {code: float(code in self.satisfied) for code in self.valid}


class Item(Value):
    """One rated statement: its column, by default named like its code, and its scale."""

    code: Name
    column: Name | None = None
    scale: Name | None = None
    text: Phrase | None = None

    @property
    def source(self) -> str:
        """The column that holds the answers."""
        return self.column or self.code


class Factor(Value):
    """Items whose shares are averaged."""

    code: Name
    items: Names = Field(min_length=1)
    title: Phrase | None = None


class Rows(Format):
    """A small table: in a file, or written into the specification as ``rows``.

    Attributes:
        size: the column that holds the numbers.
    """

    file: Name | None = None
    rows: tuple[dict[Name, Label], ...] = ()
    size: Name = "dossiers"


class Frame(Rows):
    """How many dossiers every stratum has.

    Attributes:
        fpc: whether the finite population correction is made.
        outside: what to do with responses in strata that the frame does not hold, or holds with 0 dossiers.
        overfull: what to do with a stratum of more responses than dossiers; ``keep`` leaves its weight and
            makes no correction there.
        empty: what to do with strata of dossiers but no response; ``collapse`` gives their dossiers to the
            stratum with the most responses among those that agree in ``collapse_within``.
    """

    fpc: bool = True
    outside: Literal["refuse", "drop"] = "refuse"
    overfull: Literal["refuse", "keep"] = "refuse"
    empty: Literal["uncovered", "refuse", "collapse"] = "uncovered"
    collapse_within: Names = ()

    @model_validator(mode="after")
    def has_one_source(self) -> Self:
        """A file or rows; groups to collapse within only where something is collapsed."""
        require(bool(self.file) != bool(self.rows), "cần hoặc file, hoặc rows; không dùng cả hai")
        require(
            not self.collapse_within or self.empty == "collapse",
            "collapse_within chỉ đi cùng empty: collapse",
        )
        return self


class Design(Value):
    """How the rows came about, and where their weights come from.

    Attributes:
        strata: columns that make up the strata; none means one stratum.
        clusters: one column per stage of drawing; none means that every row is its own.
        nested: labels of clusters repeat across strata and mean different clusters.
        frame: dossiers by stratum; weights are dossiers / responses unless ``weights`` names a column.
        weights: column of design weights.
        populations: per stage, the column that holds the number of units there are in the row's stratum (at
            later stages: in its cluster); weights are their product N/n unless ``weights`` names a column.
        equal_weights: every row weighs 1.
        lonely: what to do about a stratum with a single unit drawn out of several.
    """

    strata: Names = ()
    clusters: Names = ()
    nested: bool = False
    frame: Frame | None = None
    weights: Name | None = None
    populations: Names = ()
    equal_weights: bool = False
    lonely: Literal["refuse", "adjust", "average", "remove", "merge"] = "refuse"

    @model_validator(mode="after")
    def weights_come_from_somewhere(self) -> Self:
        """At least one source of weights, and no two that contradict each other."""
        sources = [self.frame, self.weights, self.populations, self.equal_weights]
        require(any(sources), "thiếu nguồn trọng số: frame, weights, populations hoặc equal_weights: true")
        require(not (self.equal_weights and any(sources[:3])), "equal_weights không đi cùng nguồn khác")
        require(not (self.frame and self.populations), "dùng frame hoặc populations, không dùng cả hai")
        require(
            len(self.populations) <= max(len(self.clusters), 1),
            "populations có nhiều giai đoạn hơn clusters; mỗi giai đoạn một cột",
        )
        within = self.frame.collapse_within if self.frame else ()
        require(set(within) <= set(self.strata), "collapse_within chỉ nhận những cột có trong strata")
        return self


class Margin(Rows):
    """Known totals of the cells of one or several columns.

    Attributes:
        by: the columns.
        totals: total by label; labels of several columns are joined by ``|``.
    """

    by: Names = Field(min_length=1)
    totals: dict[Label, Count] = Field(default={})

    @model_validator(mode="after")
    def has_one_source(self) -> Self:
        """Totals, a file or rows."""
        given = [bool(self.totals), bool(self.file), bool(self.rows)]
        require(sum(given) == 1, "cần đúng một trong ba: totals, file hoặc rows")
        wrong = [key for key in self.totals if key.count(JOINT) != len(self.by) - 1]
        require(not wrong, f"nhãn trong totals phải gồm {len(self.by)} phần cách nhau bằng dấu |")
        return self


class Poststratify(Value):
    """Weights of every cell are brought to its total; ``partial`` leaves cells without rows out."""

    margin: Margin
    partial: bool = False


class Rake(Value):
    """Weights are brought to every margin in turn until all are met."""

    margins: tuple[Margin, ...] = Field(min_length=2)


class Calibrate(Value):
    """Weights as near to the given ones as ``distance`` says that meet all totals.

    Attributes:
        margins: totals of levels.
        numbers: totals of numeric columns.
        total: of the weights.
        bounds: smallest and largest final / design weight.
    """

    distance: Literal["linear", "raking", "logit"] = "linear"
    margins: tuple[Margin, ...] = ()
    numbers: dict[Name, float] = Field(default={})
    total: Count | None = None
    low: float | None = None
    high: float | None = None

    @model_validator(mode="after")
    def asks_for_something(self) -> Self:
        """At least one total."""
        require(self.margins or self.numbers or self.total is not None, "cần margins, numbers hoặc total")
        return self


class Trim(Value):
    """Weights are clamped; what is cut off is shared among the others."""

    lower: Count | None = None
    upper: Count | None = None
    strict: bool = False

    @model_validator(mode="after")
    def has_a_limit(self) -> Self:
        """At least one limit, in order."""
        low, high = self.lower, self.upper
        require(low is not None or high is not None, "cần lower hoặc upper")
        require(low is None or high is None or low < high, "lower phải nhỏ hơn upper")
        return self


Step = Poststratify | Rake | Calibrate | Trim


class Adjustment(Value):
    """One step done to the weights."""

    poststratify: Poststratify | None = None
    rake: Rake | None = None
    calibrate: Calibrate | None = None
    trim: Trim | None = None

    @model_validator(mode="after")
    def is_one_step(self) -> Self:
        """Steps stand in order, so each is its own part of the list."""
        given = [self.poststratify, self.rake, self.calibrate, self.trim]
        require(
            sum(step is not None for step in given) == 1,
            "mỗi bước gồm đúng một trong: poststratify, rake, calibrate, trim",
        )
        return self

    @property
    def asked(self) -> tuple[str, Step]:
        """What the step is called, and what it asks for."""
        steps: dict[str, Step | None] = {
            "poststratify": self.poststratify,
            "rake": self.rake,
            "calibrate": self.calibrate,
            "trim": self.trim,
        }
        return next((name, step) for name, step in steps.items() if step is not None)

    @property
    def margins(self) -> tuple[Margin, ...]:
        """The margins of the step, in order."""
        _, asked = self.asked
        if isinstance(asked, Poststratify):
            return (asked.margin,)
        return () if isinstance(asked, Trim) else asked.margins


class Grouping(Value):
    """Estimates for every combination of the labels of some columns."""

    by: Names = Field(min_length=1)


class Interval(Value):
    """Which interval, and how sure; ``report`` is the rule of the project's reports."""

    method: Literal["report", "t", "wilson", "logit", "arcsine", "beta"] = "report"
    level: float = Field(default=0.95, gt=0, lt=1)


class Target(Value):
    """What a measure should reach, in percent; overall, or in the group that ``group`` names."""

    indicator: Indicator
    sentence: Phrase | None = None
    measure: Name = INDEX
    group: dict[Name, Label] = Field(default={})
    comparator: Comparator
    value: Decimal = Field(ge=0, le=100)


class Specification(Value):
    """Everything that turns a table of answers into estimates."""

    name: Indicator
    title: Phrase | None = None
    data: Data
    scales: dict[Name, Scale] = Field(min_length=1)
    items: tuple[Item, ...] = Field(min_length=1)
    factors: tuple[Factor, ...] = ()
    design: Design
    adjust: tuple[Adjustment, ...] = ()
    groups: tuple[Grouping, ...] = ()
    targets: tuple[Target, ...] = ()
    interval: Interval = Interval()

    def scale_of(self, item: Item) -> Scale:
        """The scale of an item; the only one where it names none."""
        return self.scales[item.scale] if item.scale else next(iter(self.scales.values()))

    @property
    def measures(self) -> tuple[str, ...]:
        """Codes of all measures in the order of the tables: items, factors, pooled, index."""
        return (*(item.code for item in self.items), *(factor.code for factor in self.factors), POOLED, INDEX)

    @property
    def groupings(self) -> tuple[Names, ...]:
        """The columns of every table: overall, the groups asked for, and those that targets name."""
        asked = [(), *(group.by for group in self.groups), *(tuple(target.group) for target in self.targets)]
        return tuple(dict.fromkeys(asked))

    @property
    def labels(self) -> Names:
        """Columns of the data that are read as labels, each once."""
        margins = [margin for step in self.adjust for margin in step.margins]
        used = [self.design.strata, self.design.clusters, *self.groupings, *(margin.by for margin in margins)]
        return tuple(dict.fromkeys(name for names in used for name in names))

    @property
    def numbers(self) -> Names:
        """Columns of the data that are read as numbers, each once."""
        weight = (self.design.weights,) if self.design.weights else ()
        calibrated = [tuple(step.calibrate.numbers) for step in self.adjust if step.calibrate]
        used = [weight, self.design.populations, *calibrated]
        return tuple(dict.fromkeys(name for names in used for name in names))
