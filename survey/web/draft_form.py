"""The controls of the editor's pages, made from a draft's values, and the values that a page sends back."""

from dataclasses import dataclass
from typing import get_args

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from questionnaires.definition import Mode, Scoring
from questionnaires.draft_texts import Content
from questionnaires.draft_values import OPTION, Page, Value, Values, governors, values_of
from questionnaires.drafting import Kind, part, parts
from questionnaires.gate import Remark, Verdict
from questionnaires.languages import OWN_NAMES, REQUIRED_LANGUAGE, own_name
from survey.web.draft_words import mode_names, rule_names, value_names

LINES = {"title", "satisfied", "max_points", "max_length", "min", "max", "counted_in"}
FROM_A_LIST = {"scale", "place", "rule", "when_question"}
TYPED = {"shown_when/question": "when_question", "shown_when/is": "when_codes", "shown_when": "when_question"}


@dataclass(frozen=True)
class Control:
    """One control of a page.

    Attributes:
        name: of the value.
        kind: ``line``, ``area``, ``tick``, ``choice`` (one of a list), ``ticks`` (several) or ``option``.
        label: its words.
        value: what stands.
        choices: value and words of what can be chosen.
        hint: a sentence of help, or "".
        faults: what the gate says of it.
    """

    name: str
    kind: str
    label: str
    value: Value
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    faults: tuple[str, ...] = ()

    @property
    def described_by(self) -> str:
        """The ids of what is said about it."""
        said = {"hint": self.hint, "error": self.faults}
        return " ".join(f"v-{self.name}-{name}" for name, words in said.items() if words)

    @property
    def number(self) -> str:
        """The option's number."""
        return self.name.removeprefix(OPTION)


def controls(content: Content, page: Page, code: str, verdict: Verdict) -> list[Control]:
    """The controls of a page in their order; a list with nothing to choose from is left out."""
    faults = _faults(verdict, page, code)
    made = []
    for name, value in values_of(content, page, code).items():
        choices = _choices(content, page, code, name)
        if not choices and (
            name in {"unfinished", "when_codes", "alone"} or (name == "when_question" and not value)
        ):
            continue
        if name == "editorial" and not value and not _is_asked_why(verdict, page, code):
            continue
        made.append(
            Control(name, _kind(name, value), _label(name), value, choices, _hint(name), faults.get(name, ()))
        )
    return made


def sent(content: Content, page: Page, code: str, form: MultiDict[str, str]) -> Values:
    """The values in a form that a page sent; what the page did not show stays as it is."""
    values: Values = {}
    for name, value in values_of(content, page, code).items():
        if isinstance(value, bool):
            values[name] = name in form
        elif isinstance(value, list):
            values[name] = form.getlist(name)
        else:
            values[name] = form.get(name, value)
    if page == "details":
        wanted = {REQUIRED_LANGUAGE, *form.getlist("languages")}
        values["languages"] = [language for language in OWN_NAMES if language in wanted]
    if (
        "when_question" in values
        and values["when_question"] != values_of(content, page, code)["when_question"]
    ):
        values["when_codes"] = []
    return values


def part_remarks(found: tuple[Remark, ...], page: str, code: str) -> list[Remark]:
    """What the gate says of a part, without its translations: they have a page of their own."""
    return [
        remark for remark in found if remark.part == (page, code) and remark.place and not remark.language
    ]


def _faults(verdict: Verdict, page: str, code: str) -> dict[str, tuple[str, ...]]:
    """Blocking remarks by the value that they are about; "" holds those about the whole part."""
    by_value: dict[str, tuple[str, ...]] = {}
    for remark in part_remarks(verdict.blocking, page, code):
        name = _value_named(remark.place, page, code)
        by_value[name] = (*by_value.get(name, ()), remark.message)
    return by_value


def _value_named(place: str, page: str, code: str) -> str:
    rest = place.removeprefix(f"{page}/{code}" if code else page if page == "scoring" else "").strip("/")
    first = rest.split("/")[0]
    if first.isdigit():
        return f"{OPTION}{first}"
    for prefix, name in TYPED.items():
        if rest.startswith(prefix):
            return name
    return first


def _is_asked_why(verdict: Verdict, page: str, code: str) -> bool:
    """Whether the gate asks why a changed wording means the same."""
    return any(remark.place == f"{page}/{code}" for remark in verdict.blocking)


def _kind(name: str, value: Value) -> str:
    if name.startswith(OPTION):
        return "option"
    if isinstance(value, bool):
        return "tick"
    if isinstance(value, list):
        return "ticks"
    if name in FROM_A_LIST:
        return "choice"
    return "line" if name in LINES else "area"


def _label(name: str) -> str:
    if name.startswith(OPTION):
        return str(_("Phương án mã %(number)s", number=name.removeprefix(OPTION)))
    return value_names()[name]


def _choices(content: Content, page: Page, code: str, name: str) -> tuple[tuple[str, str], ...]:
    if name in {"when_question", "when_codes"}:
        return _condition_choices(content, page, code, name)  # type: ignore[arg-type]
    declared = [language for language in content["definition"]["languages"] if language != REQUIRED_LANGUAGE]
    listed = {
        "scale": [(one["code"], _scale_words(one)) for one in parts(content, "scales")],
        "place": [("before", _("trước các tiêu chí")), ("after", _("sau các tiêu chí"))],
        "rule": [
            (rule, rule_names().get(rule, rule)) for rule in get_args(Scoring.model_fields["rule"].annotation)
        ],
        "languages": [
            (language, own) for language, own in OWN_NAMES.items() if language != REQUIRED_LANGUAGE
        ],
        "unfinished": [(language, own_name(language)) for language in declared],
        "modes": [(mode, mode_names().get(mode, mode)) for mode in get_args(Mode)],
    }
    if name == "alone":
        return tuple(_options(part(content, "questions", code)["options"]))
    return tuple(listed.get(name, ()))


def _condition_choices(content: Content, page: Kind, code: str, name: str) -> tuple[tuple[str, str], ...]:
    before = governors(content, page, code)
    if name == "when_question":
        always = ("", str(_("(luôn hỏi)")))
        named = [
            (one["code"], f"{one['code']}: {one['text'].get(REQUIRED_LANGUAGE) or '…'}") for one in before
        ]
        return (always, *named) if named else ()
    chosen = values_of(content, page, code).get("when_question")
    return tuple(pair for one in before if one["code"] == chosen for pair in _options(one["options"]))


def _options(options: list[Content]) -> list[tuple[str, str]]:
    return [
        (str(one["code"]), f"{one['code']}: {one['text'].get(REQUIRED_LANGUAGE) or '…'}") for one in options
    ]


def _scale_words(scale: Content) -> str:
    words = " / ".join(option["text"].get(REQUIRED_LANGUAGE) or "…" for option in scale["options"])
    return f"{scale['code']}: {words}"


def _hint(name: str) -> str:
    hints = {
        "legal_basis": _("Mỗi văn bản một dòng."),
        "source_note": _("Câu chữ lấy từ đâu, chỗ nào do đơn vị tự soạn."),
        "unfinished": _(
            "Chỗ chưa dịch sẽ hiện tiếng Việt. Ngôn ngữ không chọn ở đây phải dịch đủ mới ban hành được."
        ),
        "satisfied": _("Dùng cho quy tắc tỷ lệ hài lòng, ví dụ 4, 5."),
        "max_points": _("Dùng cho quy tắc điểm trung bình."),
        "when_question": _("Chọn câu rồi lưu; các phương án của câu đó hiện ra bên dưới."),
        "editorial": _("Chỉ ghi khi câu chữ sửa nhẹ mà ý nghĩa không đổi. Lý do được lưu vào nhật ký."),
        "counted_in": _("Hiện sau ô số, ví dụ “ngày”."),
    }
    return str(hints.get(name, ""))
