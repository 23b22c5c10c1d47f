"""A definition as an XLSForm workbook."""

import io
import json
from collections.abc import Iterator, Mapping, Sequence

import xlsxwriter
from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from questionnaires.definition import Condition, Definition, Item, Option, Question, Section, Text
from questionnaires.exchange_json import plain
from questionnaires.xlsform import (
    CHOICES,
    GROUP,
    INTRODUCTION,
    NOT_APPLICABLE,
    NOT_APPLICABLE_LABEL,
    OWN,
    OWN_KEYS,
    QUESTION_LIST,
    SETTINGS,
    SURVEY,
    THANKS,
    TYPES,
    WITH_NOT_APPLICABLE,
    NotExchangeable,
    language_column,
    language_name,
)

Row = Mapping[str, str]
Sheets = Mapping[str, Sequence[Row]]


def to_xlsform(definition: Definition) -> bytes:
    """The definition as an .xlsx workbook whose every cell is text, so that nothing in it is ever computed.

    Raises:
        NotExchangeable: if pyxform's rules refuse it, or a text would be read as a reference.
    """
    sheets = _sheets(definition)
    check_rules(sheets)
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            heads = list(dict.fromkeys(head for row in rows for head in row))
            for column, head in enumerate(heads):
                sheet.write_string(0, column, head)
            for line, row in enumerate(rows, start=1):
                for column, head in enumerate(heads):
                    if row.get(head):
                        sheet.write_string(line, column, row[head])
            sheet.freeze_panes(1, 0)
    return stream.getvalue()


def check_rules(sheets: Sheets) -> None:
    """Let pyxform judge the sheets.

    Raises:
        NotExchangeable: with pyxform's own words.
    """
    known: dict[str, object] = {"sheet_names": [name for name in sheets if name != OWN]}
    for name, rows in sheets.items():
        if name != OWN:
            heads = dict.fromkeys(head for row in rows for head in row)
            known |= {name: [{k: v for k, v in row.items() if v} for row in rows], f"{name}_header": [heads]}
    try:
        convert(xlsform=known, validate=False)
    except PyXFormError as fault:
        raise NotExchangeable(str(fault)) from fault


def _sheets(definition: Definition) -> dict[str, list[Row]]:
    sheets = {
        SURVEY: list(_survey(definition)),
        CHOICES: list(_choices(definition)),
        SETTINGS: [_settings(definition)],
        OWN: list(_own(definition)),
    }
    for name in (SURVEY, CHOICES):
        for row in sheets[name]:
            for head, text in row.items():
                if "${" in text and head not in {"relevant", "constraint"}:
                    raise NotExchangeable(
                        f"“{text[:60]}” có “${{”, XLSForm hiểu là tham chiếu; hãy viết khác"
                    )
    return sheets


def _survey(definition: Definition) -> Iterator[Row]:
    yield {"type": "note", "name": INTRODUCTION, **_labels("label", definition.introduction)}
    yield from (_question(question) for question in definition.questions if question.place == "before")
    taken = set(definition.codes())
    for section in definition.sections:
        name = f"{GROUP}{section.code}" if section.code in taken else section.code
        yield from _section(section, name)
    yield from (_question(question) for question in definition.questions if question.place == "after")
    yield {"type": "note", "name": THANKS, **_labels("label", definition.thanks)}


def _section(section: Section, name: str) -> Iterator[Row]:
    yield {
        "type": "begin_group",
        "name": name,
        **_labels("label", section.title),
        "relevant": _relevant(section.shown_when),
    }
    for item in section.items:
        yield {
            "type": f"select_one {_list_of(item)}",
            "name": item.code,
            **_labels("label", item.text),
            "required": "yes" if item.required else "",
            "relevant": _relevant(item.shown_when),
        }
    yield {"type": "end_group"}


def _question(question: Question) -> Row:
    kind = TYPES[question.kind]
    if question.options:
        kind += f" {QUESTION_LIST}{question.code}"
    return {
        "type": kind,
        "name": question.code,
        **_labels("label", question.text),
        **(_labels("hint", question.counted_in) if question.counted_in else {}),
        "required": "yes" if question.required else "",
        "relevant": _relevant(question.shown_when),
        "constraint": _constraint(question),
    }


def _constraint(question: Question) -> str:
    if question.kind == "text":
        return f"string-length(.) <= {question.max_length}"
    if question.kind == "number":
        bounds = ((">=", question.min), ("<=", question.max))
        return " and ".join(f". {sign} {bound}" for sign, bound in bounds if bound is not None)
    return " and ".join(
        f"not(selected(., '{code}') and count-selected(.) > 1)" for code in question.alone or ()
    )


def _relevant(condition: Condition | None) -> str:
    if condition is None:
        return ""
    return " or ".join(f"selected(${{{condition.question}}}, '{code}')" for code in condition.codes)


def _choices(definition: Definition) -> Iterator[Row]:
    may_not_apply = {item.scale for item in definition.items if item.allow_not_applicable}
    for name, scale in definition.scales.items():
        yield from _options(name, scale.options)
        if name in may_not_apply:
            yield from _options(f"{name}{WITH_NOT_APPLICABLE}", scale.options)
            label = Text(**{k: v for k, v in NOT_APPLICABLE_LABEL.items() if k in definition.languages})
            yield {
                "list_name": f"{name}{WITH_NOT_APPLICABLE}",
                "name": NOT_APPLICABLE,
                **_labels("label", label),
            }
    for question in definition.questions:
        yield from _options(f"{QUESTION_LIST}{question.code}", question.options)


def _options(name: str, options: Sequence[Option]) -> Iterator[Row]:
    for option in options:
        yield {"list_name": name, "name": str(option.code), **_labels("label", option.text)}


def _list_of(item: Item) -> str:
    return f"{item.scale}{WITH_NOT_APPLICABLE}" if item.allow_not_applicable else item.scale


def _settings(definition: Definition) -> Row:
    return {
        "form_title": definition.title.vi,
        "form_id": definition.code,
        "default_language": language_name("vi"),
        "clean_text_values": "no",
    }


def _own(definition: Definition) -> Iterator[Row]:
    data = plain(definition)
    for key in OWN_KEYS:
        yield {"key": key, "value": json.dumps(data[key], ensure_ascii=False)}
    yield {"key": "questions", "value": json.dumps([question.code for question in definition.questions])}
    for question in definition.questions:
        idle = question.kind != "text" and question.max_length != _USUAL_LENGTH
        if idle or question.alone == ():
            raise NotExchangeable(
                f"câu “{question.code}” có mục bỏ không (max_length hoặc alone); hãy xoá mục ấy"
            )


_USUAL_LENGTH = Question.model_fields["max_length"].default


def _labels(kind: str, text: Text) -> Row:
    words = text.model_dump(exclude_none=True)
    return {language_column(kind, language): phrase for language, phrase in words.items()}
