"""Definitions read from YAML text, with every fault named at once.

An officer writes a questionnaire in a text editor and reads the answer in Vietnamese: which file, which line,
which part, what is wrong and what to do. The same machinery reads the plans' target sheets
(``survey/core/target_sheets.py``). Nothing here opens a file: the caller reads, and passes the file's name.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from questionnaires.conditions import condition_findings
from questionnaires.definition import Definition
from questionnaires.languages import OWN_NAMES, REQUIRED_LANGUAGE
from questionnaires.source import Faults, Finding, Path, Source, parts, quoted, read_source

_BLANK = "Đang để trống; hãy viết nội dung."

Model = TypeVar("Model", bound=BaseModel)
Check = Callable[[Source], Iterable[Finding]]


class DefinitionFaults(Faults):
    """A questionnaire could not be read."""


def load_definition(text: str, *, name: str) -> Definition:
    """The questionnaire written in ``text``; ``name`` is the file's name, for messages.

    Raises:
        DefinitionFaults: with every fault at once.
    """
    return load_value(text, name=name, model=Definition, check=_definition_findings, raising=DefinitionFaults)


def load_value(text: str, *, name: str, model: type[Model], check: Check, raising: type[Faults]) -> Model:
    """The value of ``model`` written in ``text``.

    ``check`` names what the model's own rules across parts would refuse too, but part by part and all at
    once; it sees the data before the model does and must bear any shape.

    Raises:
        Faults: of the type ``raising``, with every fault at once.
    """
    return value_from(read_source(text, name), model=model, check=check, raising=raising)


def definition_from(source: Source) -> Definition:
    """The questionnaire that plain data of any origin describe.

    Raises:
        DefinitionFaults: with every fault at once.
    """
    return value_from(source, model=Definition, check=_definition_findings, raising=DefinitionFaults)


def value_from(source: Source, *, model: type[Model], check: Check, raising: type[Faults]) -> Model:
    """As :func:`load_value`, from data that were read already."""
    if source.data is None:
        raise raising(source.faults)
    found = list(check(source))
    value, wrong = _modelled(source.data, model, checked=bool(found))
    found += wrong
    if value is None or found or source.faults:
        raise raising((*source.faults, *(source.fault(path, message) for path, message in found)))
    return value


def definition_of(data: object) -> tuple[Definition | None, list[Finding]]:
    """Plain data of any shape as a questionnaire, or everything that keeps it from being one, each at its path.

    Codes that stand twice are for the caller to find: only they know a better place than a line.
    """
    found = [*_scale_findings(data, _items_of(data)), *condition_findings(data), *_language_findings(data)]
    value, wrong = _modelled(data, Definition, checked=bool(found))
    return (None if found else value), [*found, *wrong]


def _modelled(data: object, model: type[Model], *, checked: bool) -> tuple[Model | None, list[Finding]]:
    """The value of ``model``, or what its own rules refuse."""
    try:
        return model.model_validate_json(json.dumps(data), strict=True), []
    except ValidationError as error:
        return None, _model_findings(error, checked=checked)


_WRONG: Mapping[str, str] = {
    "missing": "Thiếu mục này; hãy thêm “{key}: …”.",
    "extra_forbidden": "Không có mục nào tên “{key}”; hãy sửa tên hoặc xoá mục này.",
    "string_type": "Phải là chữ; nếu là số hoặc true/false, hãy đặt trong dấu ngoặc kép.",
    "string_too_short": _BLANK,
    "string_too_long": "Dài quá {max_length} ký tự; hãy rút gọn.",
    "int_type": "Phải là số nguyên, ví dụ 5, không đặt trong dấu ngoặc kép.",
    "int_from_float": "Phải là số nguyên, ví dụ 5.",
    "decimal_type": "Phải là số, ví dụ 86 hoặc 86.5.",
    "decimal_parsing": "Phải là số, ví dụ 86 hoặc 86.5.",
    "bool_type": "Phải là true hoặc false, không đặt trong dấu ngoặc kép.",
    "literal_error": "Chỉ nhận một trong các giá trị: {expected}.",
    "enum": "Chỉ nhận một trong các giá trị: {expected}.",
    "too_short": "Cần ít nhất {min_length} mục; hãy thêm cho đủ.",
    "tuple_type": "Phải là danh sách; hãy viết mỗi mục một dòng, bắt đầu bằng dấu gạch ngang.",
    "dict_type": "Phải gồm các dòng “tên: nội dung”, lùi vào trong.",
    "model_type": "Phải gồm các dòng “tên: nội dung”, lùi vào trong.",
    "greater_than_equal": "Số quá nhỏ; phải từ {ge} trở lên.",
    "less_than_equal": "Số quá lớn; không được quá {le}.",
    "greater_than": "Số quá nhỏ; phải lớn hơn {gt}.",
    "less_than": "Số quá lớn; phải nhỏ hơn {lt}.",
    "float_type": "Phải là số, ví dụ 86 hoặc 86.5.",
}
_CODE = "Mã không hợp lệ; chỉ dùng chữ thường không dấu, chữ số, dấu gạch dưới, bắt đầu bằng chữ, tối đa"
_PATTERNS: Mapping[str, str] = {
    r"^[a-z][a-z0-9_]{0,39}$": f"{_CODE} 40 ký tự.",
    r"^[a-z][a-z0-9_]{0,59}$": f"{_CODE} 60 ký tự.",
    r"^[a-z]{2,3}$": "Mã ngôn ngữ gồm 2 hoặc 3 chữ thường, ví dụ vi hoặc en.",
}
_LANGUAGE = re.compile("[a-z]{2,3}")
_UNKNOWN = "Nội dung không hợp lệ; hãy so với một tệp mẫu."


def _model_findings(error: ValidationError, *, checked: bool) -> list[Finding]:
    """The model's errors; its rules over the whole file are left out where ``check`` spoke."""
    found = []
    for detail in error.errors(include_url=False):
        path: Path = tuple(step for step in detail["loc"] if step != "[key]")
        if (path or not checked) and not _is_an_echo(detail):
            found.append((path, _sentence(detail, path)))
    return found


def _is_an_echo(detail: ErrorDetails) -> bool:
    """Whether a list is called too short only because its parts, named already, were not counted."""
    listed = detail["input"]
    return (
        detail["type"] == "too_short"
        and isinstance(listed, list)
        and len(listed) >= detail["ctx"]["min_length"]
    )


def _sentence(detail: ErrorDetails, path: Path) -> str:
    """What is wrong and what to do, in Vietnamese."""
    context = detail.get("ctx", {})
    if detail["type"] == "value_error":
        words = str(context["error"])
        return f"{words[:1].upper()}{words[1:]}."
    if detail["input"] is None:
        return _BLANK
    if detail["type"] == "string_pattern_mismatch":
        return _PATTERNS.get(context["pattern"], _UNKNOWN)
    expected = ", ".join(re.findall(r"'([^']*)'", str(context.get("expected", ""))))
    key = quoted(path[-1])[1:-1] if path else ""
    return _WRONG.get(detail["type"], _UNKNOWN).format(**{**context, "expected": expected, "key": key})


def _definition_findings(source: Source) -> Iterator[Finding]:
    """What the validators of ``Definition`` refuse, each at its own line.

    Two sections with one code are refused here as well: their factors could not be told apart in a report.
    """
    sections = list(parts(source.data, "sections"))
    items = _items_of(source.data)
    yield from repeated(source, [*parts(source.data, "questions"), *items], "code")
    yield from repeated(source, sections, "code")
    yield from _scale_findings(source.data, items)
    yield from _part_findings(source.data, sections)
    yield from condition_findings(source.data)
    yield from _language_findings(source.data)


def _items_of(data: object) -> list[tuple[Path, dict[str, object]]]:
    return [found for path, section in parts(data, "sections") for found in parts(section, "items", path)]


def _language_findings(data: object) -> Iterator[Finding]:
    """Languages without a name to show, Vietnamese left out, translations that nobody would be offered."""
    languages = data.get("languages", [REQUIRED_LANGUAGE]) if isinstance(data, dict) else None
    if not isinstance(languages, list):
        return
    if REQUIRED_LANGUAGE not in languages:
        yield ("languages",), "Phiếu phải có tiếng Việt; hãy thêm vi vào danh sách."
    for index, language in enumerate(languages):
        if isinstance(language, str) and _LANGUAGE.fullmatch(language) and language not in OWN_NAMES:
            known = ", ".join(OWN_NAMES)
            yield ("languages", index), f"Chưa có tên của ngôn ngữ {quoted(language)}; các mã đã có: {known}."
    yield from undeclared_languages(data, [*languages, REQUIRED_LANGUAGE])


def undeclared_languages(data: object, declared: Collection[object], at: Path = ()) -> Iterator[Finding]:
    """Every translation into a language that is not ``declared``; a mapping with Vietnamese words is a text."""
    if isinstance(data, list):
        for index, part in enumerate(data):
            yield from undeclared_languages(part, declared, (*at, index))
    if not isinstance(data, dict):
        return
    is_text = isinstance(data.get(REQUIRED_LANGUAGE), str)
    for key, part in data.items():
        if is_text and part is not None and key not in declared and _LANGUAGE.fullmatch(key):
            message = (
                f"Tệp này không dùng ngôn ngữ {quoted(key)}; hãy xoá dòng này, hoặc khai báo trong languages."
            )
            yield (*at, key), message
        else:
            yield from undeclared_languages(part, declared, (*at, key))


def repeated(source: Source, among: Iterable[tuple[Path, dict[str, object]]], key: str) -> Iterator[Finding]:
    """Each part whose ``key`` holds a word that an earlier part holds already."""
    first: dict[str, Path] = {}
    for path, part in among:
        word = part.get(key)
        if not isinstance(word, str):
            continue
        if word in first:
            line = source.line_of((*first[word], key))
            yield (*path, key), f"Mã {quoted(word)} đã dùng ở dòng {line}; hãy đặt mã khác."
        first.setdefault(word, path)


def _part_findings(data: object, sections: Iterable[tuple[Path, dict[str, object]]]) -> Iterator[Finding]:
    """Parts of a weighted index that name sections which do not exist."""
    scoring = data.get("scoring") if isinstance(data, dict) else None
    known = [section.get("code") for _path, section in sections]
    for path, part in parts(scoring, "parts", ("scoring",)):
        named = part.get("sections")
        for index, code in enumerate(named if isinstance(named, list) else ()):
            if code not in known:
                yield (*path, "sections", index), f"Không có yếu tố nào có mã {quoted(code)}; hãy sửa mã."


def _scale_findings(data: object, items: Iterable[tuple[Path, dict[str, object]]]) -> Iterator[Finding]:
    """Items on undeclared scales, and codes counted as satisfied that a used scale does not have."""
    scales = data.get("scales") if isinstance(data, dict) else None
    scoring = data.get("scoring") if isinstance(data, dict) else None
    if not isinstance(scales, dict):
        return
    used: set[str] = set()
    for path, item in items:
        scale = item.get("scale")
        if isinstance(scale, str) and scale not in scales:
            known = ", ".join(quoted(name) for name in scales)
            yield (*path, "scale"), f"Thang đo {quoted(scale)} chưa khai báo; các thang đã có: {known}."
        elif isinstance(scale, str):
            used.add(scale)
    satisfied = scoring.get("satisfied") if isinstance(scoring, dict) else None
    for index, code in enumerate(satisfied if isinstance(satisfied, list) else ()):
        for scale in sorted(used):
            if code not in [option.get("code") for _, option in parts(scales[scale], "options")]:
                message = f"Mã hài lòng {quoted(code)} không có trong thang đo {quoted(scale)}."
                yield ("scoring", "satisfied", index), message
