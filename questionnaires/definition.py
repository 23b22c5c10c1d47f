"""What is asked: a questionnaire as an immutable value.

Answers store option *codes*, never positions: one ward prints its scale from 5 down to 1, the ministry's
form from 1 up to 5, and both mean the same by "4".
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from questionnaires.languages import REQUIRED_LANGUAGE

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Mode = Literal["qr", "ticket", "kiosk", "screen", "paper", "imported"]
Kind = Literal["field", "single", "multiple", "number", "text"]

RESERVED_CODES = frozenset({"id", "visit", "lang", "lang_to", "age"})
"""Names that the citizen's page itself needs in its form."""

FIELD_CODE = "field"
"""Only the question for the field (lĩnh vực) may have this code."""

LARGEST_NUMBER = 10**12
"""A trillion đồng: no honest number is larger, and none loses a digit on its way through JSON."""

Number = Annotated[int, Field(ge=-LARGEST_NUMBER, le=LARGEST_NUMBER)]

WHOLE = 100
"""What the weights of the parts of an index add up to."""

LONGEST_TEXTS = 1000
"""Characters in all free texts together: what surely fits into one small request, nine bytes a character."""


class Value(BaseModel):
    """Base of all parts of a definition: frozen, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)


class Text(Value):
    """A phrase in Vietnamese and perhaps in other languages, each under its code.

    English has a field of its own since it is also the language of reports; the others stand beside it.
    """

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[LanguageCode, Phrase]

    vi: Phrase
    en: Phrase | None = None

    def in_language(self, language: str) -> str:
        """The phrase in ``language``; the Vietnamese one where there is no translation, never blank."""
        return self._translation(language) or self.vi

    def language_read(self, language: str) -> str:
        """The language that :meth:`in_language` really gives: ``language`` or Vietnamese."""
        return language if self._translation(language) else REQUIRED_LANGUAGE

    def _translation(self, language: str) -> str | None:
        return self.en if language == "en" else self.__pydantic_extra__.get(language)


class Condition(Value):
    """Something is shown only to those who chose one of certain options of an earlier question.

    Written ``shown_when: {question: a1, is: [1, 2]}``. Who was not shown that question chose none of its options.
    """

    question: Code
    codes: tuple[int, ...] = Field(alias="is", min_length=1)


def _is_unused(value: object) -> bool:
    """A key that came after the first stored definitions is written only where it is used.

    So a definition that does not use it keeps its canonical JSON and its fingerprint.
    """
    return value is None


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
    shown_when: Condition | None = Field(default=None, exclude_if=_is_unused)


class Section(Value):
    """A factor (yếu tố): a heading and its items."""

    code: Code
    title: Text
    items: tuple[Item, ...] = Field(min_length=1)
    shown_when: Condition | None = Field(default=None, exclude_if=_is_unused)


_OWN_KEYS: Mapping[str, frozenset[str]] = {
    "single": frozenset(),
    "multiple": frozenset({"alone"}),
    "number": frozenset({"min", "max", "counted_in"}),
    "text": frozenset(),
    "field": frozenset(),
}
"""For every kind of question the keys that no other kind has."""


class Question(Value):
    """A question about the respondent or the dossier that is not rated.

    Attributes:
        kind: ``field`` (the field of the dossier, its options come from the register of fields), ``single`` (one
            of ``options``), ``multiple`` (any of them), ``number`` (a whole number) or ``text`` (free text).
        max_length: characters of a free text.
        place: before or after the rated items.
        shown_when: who is asked; everybody if None.
        alone: codes of options like "none of these", which cannot be chosen together with another.
        min: the least number that is accepted.
        max: the greatest one.
        counted_in: what the number counts, shown behind it.
    """

    code: Code
    kind: Kind
    text: Text
    options: tuple[Option, ...] = ()
    required: bool = False
    max_length: int = Field(default=500, ge=1, le=LONGEST_TEXTS)
    place: Literal["before", "after"] = "after"
    shown_when: Condition | None = Field(default=None, exclude_if=_is_unused)
    alone: tuple[int, ...] | None = Field(default=None, exclude_if=_is_unused)
    min: Number | None = Field(default=None, exclude_if=_is_unused)
    max: Number | None = Field(default=None, exclude_if=_is_unused)
    counted_in: Text | None = Field(default=None, exclude_if=_is_unused)

    @model_validator(mode="after")
    def options_fit_kind(self) -> Self:
        """A choice needs options; the others must not carry any."""
        if (self.kind in {"single", "multiple"}) != (len(self.options) > 1):
            raise ValueError(
                "câu hỏi chọn một hoặc chọn nhiều cần ít nhất hai phương án; câu hỏi khác không có phương án"
            )
        codes = [option.code for option in self.options]
        if len(set(codes)) != len(codes):
            raise ValueError("hai phương án trùng mã")
        if missing := set(self.alone or ()) - set(codes):
            raise ValueError(f"mục alone có mã {sorted(missing)} không phải phương án của câu này")
        return self

    @model_validator(mode="after")
    def keys_fit_kind(self) -> Self:
        """Each kind has its own keys, and bounds leave something between them."""
        for key in sorted(frozenset().union(*_OWN_KEYS.values()) - _OWN_KEYS[self.kind]):
            if getattr(self, key) is not None:
                raise ValueError(f"câu hỏi loại {self.kind} không có mục {key}; hãy xoá mục này")
        if self.kind == "field" and self.shown_when:
            raise ValueError("câu hỏi lĩnh vực luôn được hỏi; hãy xoá shown_when")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"số nhỏ nhất (min) {self.min} lớn hơn số lớn nhất (max) {self.max}")
        return self


class Part(Value):
    """A part of a weighted index: the mean of its items' shares counts ``weight`` hundredths of the whole."""

    code: Code
    title: Text
    sections: tuple[Code, ...] = Field(min_length=1)
    weight: int = Field(ge=1, le=100)


Further = Literal["mean_score", "all_satisfied"]
"""Figures beside the index: mean of all scores given, share of respondents who are satisfied with everything."""


class Scoring(Value):
    """The named rule by which answers become an index.

    Attributes:
        rule: what an answer is worth: ``top_codes`` (1 where its code is in ``satisfied``, else 0) or ``points``
            (its code divided by ``max_points``).
        satisfied: codes that count as satisfied.
        max_points: the most points of an answer.
        index: how answers become the index: ``mean`` of the items' shares (the rule where nothing is written),
            ``pooled`` (the worth of all valid answers divided by their number) or ``parts`` (weighted means).
        parts: of a weighted index; their weights add up to 100 and they hold every section once.
        also: figures that are reported beside the index.
        provenance: where the rule comes from.
    """

    rule: Literal["top_codes", "points"]
    satisfied: tuple[int, ...] = ()
    max_points: int = Field(default=0, ge=0)
    index: Literal["mean", "pooled", "parts"] | None = Field(default=None, exclude_if=_is_unused)
    parts: tuple[Part, ...] | None = Field(default=None, exclude_if=_is_unused)
    also: tuple[Further, ...] | None = Field(default=None, exclude_if=_is_unused)
    provenance: Text

    @model_validator(mode="after")
    def rule_has_its_numbers(self) -> Self:
        """Each rule needs its own parameter and no other."""
        if (self.rule == "top_codes") != bool(self.satisfied) or (self.rule == "points") != bool(
            self.max_points
        ):
            raise ValueError("quy tắc top_codes cần satisfied; quy tắc points cần max_points")
        if (self.index == "parts") != bool(self.parts):
            raise ValueError("chỉ số theo phần (index: parts) cần danh sách parts; cách tính khác thì không")
        if "all_satisfied" in (self.also or ()) and self.rule != "top_codes":
            raise ValueError("all_satisfied cần biết mức nào là hài lòng; hãy dùng quy tắc top_codes")
        return self

    @model_validator(mode="after")
    def parts_make_a_whole(self) -> Self:
        """The weights add up, and no part and no section stands twice."""
        parts = self.parts or ()
        if parts and sum(part.weight for part in parts) != WHOLE:
            raise ValueError(f"trọng số các phần phải cộng lại bằng {WHOLE}")
        codes, sections = [part.code for part in parts], [code for part in parts for code in part.sections]
        if len(set(codes)) != len(codes) or len(set(sections)) != len(sections):
            raise ValueError("mỗi phần có mã riêng, và mỗi yếu tố chỉ thuộc một phần")
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

    def asked(self) -> Iterator[tuple[Item | Question, tuple[Condition, ...]]]:
        """Every question and item as the page orders them, each with the conditions that must all be met."""
        yield from self._questions_asked("before")
        for section in self.sections:
            for item in section.items:
                yield item, _given(section.shown_when, item.shown_when)
        yield from self._questions_asked("after")

    def _questions_asked(self, place: str) -> Iterator[tuple[Question, tuple[Condition, ...]]]:
        for question in self.questions:
            if question.place == place:
                yield question, _given(question.shown_when)

    def options_of(self, part: Item | Question) -> tuple[Option, ...]:
        """The options that are stored as numbers; none for a field, a number or a text."""
        return self.scale_of(part).options if isinstance(part, Item) else part.options

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
    def parts_hold_every_section(self) -> Self:
        """A weighted index leaves no section out and names none that does not exist."""
        named = {code for part in self.scoring.parts or () for code in part.sections}
        if self.scoring.parts and named != {section.code for section in self.sections}:
            raise ValueError("các phần (parts) phải gồm đúng mọi yếu tố (sections) của phiếu")
        return self

    @model_validator(mode="after")
    def conditions_look_back(self) -> Self:
        """Every condition names options of a question that stands before what it governs."""
        before: dict[str, set[int]] = {}
        for part, conditions in self.asked():
            for condition in conditions:
                if missing := set(condition.codes) - before.get(condition.question, set()):
                    raise ValueError(
                        f"điều kiện của “{part.code}” cần một câu đứng trước có phương án {sorted(missing)}; "
                        f"câu “{condition.question}” không phải câu như thế"
                    )
            before[part.code] = {option.code for option in self.options_of(part)}
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


def _given(*conditions: Condition | None) -> tuple[Condition, ...]:
    return tuple(condition for condition in conditions if condition is not None)
