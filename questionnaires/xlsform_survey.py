"""The survey sheet of an XLSForm workbook as sections, scales and questions."""

import re
from dataclasses import dataclass, field

from questionnaires.source import Path, quoted
from questionnaires.xlsform import (
    CHOICES,
    FIELD_TYPE,
    GROUP,
    INTRODUCTION,
    NOT_APPLICABLE,
    THANKS,
    TYPES,
    WITH_NOT_APPLICABLE,
)
from questionnaires.xlsform_sheets import Data, Line, Reader

_KINDS = {word: kind for kind, word in TYPES.items()}
_CONDITION = re.compile(r"selected\(\s*\$\{([^}]+)\}\s*,\s*'([0-9]+)'\s*\)|\$\{([^}]+)\}\s*=\s*'([0-9]+)'")
_LENGTH = re.compile(r"string-length\(\s*\.\s*\)\s*<=\s*([0-9]+)")
_BOUND = re.compile(r"\.\s*(>=|<=)\s*(-?[0-9]+)")
_ALONE = re.compile(r"not\(selected\(\s*\.\s*,\s*'([0-9]+)'\s*\) and count-selected\(\s*\.\s*\) > 1\)")
_YES = {"yes", "true", "true()", "1"}
_UNKNOWN_TO_US = {"calculation", "choice_filter", "default", "repeat_count", "trigger"}


@dataclass
class Survey:
    """Reads the survey sheet row by row into ``data``."""

    reader: Reader
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


def _is_yes(line: Line) -> bool:
    return line.get("required").lower() in _YES
