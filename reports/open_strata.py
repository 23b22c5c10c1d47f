"""How far a round can be trusted as open data: one row for the round, for every unit and for every stratum."""

from collections.abc import Iterator, Mapping, Sequence

from reports.edition import Edition
from reports.spreadsheet_text import write_csv
from survey.core.credibility import Credibility, Trust
from survey.core.flags import FROM_ANSWERS, Rule
from survey.core.openings import Openings

Value = str | int | bool | None

FLAGGED = {rule: f"flagged_{rule.value}" for rule in Rule}
"""The column of each rule: responses that it points at; none where too few people stand behind."""

COLUMNS = (
    "level",
    "unit_code",
    "unit",
    "field_code",
    "field",
    "dossiers",
    "invited",
    "opened",
    "started",
    "responses",
    "by_page",
    "verified",
    "late",
    *FLAGGED.values(),
    "hidden",
)
LEVELS = ("round", "unit", "unit_field")


def rows(edition: Edition) -> Iterator[Mapping[str, Value]]:
    """The round, its units, their strata."""
    trust = edition.result.credibility
    if trust is None:
        return
    yield _whole(trust)
    for row in (*trust.units, *trust.strata):
        named = {
            "level": "unit" if row.field is None else "unit_field",
            "unit_code": row.unit.code,
            "unit": row.unit.name,
            "field_code": row.field.code if row.field else "",
            "field": row.field.name(edition.language) if row.field else "",
        }
        yield {**named, **_numbers([row], row.openings, row.invited), **_flags(row)}


def strata_csv(edition: Edition) -> bytes:
    """The rows as CSV; what is not known or hidden is empty, ``hidden`` 1 or 0."""
    table = ([_cell(row[column]) for column in COLUMNS] for row in rows(edition))
    return write_csv([COLUMNS, *table])


def schema() -> Mapping[str, object]:
    """The JSON Schema of a row."""
    text, count = {"type": "string"}, {"type": "integer", "minimum": 0}
    perhaps = {"type": ["integer", "null"], "minimum": 0}
    counts = ("dossiers", "invited", "responses", "by_page", "verified", "late")
    return {
        **dict.fromkeys(COLUMNS, text),
        "level": {"enum": list(LEVELS)},
        **dict.fromkeys(counts, count),
        **dict.fromkeys(("opened", "started", *FLAGGED.values()), perhaps),
        "hidden": {"type": "boolean"},
    }


def _whole(trust: Credibility) -> Mapping[str, Value]:
    """The round; rules that look at answers have no number where everything is hidden."""
    found: dict[str, Value] = {name: trust.flagged.get(rule) for rule, name in FLAGGED.items()}
    return {
        "level": "round",
        "unit_code": "",
        "unit": "",
        "field_code": "",
        "field": "",
        **_numbers(trust.units, trust.openings, trust.invited),
        **found,
        "hidden": trust.any_flagged is None,
    }


def _numbers(parts: Sequence[Trust], openings: Openings | None, invited: int) -> Mapping[str, Value]:
    return {
        "dossiers": sum(part.dossiers for part in parts),
        "invited": invited,
        "opened": openings.opened if openings else None,
        "started": openings.started if openings else None,
        "responses": sum(part.responses for part in parts),
        "by_page": sum(part.by_page for part in parts),
        "verified": sum(part.verified for part in parts),
        "late": sum(part.late for part in parts),
    }


def _flags(row: Trust) -> Mapping[str, Value]:
    found: dict[str, Value] = {
        name: None if row.is_hidden and rule in FROM_ANSWERS else row.flagged.get(rule, 0)
        for rule, name in FLAGGED.items()
    }
    return {**found, "hidden": row.is_hidden}


def _cell(value: Value) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, bool) else str(value)
