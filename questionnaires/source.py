"""YAML text as plain data, with the line of every part and every fault of the text itself.

The YAML accepted is the plain part of YAML 1.2 (core schema: ``true``, ``false``, ``null`` and numbers are
not text, everything else is): no tags, anchors or aliases, one document, no key twice. All text is brought
to Unicode NFC, so that the same Vietnamese letter is always the same code points.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import yaml

MAX_BYTES = 1_000_000
MAX_DEPTH = 20
WHOLE_FILE = "cả tệp"
_EMPTY = "Tệp trống; hãy chép một tệp mẫu vào rồi sửa."

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
                message = f"Mục {quoted(key)} đã có ở dòng {first}; hãy xoá một trong hai."
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
        text, messages = readable(node.value)
        self.problems += [(_line(node), path, message) for message in messages]
        return text


def readable(text: str) -> tuple[str, list[str]]:
    """The text in composed letters and without hidden ones, and a sentence for each of these."""
    text = unicodedata.normalize("NFC", text)
    hidden = sorted(set(filter(_is_hidden, text)))
    for letter in hidden:
        text = text.replace(letter, "")
    return text, [
        f"Có ký tự ẩn không in được (U+{ord(letter):04X}); hãy xoá và gõ lại đoạn này." for letter in hidden
    ]


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
    (
        "expected ',' or",
        "Thiếu dấu phẩy hoặc dấu ngoặc đóng; hãy xem các dấu [ ] và { }; câu có dấu hỏi thì đặt trong ngoặc kép.",
    ),
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
            words += f".{quoted(step)[1:-1]}" if words else quoted(step)[1:-1]
        data = part
    return words or WHOLE_FILE


def _part_name(part: object) -> str:
    if not isinstance(part, dict):
        return ""
    name = part.get("code", part.get("indicator"))
    if isinstance(name, str):
        return quoted(name)[1:-1]
    return f"mã {name}" if type(name) is int else ""


def parts(data: object, key: str, at: Path = ()) -> Iterator[tuple[Path, dict[str, object]]]:
    """The mappings listed under ``key``, each with its path; what has another shape is passed over."""
    listed = data.get(key) if isinstance(data, dict) else None
    for index, part in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(part, dict):
            yield (*at, key, index), part


def quoted(word: object) -> str:
    """A word from the file in quotation marks, on one line and not too long."""
    return f"“{' '.join(str(word).split())[:60]}”"
