"""Definitions read from YAML text, with every fault named at once.

An officer writes a questionnaire in a text editor and reads the answer in Vietnamese: which file, which line,
which part, what is wrong and what to do. The same machinery reads the plans' target sheets
(``survey/core/target_sheets.py``). Nothing here opens a file: the caller reads, and passes the file's name.

The YAML accepted is the plain part of YAML 1.2 (core schema: ``true``, ``false``, ``null`` and numbers are
not text, everything else is): no tags, anchors or aliases, one document, no key twice. All text is brought
to Unicode NFC, so that the same Vietnamese letter is always the same code points.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from questionnaires.definition import REQUIRED_LANGUAGE, Definition

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
WHOLE_FILE = "cả tệp"
_EMPTY = "Tệp trống; hãy chép một tệp mẫu vào rồi sửa."
_BLANK = "Đang để trống; hãy viết nội dung."

Model = TypeVar("Model", bound=BaseModel)
Path = tuple[str | int, ...]
Finding = tuple[Path, str]


@dataclass(frozen=True)
class Fault:
    """One thing to put right.

    Attributes:
        name: the file's name, as the caller gave it.
        line: counted from 1.
        place: the part of the file, for example ``sections[access].items[a4].text.vi``.
        message: a Vietnamese sentence saying what is wrong and what to do.
    """

    name: str
    line: int
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.name}:{self.line}: {self.place}: {self.message}"


class Faults(ValueError):
    """A text could not be read; ``faults`` holds everything that is wrong with it, by line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: fault.line))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class DefinitionFaults(Faults):
    """A questionnaire could not be read."""


@dataclass(frozen=True)
class Source:
    """A YAML text as plain data, with the line on which every part begins."""

    name: str
    data: object
    lines: Mapping[Path, int]
    faults: tuple[Fault, ...] = ()

    def line_of(self, path: Path) -> int:
        """The line of a part; of the nearest part around it where the part itself is missing."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def fault(self, path: Path, message: str, line: int | None = None) -> Fault:
        """A fault at ``path``."""
        return Fault(self.name, line or self.line_of(path), _place(self.data, path), message)


Check = Callable[[Source], Iterable[Finding]]


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
    source = read_source(text, name)
    if source.data is None:
        raise raising(source.faults)
    found = [source.fault(path, message) for path, message in check(source)]
    try:
        value = model.model_validate_json(json.dumps(source.data), strict=True)
    except ValidationError as error:
        found += _model_faults(error, source, checked=bool(found))
    else:
        if not found and not source.faults:
            return value
    raise raising((*source.faults, *found))


# --- from text to plain data -------------------------------------------------------------------------


def read_source(text: str, name: str) -> Source:
    """The YAML text as plain data; ``data`` is None where it could not be read at all."""
    if len(text) > MAX_BYTES or len(text.encode(errors="replace")) > MAX_BYTES:
        return _unreadable(name, 1, "Tệp lớn hơn 1 MB; hãy chia nhỏ hoặc bỏ bớt nội dung.")
    try:
        node = _Composer(text.removeprefix("\ufeff")).get_single_node()
    except yaml.YAMLError as error:
        return _unreadable(name, *_syntax_fault(error, text))
    if node is None:
        return _unreadable(name, 1, _EMPTY)
    reader = _Reader()
    data = reader.read(node, ())
    if data is None:
        return _unreadable(name, 1, _EMPTY)
    source = Source(name, data, reader.lines)
    faults = tuple(source.fault(path, message, line) for line, path, message in reader.problems)
    return Source(name, data, reader.lines, faults)


def _unreadable(name: str, line: int, message: str) -> Source:
    return Source(name, None, {}, (Fault(name, line, WHOLE_FILE, message),))


class _Composer(yaml.SafeLoader):
    """Composes nodes, never objects; refuses what plain data does not need."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]  # types-pyyaml leaves it out
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise yaml.MarkedYAMLError(problem="anchor", problem_mark=event.start_mark)
        if getattr(event, "tag", None):
            raise yaml.MarkedYAMLError(problem="tag", problem_mark=event.start_mark)
        if self._depth == MAX_DEPTH:
            raise yaml.MarkedYAMLError(problem="depth", problem_mark=event.start_mark)
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


_WHOLE_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,15})")
_DECIMAL_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,15})\.[0-9]{1,15}")
_WORDS: Mapping[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass
class _Reader:
    """Turns nodes into plain data and remembers lines and problems on the way."""

    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[tuple[int, Path, str]] = field(default_factory=list)

    def read(self, node: yaml.Node, path: Path) -> object:
        """The plain data of ``node``."""
        self.lines.setdefault(path, _line(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, path)
        return [self.read(child, (*path, index)) for index, child in enumerate(node.value)]

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, object]:
        data: dict[str, object] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.append((_line(key_node), path, "Tên mục phải là một từ, không phải danh sách."))
                continue
            key = self._text(key_node, path)
            if key in data:
                first = self.lines[*path, key]
                message = f"Mục {_quoted(key)} đã có ở dòng {first}; hãy xoá một trong hai."
                self.problems.append((_line(key_node), (*path, key), message))
                continue
            self.lines[*path, key] = _line(key_node)
            data[key] = self.read(value_node, (*path, key))
        return data

    def _scalar(self, node: yaml.ScalarNode, path: Path) -> str | float | bool | None:
        text = self._text(node, path)
        if node.style:
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _WHOLE_NUMBER.fullmatch(text):
            return int(text)
        return float(text) if _DECIMAL_NUMBER.fullmatch(text) else text

    def _text(self, node: yaml.ScalarNode, path: Path) -> str:
        text = unicodedata.normalize("NFC", node.value)
        for letter in sorted(set(filter(_is_hidden, text))):
            message = f"Có ký tự ẩn không in được (U+{ord(letter):04X}); hãy xoá và gõ lại đoạn này."
            self.problems.append((_line(node), path, message))
            text = text.replace(letter, "")
        return text


def _is_hidden(letter: str) -> bool:
    """Control, format and unassigned characters; they would make two equal-looking texts differ."""
    return letter != "\n" and unicodedata.category(letter).startswith("C")


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


_SYNTAX: tuple[tuple[str, str], ...] = (
    ("anchor", "Không dùng neo (&) và bí danh (*) trong tệp này; hãy viết lại nội dung đầy đủ."),
    ("tag", "Không dùng thẻ kiểu (!) trong tệp này; hãy đặt nội dung trong dấu ngoặc kép."),
    ("depth", f"Các mục lồng nhau quá {MAX_DEPTH} tầng; hãy kiểm tra lại cách lùi dòng."),
    ("another document", "Tệp chỉ được có một phần; hãy bỏ dòng “---” và những gì sau nó."),
    ("'\\t'", "Có phím Tab ở chỗ lùi dòng; hãy thay bằng dấu cách."),
    ("cannot start any token", "Ký tự này không được đứng đầu; hãy đặt nội dung trong dấu ngoặc kép."),
    ("mapping values are not allowed", "Dấu hai chấm ở sai chỗ; hãy đặt cả câu trong dấu ngoặc kép."),
    ("could not find expected ':'", "Thiếu dấu hai chấm sau tên mục; hãy viết “tên: nội dung”."),
    ("expected ',' or", "Thiếu dấu phẩy hoặc dấu ngoặc đóng; hãy kiểm tra các dấu [ ] và { }."),
    ("expected <block end>", "Lùi dòng không thẳng hàng; hãy căn mục này thẳng với các mục cùng cấp."),
    ("quoted scalar", "Thiếu dấu nháy đóng hoặc dùng dấu \\ sai; hãy kiểm tra các dấu nháy."),
    ("unknown escape", "Dấu \\ trong ngoặc kép không đúng; hãy bỏ dấu \\ hoặc viết hai dấu."),
)


def _syntax_fault(error: yaml.YAMLError, text: str) -> tuple[int, str]:
    """The line and the Vietnamese sentence for what stopped the YAML parser."""
    if isinstance(error, yaml.reader.ReaderError):
        line = text.count("\n", 0, error.position) + 1
        return line, f"Có ký tự không in được (U+{error.character:04X}); hãy xoá và gõ lại đoạn này."
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    words = f"{getattr(error, 'context', '')} {getattr(error, 'problem', '')}"
    message = next((sentence for sign, sentence in _SYNTAX if sign in words), None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return line, message or f"Sai cú pháp YAML gần cột {column}; hãy so với một tệp mẫu."


# --- from the model's errors to sentences ------------------------------------------------------------


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
}
_CODE = "Mã không hợp lệ; chỉ dùng chữ thường không dấu, chữ số, dấu gạch dưới, bắt đầu bằng chữ, tối đa"
_PATTERNS: Mapping[str, str] = {
    r"^[a-z][a-z0-9_]{0,39}$": f"{_CODE} 40 ký tự.",
    r"^[a-z][a-z0-9_]{0,59}$": f"{_CODE} 60 ký tự.",
    r"^[a-z]{2,3}$": "Mã ngôn ngữ gồm 2 hoặc 3 chữ thường, ví dụ vi hoặc en.",
}
_UNKNOWN = "Nội dung không hợp lệ; hãy so với một tệp mẫu."


def _model_faults(error: ValidationError, source: Source, *, checked: bool) -> list[Fault]:
    """The model's errors as faults; its rules over the whole file are left out where ``check`` spoke."""
    faults = []
    for detail in error.errors(include_url=False):
        path: Path = tuple(step for step in detail["loc"] if step != "[key]")
        if (path or not checked) and not _is_an_echo(detail):
            faults.append(source.fault(path, _sentence(detail, path)))
    return faults


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
    key = _quoted(path[-1])[1:-1] if path else ""
    return _WRONG.get(detail["type"], _UNKNOWN).format(**{**context, "expected": expected, "key": key})


def _place(data: object, path: Path) -> str:
    """The path as people read it: parts of a list are named by their code, else by their number."""
    words = ""
    for step in path:
        part: object = None
        if isinstance(step, int):
            part = data[step] if isinstance(data, list) else None
            words += f"[{_part_name(part) or step + 1}]"
        else:
            part = data.get(step) if isinstance(data, dict) else None
            words += f".{_quoted(step)[1:-1]}" if words else _quoted(step)[1:-1]
        data = part
    return words or WHOLE_FILE


def _part_name(part: object) -> str:
    if not isinstance(part, dict):
        return ""
    name = part.get("code", part.get("indicator"))
    if isinstance(name, str):
        return _quoted(name)[1:-1]
    return f"mã {name}" if type(name) is int else ""


def _quoted(word: object) -> str:
    """A word from the file in quotation marks, on one line and not too long."""
    return f"“{' '.join(str(word).split())[:60]}”"


# --- rules across the parts of a questionnaire -------------------------------------------------------


def _definition_findings(source: Source) -> Iterator[Finding]:
    """What ``Definition.parts_fit_together`` refuses, each at its own line.

    Two sections with one code are refused here as well: their factors could not be told apart in a report.
    """
    sections = list(parts(source.data, "sections"))
    items = [found for path, section in sections for found in parts(section, "items", path)]
    yield from repeated(source, [*parts(source.data, "questions"), *items], "code")
    yield from repeated(source, sections, "code")
    yield from _scale_findings(source.data, items)
    languages = source.data.get("languages") if isinstance(source.data, dict) else None
    if isinstance(languages, list) and REQUIRED_LANGUAGE not in languages:
        yield ("languages",), "Phiếu phải có tiếng Việt; hãy thêm vi vào danh sách."


def parts(data: object, key: str, at: Path = ()) -> Iterator[tuple[Path, dict[str, object]]]:
    """The mappings listed under ``key``, each with its path; what has another shape is passed over."""
    listed = data.get(key) if isinstance(data, dict) else None
    for index, part in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(part, dict):
            yield (*at, key, index), part


def repeated(source: Source, among: Iterable[tuple[Path, dict[str, object]]], key: str) -> Iterator[Finding]:
    """Each part whose ``key`` holds a word that an earlier part holds already."""
    first: dict[str, Path] = {}
    for path, part in among:
        word = part.get(key)
        if not isinstance(word, str):
            continue
        if word in first:
            line = source.line_of((*first[word], key))
            yield (*path, key), f"Mã {_quoted(word)} đã dùng ở dòng {line}; hãy đặt mã khác."
        first.setdefault(word, path)


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
            known = ", ".join(_quoted(name) for name in scales)
            yield (*path, "scale"), f"Thang đo {_quoted(scale)} chưa khai báo; các thang đã có: {known}."
        elif isinstance(scale, str):
            used.add(scale)
    satisfied = scoring.get("satisfied") if isinstance(scoring, dict) else None
    for index, code in enumerate(satisfied if isinstance(satisfied, list) else ()):
        for scale in sorted(used):
            if code not in [option.get("code") for _, option in parts(scales[scale], "options")]:
                message = f"Mã hài lòng {_quoted(code)} không có trong thang đo {_quoted(scale)}."
                yield ("scoring", "satisfied", index), message
