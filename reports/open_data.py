"""A round as open data: every figure of every level that may be shown, one row each, as CSV and as JSON."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from dataclasses import fields as fields_of

from reports import open_strata
from reports.edition import Edition
from reports.spreadsheet_text import write_csv
from survey.core.breakdown import LEVELS, Breakdown

SCHEMA_URL = "https://json-schema.org/draft/2020-12/schema"
FORMAT = 1
"""Rises when a column changes its meaning."""


@dataclass(frozen=True)
class Row:
    """One figure of one group.

    Attributes:
        level: "round", "field", "unit" or "unit_field".
        unit_code: empty on levels of all units.
        unit: its name.
        field_code: empty on levels of all fields.
        field: its name.
        factor_code: empty for the index.
        factor: its name.
        item_code: empty for the index and for factors.
        item: its words.
        value: weighted share or index, 0–1; None where hidden or unknown.
        low: lower end of its confidence interval.
        high: upper end.
        responses: of the group; of an item those that rated it.
        dossiers: of the group.
        hidden: whether the figure is kept back because it would tell of few people.
    """

    level: str
    unit_code: str
    unit: str
    field_code: str
    field: str
    factor_code: str
    factor: str
    item_code: str
    item: str
    value: float | None
    low: float | None
    high: float | None
    responses: int
    dossiers: int
    hidden: bool


COLUMNS = tuple(column.name for column in fields_of(Row))


def rows(breakdown: Breakdown, language: str) -> Iterator[Row]:
    """All figures, level by level; groups without dossiers are left out."""
    for level in LEVELS:
        for group in range(len(breakdown.levels[level].responses)):
            if breakdown.levels[level].dossiers[group]:
                yield from _rows_of(breakdown, level, group, language)


def _rows_of(breakdown: Breakdown, level: str, group: int, language: str) -> Iterator[Row]:
    unit, field = _place(breakdown, level, group)
    named = {
        "level": level,
        "unit_code": breakdown.units[unit].code if unit is not None else "",
        "unit": breakdown.units[unit].name if unit is not None else "",
        "field_code": breakdown.fields[field].code if field is not None else "",
        "field": breakdown.fields[field].name(language) if field is not None else "",
    }
    kind, _group = breakdown.group(unit, field)
    for number, figure in enumerate(breakdown.figures):
        measure = breakdown.measure(kind, group, number)
        is_known = measure.is_known
        yield Row(
            **named,
            factor_code=figure.section.code if figure.section else "",
            factor=figure.section.title.in_language(language) if figure.section else "",
            item_code=figure.item.code if figure.item else "",
            item=figure.item.text.in_language(language) if figure.item else "",
            value=measure.value if is_known else None,
            low=measure.interval.low if measure.interval else None,
            high=measure.interval.high if measure.interval else None,
            responses=measure.estimate.valid_answers if figure.item else measure.responses,
            dossiers=measure.dossiers,
            hidden=measure.is_hidden,
        )


def _place(breakdown: Breakdown, level: str, group: int) -> tuple[int | None, int | None]:
    fields = len(breakdown.fields)
    places: Mapping[str, tuple[int | None, int | None]] = {
        "round": (None, None),
        "field": (None, group),
        "unit": (group, None),
        "unit_field": (group // fields, group % fields),
    }
    return places[level]


def open_csv(edition: Edition, breakdown: Breakdown) -> bytes:
    """The rows as CSV: numbers with a point and unrounded, hidden 1 or 0, nothing that a spreadsheet would compute."""
    table = ([_cell(value) for value in asdict(row).values()] for row in rows(breakdown, edition.language))
    return write_csv([COLUMNS, *table])


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    return repr(value) if isinstance(value, float) else str(value)


def open_json(edition: Edition, breakdown: Breakdown) -> bytes:
    """The rows with what is needed to read them; `schema` describes it."""
    round_ = edition.result.round
    version = round_.version
    content = {
        "format": FORMAT,
        "language": edition.language,
        "simulated": edition.instance.simulated,
        "provisional": edition.is_provisional,
        "agency": edition.instance.agency,
        "dated": edition.dated.isoformat(),
        "round": {
            "code": round_.code,
            "name": round_.name(edition.language),
            "starts_on": round_.starts_on.isoformat(),
            "ends_on": round_.ends_on.isoformat(),
            "population": round_.frame_source,
        },
        "questionnaire": {
            "code": version.definition.code,
            "version": version.number,
            "fingerprint": version.fingerprint,
        },
        "confidence": round_.settings.confidence_level,
        "notes": list(notes(edition)),
        "figures": [asdict(row) for row in rows(breakdown, edition.language)],
        "credibility": [dict(row) for row in open_strata.rows(edition)],
    }
    return (json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode()


def notes(edition: Edition) -> tuple[str, ...]:
    """What must be known to read the figures."""
    _ = edition.translate
    found = (
        _("Dữ liệu mô phỏng") if edition.instance.simulated else "",
        edition.so_far(),
        _(
            "Giá trị là tỷ lệ hoặc chỉ số từ 0 đến 1, gia quyền theo số hồ sơ; người trả lời tự chọn trả lời, không phải "
            "mẫu ngẫu nhiên."
        ),
        _(
            "hidden = 1: giá trị được ẩn vì có quá ít phiếu, hoặc vì từ đó suy ra được câu trả lời của vài người. Tiêu "
            "chí mà chưa đến một nửa số phiếu có trả lời chỉ được nêu cho cả đợt."
        ),
        _(
            "credibility: opened và started là lượt mở trang và lượt bắt đầu, gần đúng và ít nhất, để trống nơi chưa ghi "
            "hoặc chỉ biết theo đơn vị; flagged_… là số phiếu mà một quy tắc gắn cờ, để trống nơi có quá ít phiếu (hidden)."
        ),
    )
    return tuple(note for note in found if note)


def schema() -> dict[str, object]:
    """The JSON Schema of the file, as published in ``docs/open-data.schema.json``."""
    text: dict[str, object] = {"type": "string"}
    share = {"type": ["number", "null"]}
    count = {"type": "integer", "minimum": 0}
    figure: dict[str, object] = {
        **dict.fromkeys(COLUMNS, text),
        "level": {"enum": list(LEVELS)},
        **dict.fromkeys(("value", "low", "high"), share),
        **dict.fromkeys(("responses", "dossiers"), count),
        "hidden": {"type": "boolean"},
    }
    return {
        "$schema": SCHEMA_URL,
        "title": "Open data of a survey round",
        **_object(
            {
                "format": {"const": FORMAT},
                "language": {"enum": ["vi", "en"]},
                "simulated": {"type": "boolean"},
                "provisional": {"type": "boolean"},
                "agency": text,
                "dated": {"type": "string", "format": "date"},
                "round": _object(dict.fromkeys(("code", "name", "starts_on", "ends_on", "population"), text)),
                "questionnaire": _object({"code": text, "version": count, "fingerprint": text}),
                "confidence": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
                "notes": {"type": "array", "items": text},
                "figures": {"type": "array", "items": _object(figure)},
                "credibility": {"type": "array", "items": _object(open_strata.schema())},
            }
        ),
    }


def _object(properties: Mapping[str, object]) -> dict[str, object]:
    """An object with these keys and no others."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def schema_text() -> str:
    """The schema as the published file has it."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"
