"""Every accented letter of Vietnamese comes back from every kind of open data."""

import csv
import json
from collections.abc import Callable
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import pyreadstat
import pytest

from questionnaires.xlsform_reading import from_xlsform
from questionnaires.xlsform_writing import to_xlsform
from reports.codebook import write_codebook
from reports.edition import Edition
from reports.open_data import open_csv, open_json
from reports.spss import Value, Variable, write_sav
from survey.core.breakdown import Breakdown, break_down
from survey.core.evaluation import evaluate
from survey.core.place import Instance, Unit
from survey.core.scoring import score_round
from survey.wording import translator
from tests.core.tiny import definition, evidence, item
from tests.reports.reading import in_words, vietnamese_letters

LETTERS = in_words(vietnamese_letters())


@pytest.fixture(scope="module")
def made() -> tuple[Edition, Breakdown]:
    """A round whose one unit and first item are called by all the letters."""
    plain = definition()
    access, staff = plain.sections
    changed = access.model_copy(update={"items": (item("a1", LETTERS), access.items[1])})
    asked = plain.model_copy(update={"sections": (changed, staff)})
    unit = Unit("A", LETTERS, "commune")
    found = evidence({("A", "land"): 100}, [("A", "land", (5, 4, 2))] * 9, asked=asked, units=(unit,))
    owner = Instance("UBND", LETTERS, "Huế", "BC", simulated=False)
    edition = Edition(evaluate(score_round(found), None), owner, date(2026, 11, 22), "vi", translator("vi"))
    return edition, break_down(score_round(found), 5)


def from_csv(edition: Edition, breakdown: Breakdown) -> set[str]:
    read = open_csv(edition, breakdown).decode("utf-8-sig")
    return {cell for row in csv.reader(StringIO(read)) for cell in row}


def from_json(edition: Edition, breakdown: Breakdown) -> set[str]:
    content = json.loads(open_json(edition, breakdown))
    found: set[str] = set()

    def walk(value: object) -> None:
        if isinstance(value, dict):
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)
        else:
            found.add(str(value))

    walk(content)
    return found


def from_codebook(edition: Edition, breakdown: Breakdown) -> set[str]:
    root = ET.fromstring(write_codebook(edition, breakdown.fields, None))  # noqa: S314 - our own text
    return {element.text or "" for element in root.iter()}


def from_form(edition: Edition, breakdown: Breakdown) -> set[str]:
    del breakdown
    file = to_xlsform(edition.result.round.version.definition)
    assert from_xlsform(file, name="phieu.xlsx").items[0].text.vi == LETTERS
    book = openpyxl.load_workbook(BytesIO(file))
    return {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}


@pytest.mark.parametrize("read", [from_csv, from_json, from_codebook, from_form])
def test_every_letter_comes_back(
    made: tuple[Edition, Breakdown], read: Callable[[Edition, Breakdown], set[str]]
) -> None:
    assert LETTERS in read(*made)


def test_every_letter_comes_back_from_an_spss_file(tmp_path: Path) -> None:
    """In labels and notes word by word; in values, which have eight bytes, two by two."""
    words, letters = LETTERS.split(), vietnamese_letters()
    pairs = [letters[at : at + 2] for at in range(0, len(letters), 2)]
    named = [Variable(f"v{number}", word, "nominal", {1: word}) for number, word in enumerate(words)]
    variables = (*named, Variable("chu", "Chữ", "nominal", is_text=True), Variable("w", "Trọng số", "scale"))
    rows: list[list[Value]] = [[*(1.0 for _ in words), pair, 1.0] for pair in pairs]
    file = tmp_path / "a.sav"
    file.write_bytes(
        write_sav(variables, rows, label="Tệp", notes=LETTERS.split(), made=date(2026, 1, 2), weight="w")
    )
    columns, about = pyreadstat.read_sav(file, output_format="dict")
    assert list(columns["chu"]) == pairs
    assert about.column_labels[: len(words)] == words
    assert [labels[1.0] for labels in about.variable_value_labels.values()] == words
    assert about.notes == words
