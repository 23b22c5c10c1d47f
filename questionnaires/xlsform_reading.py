"""A definition from an XLSForm workbook, with every fault named by sheet and row."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from unicodedata import normalize

from questionnaires.definition import Definition
from questionnaires.languages import REQUIRED_LANGUAGE
from questionnaires.loading import definition_from
from questionnaires.source import Fault, Path, Source, quoted
from questionnaires.xlsform import (
    CHOICES,
    OWN,
    OWN_KEYS,
    SETTINGS,
    SURVEY,
    NotExchangeable,
)
from questionnaires.xlsform_sheets import Data, Line, Reader
from questionnaires.xlsform_survey import Survey
from questionnaires.xlsform_writing import check_rules

LONGEST_CODE = 40
_PYXFORM_SHEET = re.compile(r"On the '(survey|choices|settings)' sheet")
_PYXFORM_ROW = re.compile(r"\[row : ([0-9]+)\]")


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

    A group whose rows are all ``select_one`` is a section; other groups are refused. Without a sheet of settings the
    questionnaire is called as its file is, which is pyxform's rule, too. A workbook without our own sheet tells nothing
    of population, source and scoring: these get words that say so, for somebody to write.

    Args:
        content: the bytes of the file.
        name: the file's name, for messages and where the workbook names no form.

    Raises:
        DefinitionFaults: with every fault at once, each with its sheet and row.
    """
    reader = Reader(name)
    sheets = reader.sheets(content)
    reader.stop_at_faults()
    try:
        check_rules({sheet: _with_gaps(lines) for sheet, lines in sheets.items()})
    except NotExchangeable as fault:
        row = _PYXFORM_ROW.search(str(fault))
        sheet = _PYXFORM_SHEET.search(str(fault))
        message = f"Quy tắc XLSForm không nhận: {fault}"
        reader.faults.append(
            Fault(name, int(row[1]) if row else 1, f"trang {sheet[1] if sheet else SURVEY}", message)
        )
        reader.stop_at_faults()
    data = _definition(reader, sheets)
    reader.stop_at_faults()
    return definition_from(_SheetSource(name, data, reader.lines, (), reader.where))


def _with_gaps(lines: Sequence[Line]) -> list[Mapping[str, str]]:
    """The rows with empty ones where the sheet has them, so that pyxform counts as the sheet does."""
    rows: list[Mapping[str, str]] = [{}] * (max((line.number for line in lines), default=1) - 1)
    for line in lines:
        rows[line.number - 2] = line.cells
    return rows


def _definition(reader: Reader, sheets: Mapping[str, list[Line]]) -> Data:
    """Everything as plain data."""
    for line in sheets[CHOICES]:
        reader.lists.setdefault(line.get("list_name") or line.get("list name"), []).append(line)
    settings = next(iter(sheets[SETTINGS]), Line(SETTINGS, 2, {}))
    named = PurePath(reader.name).stem
    title = settings.get("form_title") or settings.get("form_id") or named
    data: Data = {
        "code": settings.get("form_id") or settings.get("id_string") or _code(named),
        "title": {REQUIRED_LANGUAGE: title},
        "introduction": {REQUIRED_LANGUAGE: title},
        "thanks": {REQUIRED_LANGUAGE: "Xin cảm ơn."},
    }
    for key in ("code", "title"):
        reader.stand((key,), settings)
    Survey(reader, data).read(sheets[SURVEY])
    data["languages"] = sorted(_languages(data) | {REQUIRED_LANGUAGE})
    _own(reader, data, sheets[OWN])
    return data


def _code(file_name: str) -> str:
    """A code from a file's name; pyxform takes the name itself."""
    letters = normalize("NFKD", file_name.lower().replace("đ", "d")).encode("ascii", "ignore").decode()
    code = re.sub("[^a-z0-9]+", "_", letters).strip("_")
    return (code if code[:1].isalpha() else f"phieu_{code}").strip("_")[:LONGEST_CODE]


def _own(reader: Reader, data: Data, lines: list[Line]) -> None:
    """What our own sheet says, and words of our own for what nobody said."""
    title = data["title"]
    for line in lines:
        key = line.get("key")
        try:
            value = json.loads(line.get("value"))
        except (ValueError, RecursionError):
            reader.refuse(line, "Ô value phải là JSON; hãy giữ nguyên như tệp đã xuất.")
            continue
        if key == "questions":
            _in_order(data, value)
        elif key in OWN_KEYS:
            data[key] = value
            reader.stand((key,), line)
        else:
            reader.refuse(line, f"Không có mục nào tên {quoted(key)}; hãy xoá dòng này.")
    if isinstance(data["title"], dict) and isinstance(title, dict):
        data["title"] = data["title"] | title
    data.setdefault("population", {REQUIRED_LANGUAGE: "Chưa ghi: hãy viết ai được hỏi."})
    data.setdefault("source_note", f"Nhập từ tệp XLSForm {reader.name}; hãy viết nguồn câu chữ.")
    data.setdefault("scoring", _usual_scoring(data))


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
    if all(isinstance(code, str) for code in codes) and sorted(codes) == sorted(q["code"] for q in questions):
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
