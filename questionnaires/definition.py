"""What is asked: a questionnaire as an immutable value.

Answers store option *codes*, never positions: one ward prints its scale from 5 down to 1, the ministry's
form from 1 up to 5, and both mean the same by "4".
"""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Mode = Literal["qr", "ticket", "kiosk", "paper", "imported"]

REQUIRED_LANGUAGE = "vi"
RESERVED_CODES = frozenset({"id", "visit", "lang", "lang_to", "age"})
"""Names that the citizen's page itself needs in its form."""

FIELD_CODE = "field"
"""Only the question for the field (lĩnh vực) may have this code."""

LONGEST_TEXTS = 1000
"""Characters in all free texts together: what surely fits into one small request, nine bytes a character."""


class Value(BaseModel):
    """Base of all parts of a definition: frozen, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Value):
    """A phrase in Vietnamese and perhaps in other languages."""

    vi: Phrase
    en: Phrase | None = None

    def in_language(self, language: str) -> str:
        """The phrase in ``language``; the Vietnamese one where there is no translation, never blank."""
        return self.en if language == "en" and self.en else self.vi


class Option(Value):
    """One answer that can be chosen; ``code`` is what is stored."""

    code: int = Field(ge=0, le=100)
    text: Text


class Scale(Value):
    """An answer scale shared by items; options stand in the order in which they are shown."""

    options: tuple[Option, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def codes_are_unique(self) -> Self:
        """Two options with one code could not be told apart in the answers."""
        codes = [option.code for option in self.options]
        if len(set(codes)) != len(codes):
            raise ValueError("hai phương án trùng mã")
        return self

    @property
    def codes(self) -> frozenset[int]:
        """The codes of the options."""
        return frozenset(option.code for option in self.options)


class Item(Value):
    """A statement rated on a scale (tiêu chí)."""

    code: Code
    text: Text
    scale: Code
    required: bool = True
    allow_not_applicable: bool = False


class Section(Value):
    """A factor (yếu tố): a heading and its items."""

    code: Code
    title: Text
    items: tuple[Item, ...] = Field(min_length=1)


class Question(Value):
    """A question about the respondent or the dossier that is not rated.

    ``kind`` is ``field`` (the field of the dossier, its options come from the register of fields),
    ``single`` (one of ``options``) or ``text`` (free text of at most ``max_length`` characters).
    """

    code: Code
    kind: Literal["field", "single", "text"]
    text: Text
    options: tuple[Option, ...] = ()
    required: bool = False
    max_length: int = Field(default=500, ge=1, le=LONGEST_TEXTS)
    place: Literal["before", "after"] = "after"

    @model_validator(mode="after")
    def options_fit_kind(self) -> Self:
        """A choice needs options; the others must not carry any."""
        if (self.kind == "single") != (len(self.options) > 1):
            raise ValueError("câu hỏi chọn một cần ít nhất hai phương án; câu hỏi khác không có phương án")
        codes = [option.code for option in self.options]
        if len(set(codes)) != len(codes):
            raise ValueError("hai phương án trùng mã")
        return self


class Scoring(Value):
    """The named rule by which answers become an index.

    ``rule`` is ``top_codes`` (share of answers whose code is in ``satisfied``; the index is the mean of the
    items' shares) or ``points`` (mean of the codes divided by ``max_points``).
    """

    rule: Literal["top_codes", "points"]
    satisfied: tuple[int, ...] = ()
    max_points: int = Field(default=0, ge=0)
    provenance: Text

    @model_validator(mode="after")
    def rule_has_its_numbers(self) -> Self:
        """Each rule needs its own parameter and no other."""
        if (self.rule == "top_codes") != bool(self.satisfied) or (self.rule == "points") != bool(
            self.max_points
        ):
            raise ValueError("quy tắc top_codes cần satisfied; quy tắc points cần max_points")
        return self


class Definition(Value):
    """A whole questionnaire (phiếu) as designed; publishing turns it into a numbered version."""

    code: Code
    title: Text
    introduction: Text
    thanks: Text
    legal_basis: tuple[Phrase, ...] = ()
    population: Text
    source_note: Phrase
    languages: tuple[LanguageCode, ...] = ("vi",)
    modes: tuple[Mode, ...] = ("qr",)
    scales: dict[Code, Scale]
    sections: tuple[Section, ...] = Field(min_length=1)
    questions: tuple[Question, ...] = ()
    scoring: Scoring

    @property
    def items(self) -> tuple[Item, ...]:
        """All items in the order in which they are asked."""
        return tuple(item for section in self.sections for item in section.items)

    def scale_of(self, item: Item) -> Scale:
        """The scale of an item of this definition."""
        return self.scales[item.scale]

    def codes(self) -> Iterator[str]:
        """Every answerable code, questions and items, in definition order."""
        yield from (question.code for question in self.questions)
        yield from (item.code for item in self.items)

    @model_validator(mode="after")
    def codes_can_be_told_apart(self) -> Self:
        """No code stands twice or is one that the page needs itself."""
        codes = list(self.codes())
        fields = {question.code for question in self.questions if question.kind == "field"}
        for code in codes:
            if codes.count(code) > 1:
                raise ValueError(f"mã “{code}” dùng hai lần")
            if code in RESERVED_CODES or (code == FIELD_CODE and code not in fields):
                raise ValueError(f"mã “{code}” dành riêng cho hệ thống; hãy đặt mã khác")
        if len(fields) > 1:
            raise ValueError("phiếu chỉ được có một câu hỏi lĩnh vực (kind: field)")
        return self

    @model_validator(mode="after")
    def items_can_be_scored(self) -> Self:
        """Every item's scale exists and fits the scoring rule."""
        for item in self.items:
            if item.scale not in self.scales:
                raise ValueError(f"tiêu chí “{item.code}” dùng thang đo “{item.scale}” chưa khai báo")
            if self.scoring.rule == "points" and max(self.scale_of(item).codes) > self.scoring.max_points:
                raise ValueError(f"thang đo “{item.scale}” có mã lớn hơn điểm tối đa (max_points)")
            if missing := set(self.scoring.satisfied) - self.scale_of(item).codes:
                raise ValueError(f"mã hài lòng {sorted(missing)} không có trong thang đo “{item.scale}”")
        return self

    @model_validator(mode="after")
    def citizens_can_answer(self) -> Self:
        """Vietnamese is offered, and all free texts together fit into one request."""
        if sum(question.max_length for question in self.questions if question.kind == "text") > LONGEST_TEXTS:
            raise ValueError(
                f"các câu trả lời viết cộng lại không được quá {LONGEST_TEXTS} ký tự (max_length)"
            )
        if REQUIRED_LANGUAGE not in self.languages:
            raise ValueError("phiếu phải có tiếng Việt (vi)")
        return self
