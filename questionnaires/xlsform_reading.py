"""A definition from an XLSForm workbook, with every fault named by sheet and row."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from questionnaires.definition import Definition
from questionnaires.languages import OWN_NAMES, REQUIRED_LANGUAGE
from questionnaires.loading import DefinitionFaults, definition_from
from questionnaires.source import Fault, Path, Source, quoted, readable
from questionnaires.workbooks import Broken, sheet_rows
from questionnaires.xlsform import (
    CHOICES,
    FIELD_TYPE,
    GROUP,
    INTRODUCTION,
    NOT_APPLICABLE,
    OWN,
    OWN_KEYS,
    SETTINGS,
    SHEETS,
    SURVEY,
    THANKS,
    TYPES,
    WITH_NOT_APPLICABLE,
    NotExchangeable,
    language_code,
)
from questionnaires.xlsform_writing import check_rules

MOST_BYTES = 2_000_000
MOST_CELLS = 200_000

Data = dict[str, object]

_KINDS = {word: kind for kind, word in TYPES.items()}
_CONDITION = re.compile(r"selected\(\s*\$\{([^}]+)\}\s*,\s*'([0-9]+)'\s*\)|\$\{([^}]+)\}\s*=\s*'([0-9]+)'")
_LENGTH = re.compile(r"string-length\(\s*\.\s*\)\s*<=\s*([0-9]+)")
_BOUND = re.compile(r"\.\s*(>=|<=)\s*(-?[0-9]+)")
_ALONE = re.compile(r"not\(selected\(\s*\.\s*,\s*'([0-9]+)'\s*\) and count-selected\(\s*\.\s*\) > 1\)")
_PYXFORM_ROW = re.compile(r"\[row : ([0-9]+)\]")
_YES = {"yes", "true", "true()", "1"}
_UNKNOWN_TO_US = {"calculation", "choice_filter", "default", "repeat_count", "trigger"}


@dataclass(frozen=True)
class Line:
    """One row of a sheet: where it stands, and its filled cells under their heads."""

    sheet: str
    number: int
    cells: Mapping[str, str]

    def get(self, head: str) -> str:
        """A cell, empty where nothing stands."""
        return self.cells.get(head, "").strip()


@dataclass(frozen=True)
class _SheetSource(Source):
    """Plain data that came from sheets: ``lines`` are rows, ``sheets`` tell of which sheet."""

    sheets: Mapping[Path, str] = field(default_factory=dict)

    def fault(self, path: Path, message: str, line: int | None = None) -> Fault:
        """A fault with the sheet named before the place."""
        fault = super().fault(path, message, line)
        while path and path not in self.sheets:
            path = path[:-1]
        sheet = self.sheets.get(path, SURVEY)
        return Fault(fault.name, fault.line, f"trang {sheet}: {fault.place}", fault.message)


def from_xlsform(content: bytes, *, name: str) -> Definition:
    """The questionnaire in an XLSForm workbook.

    A group whose rows are all ``select_one`` is a section; other groups are refused. A workbook without our own sheet
    tells nothing of population, source and scoring: these get words that say so, for somebody to write.

    Args:
        content: the bytes of the file.
        name: the file's name, for messages.

    Raises:
        DefinitionFaults: with every fault at once, each with its sheet and row.
    """
    reader = _Reader(name)
    sheets = reader.sheets(content)
    reader.stop_at_faults()
    try:
        check_rules({sheet: [line.cells for line in lines] for sheet, lines in sheets.items()})
    except NotExchangeable as fault:
        row = _PYXFORM_ROW.search(str(fault))
        sheet = next((known for known in SHEETS if known in str(fault)), SURVEY)
        message = f"Quy tắc XLSForm không nhận: {fault}"
        reader.faults.append(Fault(name, int(row[1]) if row else 1, f"trang {sheet}", message))
        reader.stop_at_faults()
    data = reader.definition(sheets)
    reader.stop_at_faults()
    return definition_from(_SheetSource(name, data, reader.lines, (), reader.where))


@dataclass
class _Reader:
    """Turns lines into plain data and remembers where each part stood."""

    name: str
    lines: dict[Path, int] = field(default_factory=dict)
    where: dict[Path, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    lists: dict[str, list[Line]] = field(default_factory=dict)

    def stop_at_faults(self) -> None:
        """Raise what was found so far, if anything."""
        if self.faults:
            raise DefinitionFaults(self.faults)

    def refuse(self, line: Line, message: str) -> None:
        """Keep a fault of one row."""
        self.faults.append(Fault(self.name, line.number, f"trang {line.sheet}", message))

    def sheets(self, content: bytes) -> dict[str, list[Line]]:
        """The rows of the known sheets; only the own one may be missing."""
        found: dict[str, list[Line]] = {}
        if len(content) > MOST_BYTES:
            self.faults.append(Fault(self.name, 1, "cả tệp", "Tệp lớn hơn 2 MB; hãy bỏ bớt nội dung."))
            return found
        for sheet in SHEETS:
            try:
                rows = list(sheet_rows(content, sheet, most_cells=MOST_CELLS))
            except Broken as fault:
                if sheet != OWN:
                    self.faults.append(Fault(self.name, 1, f"trang {sheet}", str(fault)))
                continue
            found[sheet] = list(self._lines(sheet, rows))
        return found

    def _lines(self, sheet: str, rows: list[Sequence[object]]) -> Iterator[Line]:
        heads = [_cell(value).strip() for value in rows[0]] if rows else []
        for number, row in enumerate(rows[1:], start=2):
            cells: dict[str, str] = {}
            for head, value in zip(heads, row, strict=False):
                text, messages = readable(_cell(value).replace("\r\n", "\n"))
                line = Line(sheet, number, cells)
                for message in messages:
                    self.refuse(line, message)
                if head and text.strip():
                    cells[head] = text
            if cells:
                yield Line(sheet, number, cells)

    def definition(self, sheets: Mapping[str, list[Line]]) -> Data:
        """Everything as plain data."""
        for line in sheets[CHOICES]:
            self.lists.setdefault(line.get("list_name") or line.get("list name"), []).append(line)
        settings = next(iter(sheets[SETTINGS]), Line(SETTINGS, 2, {}))
        data: Data = {
            "code": settings.get("form_id") or settings.get("id_string"),
            "title": {REQUIRED_LANGUAGE: settings.get("form_title")},
            "introduction": {REQUIRED_LANGUAGE: settings.get("form_title")},
            "thanks": {REQUIRED_LANGUAGE: "Xin cảm ơn."},
        }
        for key in ("code", "title"):
            self.stand((key,), settings)
        _Survey(self, data).read(sheets[SURVEY])
        data["languages"] = sorted(_languages(data) | {REQUIRED_LANGUAGE})
        self._own(data, sheets.get(OWN, []))
        return data

    def _own(self, data: Data, lines: list[Line]) -> None:
        """What our own sheet says, and words of our own for what nobody said."""
        title = data["title"]
        for line in lines:
            key = line.get("key")
            try:
                value = json.loads(line.get("value"))
            except (ValueError, RecursionError):
                self.refuse(line, "Ô value phải là JSON; hãy giữ nguyên như tệp đã xuất.")
                continue
            if key == "questions":
                _in_order(data, value)
            elif key in OWN_KEYS:
                data[key] = value
                self.stand((key,), line)
            else:
                self.refuse(line, f"Không có mục nào tên {quoted(key)}; hãy xoá dòng này.")
        if isinstance(data["title"], dict) and isinstance(title, dict):
            data["title"] = data["title"] | title
        data.setdefault("population", {REQUIRED_LANGUAGE: "Chưa ghi: hãy viết ai được hỏi."})
        data.setdefault("source_note", f"Nhập từ tệp XLSForm {self.name}; hãy viết nguồn câu chữ.")
        data.setdefault("scoring", _usual_scoring(data))

    def stand(self, path: Path, line: Line) -> None:
        """Remember where a part stood."""
        self.lines[path], self.where[path] = line.number, line.sheet

    def text(self, line: Line, kind: str = "label") -> Data:
        """The words of a row in every language that it has."""
        words: Data = {}
        for head, phrase in line.cells.items():
            column, _colons, language = (part.strip() for part in head.partition("::"))
            if column != kind:
                continue
            code = language_code(language) if language else REQUIRED_LANGUAGE
            if code is None:
                known = ", ".join(OWN_NAMES)
                self.refuse(line, f"Chưa có tên của ngôn ngữ {quoted(language)}; các mã đã có: {known}.")
            else:
                words[code] = phrase.strip()
        return words

    def options(self, line: Line, list_name: str, path: Path) -> list[Data]:
        """The options of a list but for “not applicable”."""
        found: list[Data] = []
        for choice in self.lists.get(list_name, ()):
            code = choice.get("name")
            if code == NOT_APPLICABLE:
                continue
            if not re.fullmatch("[0-9]{1,3}", code):
                self.refuse(choice, f"Mã phương án {quoted(code)} phải là số nguyên từ 0 đến 100.")
                continue
            self.stand((*path, len(found)), choice)
            found.append({"code": int(code), "text": self.text(choice)})
        if list_name not in self.lists:
            self.refuse(line, f"Trang choices không có danh sách {quoted(list_name)}.")
        return found


@dataclass
class _Survey:
    """Reads the survey sheet row by row into ``data``."""

    reader: _Reader
    data: Data
    scales: Data = field(default_factory=dict)
    sections: list[Data] = field(default_factory=list)
    questions: list[Data] = field(default_factory=list)
    section: Data | None = None

    def read(self, lines: list[Line]) -> None:
        """Sections, scales and questions."""
        self.data |= {"scales": self.scales, "sections": self.sections, "questions": self.questions}
        for list_name in self.reader.lists:
            if "-" not in list_name and re.fullmatch("[a-z][a-z0-9_]*", list_name):
                self._scale(Line(CHOICES, 1, {}), list_name)
        for line in lines:
            self._row(line)
        if self.section is not None:
            self.reader.refuse(lines[-1], "Thiếu dòng end_group.")

    def _row(self, line: Line) -> None:
        kind = line.get("type").replace("begin group", "begin_group").replace("end group", "end_group")
        if unknown := sorted(_UNKNOWN_TO_US & line.cells.keys()):
            self.reader.refuse(line, f"Phiếu không có mục {', '.join(unknown)}; hãy để trống.")
        if kind == "begin_group":
            self._begin(line)
        elif kind == "end_group":
            self.section = None
        elif kind == "note":
            self._note(line)
        elif self.section is not None:
            self._item(line, kind)
        else:
            self._question(line, kind)

    def _begin(self, line: Line) -> None:
        if self.section is not None:
            self.reader.refuse(line, "Nhóm trong nhóm không dùng được; hãy tách thành các nhóm riêng.")
        items: list[Data] = []
        self.section = {
            "code": line.get("name").removeprefix(GROUP),
            "title": self.reader.text(line),
            "items": items,
            **self._condition(line),
        }
        self.reader.stand(("sections", len(self.sections)), line)
        self.sections.append(self.section)

    def _note(self, line: Line) -> None:
        key = {INTRODUCTION: "introduction", THANKS: "thanks"}.get(line.get("name"))
        if key is None:
            message = (
                f"Chỉ nhận ghi chú tên {INTRODUCTION} và {THANKS}; hãy chuyển lời này vào nhãn của câu hỏi."
            )
            self.reader.refuse(line, message)
            return
        self.data[key] = self.reader.text(line)
        self.reader.stand((key,), line)

    def _item(self, line: Line, kind: str) -> None:
        word, _space, list_name = kind.partition(" ")
        if word != "select_one" or self.section is None:
            message = "Trong nhóm chỉ nhận câu select_one (tiêu chí); hãy đưa câu này ra ngoài nhóm."
            self.reader.refuse(line, message)
            return
        items = self.section["items"]
        assert isinstance(items, list)  # noqa: S101  made by _begin
        self.reader.stand(("sections", len(self.sections) - 1, "items", len(items)), line)
        items.append(
            {
                "code": line.get("name"),
                "text": self.reader.text(line),
                "scale": self._scale(line, list_name),
                "required": _is_yes(line),
                "allow_not_applicable": any(
                    choice.get("name") == NOT_APPLICABLE for choice in self.reader.lists.get(list_name, ())
                ),
                **self._condition(line),
            }
        )

    def _scale(self, line: Line, list_name: str) -> str:
        name = list_name.removesuffix(WITH_NOT_APPLICABLE)
        if name not in self.scales:
            source = name if name in self.reader.lists else list_name
            self.scales[name] = {"options": self.reader.options(line, source, ("scales", name, "options"))}
        return name

    def _question(self, line: Line, kind: str) -> None:
        word, _space, list_name = kind.partition(" ")
        known = FIELD_TYPE if word == "select_one_from_file" else word
        if known not in _KINDS:
            allowed = ", ".join(TYPES.values())
            self.reader.refuse(line, f"Loại câu hỏi {quoted(kind)} không nhập được; chỉ nhận {allowed}.")
            return
        path: Path = ("questions", len(self.questions))
        self.reader.stand(path, line)
        question: Data = {
            "code": line.get("name"),
            "kind": _KINDS[known],
            "text": self.reader.text(line),
            "required": _is_yes(line),
            "place": "after" if self.sections else "before",
            **self._condition(line),
            **self._constraint(line, word),
        }
        if word in {"select_one", "select_multiple"}:
            question["options"] = self.reader.options(line, list_name, (*path, "options"))
        if hint := self.reader.text(line, "hint"):
            question["counted_in"] = hint
        self.questions.append(question)

    def _condition(self, line: Line) -> Data:
        text = line.get("relevant")
        if not text:
            return {}
        found = [_CONDITION.fullmatch(part.strip()) for part in text.split(" or ")]
        asked = {match[1] or match[3] for match in found if match}
        if None in found or len(asked) != 1:
            message = (
                "Điều kiện relevant chỉ nhận dạng selected(${câu}, '1') or selected(${câu}, '2') của một câu."
            )
            self.reader.refuse(line, message)
            return {}
        codes = [int(match[2] or match[4]) for match in found if match]
        return {"shown_when": {"question": asked.pop(), "is": codes}}

    def _constraint(self, line: Line, word: str) -> Data:
        text = line.get("constraint")
        found: Data = {}
        alone: list[int] = []
        for part in text.split(" and ") if word != "select_multiple" else re.findall(r"not\(.*?> 1\)", text):
            bound, length, only = (rule.fullmatch(part.strip()) for rule in (_BOUND, _LENGTH, _ALONE))
            if word == "integer" and bound:
                found["min" if bound[1] == ">=" else "max"] = int(bound[2])
            elif word == "text" and length:
                found["max_length"] = int(length[1])
            elif only:
                alone.append(int(only[1]))
                found["alone"] = alone
            elif part:
                self.reader.refuse(
                    line, f"Ràng buộc {quoted(part)} không nhập được; hãy để trống cột constraint."
                )
        return found


def _cell(value: object) -> str:
    """A cell as the words that stand in it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _is_yes(line: Line) -> bool:
    return line.get("required").lower() in _YES


def _languages(data: object) -> set[str]:
    """Every language in which something is written."""
    if isinstance(data, list):
        return set().union(*map(_languages, data))
    if not isinstance(data, dict):
        return set()
    if isinstance(data.get(REQUIRED_LANGUAGE), str):
        return set(data)
    return set().union(*map(_languages, data.values()))


def _in_order(data: Data, codes: object) -> None:
    """Questions as they stood in the definition, if they are still the same ones."""
    questions = data["questions"]
    if not isinstance(questions, list) or not isinstance(codes, list):
        return
    if sorted(map(str, codes)) == sorted(str(question["code"]) for question in questions):
        questions.sort(key=lambda question: codes.index(question["code"]))


def _usual_scoring(data: Data) -> Data:
    """A rule for a form that names none: the two best codes of scales with at least four options, else the best."""
    codes = _codes_of_items(data)
    best = [sorted(scale)[-2 if len(scale) > 3 else -1 :] for scale in codes if scale]  # noqa: PLR2004  of four or more
    words = {REQUIRED_LANGUAGE: "Nhập từ XLSForm, tệp không nêu cách tính; hãy chọn lại."}
    if best and all(levels == best[0] for levels in best):
        return {"rule": "top_codes", "satisfied": best[0], "provenance": words}
    return {
        "rule": "points",
        "max_points": max((max(scale) for scale in codes if scale), default=1),
        "provenance": words,
    }


def _codes_of_items(data: Data) -> list[list[int]]:
    scales, sections = data["scales"], data["sections"]
    assert isinstance(scales, dict)  # noqa: S101  made by _Survey
    assert isinstance(sections, list)  # noqa: S101  made by _Survey
    used = dict.fromkeys(item["scale"] for section in sections for item in section["items"])
    return [[option["code"] for option in scales[name]["options"]] for name in used]
