"""HTML and formulas in every text that somebody can type: pages show them as text, spreadsheets never compute them."""

import csv
import io
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from openpyxl import load_workbook

from questionnaires.definition import Definition
from questionnaires.drafting import draft_of
from survey.actions import drafting
from survey.store import sources
from survey.store.database import Database
from survey.store.sources import SourceLoad
from survey.store.tables import Base
from tests.places import MIXED, NOW, OFFICER, ROUND, TALLY, five_factors
from tests.web.addresses import ADDRESSES, CSV, HTML, ONLY_POSTED
from tests.web.conftest import READERS, reader_of, signed_in
from tests.web.tiny import in_use

TYPED = {
    "account": ("display_name",),
    "counter": ("name", "place"),
    "device": ("name",),
    "field": ("name_vi", "name_en"),
    "instance": ("superior", "agency", "number_suffix"),
    "round": ("name_vi", "name_en", "frame_source"),
    "unit": ("name",),
    "upload": ("file_name",),
}
"""The columns that the small place fills in with what somebody typed."""
ADDED = {"source_load": ("source", "file_name"), "tally": ("factor", "item")}
"""Columns that nobody can change, filled in by a further row."""
FORMS = {
    "version": ("definition",),
    "draft_revision": ("content",),
}
"""Whole questionnaires, every phrase of which is made hostile here."""
SHOWN_BY_OTHER_TESTS = {
    "draft": ("note",),
    "editorial_change": ("reason",),
    "frame_load": ("source", "file_name"),
    "frame_margin": ("margin", "category"),
    "instance": ("place",),
    "label_meaning": ("label",),
    "load_content": ("names",),
    "column_role": ("header",),
    "published_report": ("reason",),
    "report_submission": ("reason", "note"),
    "report_text": ("content",),
    "reported_figure": ("source",),
    "response": ("answers",),
    "keyed_form": ("answers",),
    "round_reopening": ("reason",),
    "source_withdrawal": ("reason",),
    "trail": ("who", "subject", "detail"),
    "tally": ("scale", "options"),
    "target_sheet": ("content",),
    "unit_change": ("basis",),
    "version_withdrawal": ("reason",),
}
"""Typed too; each has a test of its own beside the page that shows it, or comes from a file that is checked."""
MADE_HERE = {
    "code", "role", "kind", "header", "digest", "name_hash", "device_hash", "hash", "deed", "tier", "token", "purpose",
    "subject", "who", "questionnaire_code", "fingerprint", "password_hash", "totp_secret", "identity", "state",
    "submitted_by", "table_name", "row_key", "response_id", "round_code", "secret_hash", "sha256", "freeze_digest",
    "address", "parts", "figures", "program", "pdf_vi", "pdf_en", "published_by", "id", "mode", "language",
    "token_hash", "value", "settings", "primary_colour", "ink_colour", "content", "name", "field_code",
}  # fmt: skip
"""Codes, digests and numbers: nothing that is not of a shape of our own gets in."""


def evil(what: str) -> str:
    """A text that is markup, a formula and the end of an attribute in one; it says where it stands."""
    return f'=1+1<i class="{what}">\'"&amp;'


def shown(what: str) -> str:
    """How it looks in a page that took it for text."""
    return f"&lt;i class=&#34;{what}&#34;&gt;"


def hostile(value: Any) -> Any:
    """The same questionnaire with evil phrases."""
    if isinstance(value, dict) and "vi" in value:
        return {language: evil("phrase") for language in value}
    if isinstance(value, dict):
        return {key: hostile(one) for key, one in value.items()}
    return [hostile(one) for one in value] if isinstance(value, list) else value


@pytest.fixture
def poisoned(sqlite_small: Database) -> Database:
    """The small place after somebody typed such things wherever they could."""
    asked = hostile(five_factors().model_dump(mode="json"))
    definition = Definition.model_validate(
        asked | {"legal_basis": [evil("law")], "source_note": evil("note")}
    )
    in_use(sqlite_small, definition)
    drafting.edit(sqlite_small, 1, lambda _content: draft_of(definition), who=OFFICER.name, now=NOW)
    with sqlite_small.writing() as session:
        for table, columns in TYPED.items():
            for column in columns:
                statement = sa.text(f"UPDATE {table} SET {column} = :words")  # noqa: S608  names of our own
                session.execute(statement, {"words": evil(f"{table}.{column}")})
        said = {column: evil(f"source_load.{column}") for column in ADDED["source_load"]}
        load = SourceLoad(
            **said,
            kind="tallies",
            dated=NOW.date(),
            sha256="c" * 64,
            rows=1,
            refused=0,
            who="canbo",
            loaded_at=NOW,
        )
        tally = replace(TALLY, **{column: evil(f"tally.{column}") for column in ADDED["tally"]})
        sources.add_tallies(session, ROUND, sources.add(session, ROUND, load), [tally])
    return sqlite_small


def test_every_text_column_is_known_to_these_tests() -> None:
    known = {
        (table, column)
        for group in (TYPED, ADDED, FORMS, SHOWN_BY_OTHER_TESTS)
        for table, columns in group.items()
        for column in columns
    }
    texts = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, sa.String | sa.Text)
    }
    assert known <= texts
    assert {column for table, column in texts - known} <= MADE_HERE


@pytest.mark.usefixtures("poisoned")
def test_no_page_takes_a_text_for_markup(app: Flask) -> None:
    readers = {name: signed_in(app, name).client for name in ("canbo", *READERS.values())}
    seen, leaks = "", []
    for rule in sorted(set(ADDRESSES) - ONLY_POSTED):
        if ADDRESSES[rule].kind != HTML:
            continue
        reader = readers[READERS.get(ADDRESSES[rule].demands, "canbo")]
        page = reader.get(ADDRESSES[rule].of("XA"), follow_redirects=True).text
        leaks += [rule] if "<i class=" in page else []
        seen += page
    assert leaks == []
    places = [f"{table}.{column}" for table, columns in (TYPED | ADDED).items() for column in columns]
    assert [place for place in (*places, "phrase", "law", "note") if shown(place) not in seen] == []


@pytest.mark.usefixtures("poisoned")
def test_no_table_has_a_cell_that_a_spreadsheet_would_compute(app: Flask) -> None:
    for rule in sorted(set(ADDRESSES) - ONLY_POSTED):
        if ADDRESSES[rule].kind == CSV:
            text = reader_of(app, rule).fetch(ADDRESSES[rule].of("XA")).data.decode("utf-8-sig")
            cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
            assert cells
            assert [cell for cell in cells if cell.startswith(("=", "+", "@"))] == []
    officer = signed_in(app, "canbo")
    for path in ("", "/units/XA/report", "/data/file"):
        book = load_workbook(io.BytesIO(officer.fetch(f"/reports/{ROUND}{path}.xlsx").data))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert "f" not in {cell.data_type for cell in cells}
        assert any(str(cell.value).startswith("=1+1<i") for cell in cells), path


@pytest.mark.usefixtures("poisoned")
def test_a_citizen_reads_hostile_words_as_words(app: Flask) -> None:
    page = app.test_client().get(f"/q/{MIXED}").text
    assert "<i class=" not in page
    assert page.count(shown("phrase")) > len(five_factors().items)
