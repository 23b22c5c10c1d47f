"""A round's open files: the report's numbers cell by cell, hidden where the report hides, read back by other programs."""

import csv
import io
import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pyreadstat
import pytest

from reports.open_data import COLUMNS, schema_text
from survey.actions.figures import Shown, shown_result
from survey.settings import PROJECT
from survey.store import places
from survey.store.database import Database
from tests.places import DOSSIERS, EARLIER, ROUND, add_responses, five_factors
from tests.web.reading import Reading
from tests.web.visitor import Visitor

DDI = "{ddi:codebook:2_5}"


def path(ending: str, code: str = EARLIER) -> str:
    return f"/reports/{code}/data/file.{ending}"


def shown(database: Database, code: str = EARLIER) -> Shown:
    return shown_result(database, code, small_cell=5, now=datetime.now(UTC))


def table(leader: Visitor, code: str = EARLIER) -> list[dict[str, str]]:
    content = leader.fetch(path("csv", code)).data
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def records(leader: Visitor, folder: Path, code: str = EARLIER) -> tuple[dict[str, list[Any]], Any]:
    """The SPSS file as pyreadstat reads it."""
    file = folder / "records.sav"
    file.write_bytes(leader.fetch(path("sav", code)).data)
    columns, about = pyreadstat.read_sav(file, output_format="dict", user_missing=True)
    return {name: list(values) for name, values in columns.items()}, about


@pytest.fixture
def uneven(sqlite_small: Database) -> Database:
    """The closed round with one small cell of three land dossiers in the commune."""
    for (unit, field), count in zip(DOSSIERS, (40, 3, 30, 31, 50), strict=True):
        add_responses(sqlite_small, unit, field, [5, 2] * (count // 2) + [4] * (count % 2), EARLIER)
    return sqlite_small


@pytest.mark.parametrize("code", [ROUND, EARLIER])
def test_the_csv_has_the_numbers_of_the_report_cell_by_cell(
    leader: Visitor, answered: Database, code: str
) -> None:
    result = shown(answered, code).result
    found = {
        (row["level"], row["unit_code"] or row["field_code"], row["factor_code"], row["item_code"]): row
        for row in table(leader, code)
        if row["level"] != "unit_field"
    }
    wanted = {
        ("round", "", "", ""): result.index,
        **{("round", "", f.section.code, ""): f.measure for f in result.factors},
        **{("round", "", f.section.code, i.item.code): i.measure for f in result.factors for i in f.items},
        **{("unit", u.unit.code, "", ""): u.measure for u in result.units},
        **{("field", f.field.code, "", ""): f.measure for f in result.fields},
    }
    for key, measure in wanted.items():
        row = found[key]
        assert measure.interval is not None
        numbers = [float(row[name]) for name in ("value", "low", "high")]
        assert numbers == [measure.value, measure.interval.low, measure.interval.high]
        assert [int(row["responses"]), int(row["dossiers"])] == [measure.responses, measure.dossiers]
    assert {row["hidden"] for row in found.values()} == {"0"}


@pytest.mark.usefixtures("uneven")
def test_what_is_hidden_has_no_number_in_any_file(leader: Visitor) -> None:
    rows = table(leader)
    hidden = [row for row in rows if row["hidden"] == "1"]
    groups = {(row["unit_code"], row["field_code"]) for row in hidden}
    assert groups == {(unit, field) for unit in ("XA", "PH") for field in ("land", "civil_status")}
    assert {row[name] for row in hidden for name in ("value", "low", "high")} == {""}
    content = json.loads(leader.fetch(path("json")).data)
    assert [figure["hidden"] for figure in content["figures"]] == [row["hidden"] == "1" for row in rows]
    assert all(figure["value"] is None for figure in content["figures"] if figure["hidden"])


def test_report_and_files_hide_the_same_units_and_fields(leader: Visitor, sqlite_small: Database) -> None:
    """Two answers from the department alone: another unit must go with it, and it must be the same everywhere."""
    for (unit, field), count in zip(DOSSIERS, (2, 12, 14, 13, 15), strict=True):
        add_responses(sqlite_small, unit, field, [5, 2] * (count // 2) + [4] * (count % 2), EARLIER)
    result = shown(sqlite_small).result
    hidden = {row.unit.code for row in result.units if row.measure.is_hidden}
    hidden |= {row.field.code for row in result.fields if row.measure.is_hidden}
    assert len(hidden) > 1
    assert "SO" in hidden
    assert hidden == {
        row["unit_code"] or row["field_code"]
        for row in table(leader)
        if row["level"] in {"unit", "field"} and row["hidden"] == "1"
    }


@pytest.mark.usefixtures("uneven")
def test_nobody_gets_the_small_cell_by_subtracting_fields_or_units(leader: Visitor) -> None:
    index = {(row["unit_code"], row["field_code"]): row for row in table(leader) if not row["factor_code"]}
    for line in (("XA", None), (None, "land")):
        kept_back = [
            int(row["responses"])
            for (unit, field), row in index.items()
            if unit and field and row["hidden"] == "1" and (unit == line[0] or field == line[1])
        ]
        assert len(kept_back) > 1
        assert sum(kept_back) >= 5


@pytest.mark.usefixtures("answered")
def test_the_json_has_the_same_rows_and_fits_its_published_schema(leader: Visitor) -> None:
    content = json.loads(leader.fetch(path("json")).data)
    published = (PROJECT / "docs" / "open-data.schema.json").read_text(encoding="utf-8")
    assert published == schema_text()
    jsonschema.validate(content, json.loads(published))
    rows = table(leader)
    assert [list(figure) for figure in content["figures"]] == [list(COLUMNS)] * len(rows)
    for figure, row in zip(content["figures"], rows, strict=True):
        assert {name: str(value) for name, value in figure.items() if isinstance(value, str | float)} == {
            name: row[name] for name, value in figure.items() if isinstance(value, str | float)
        }


@pytest.mark.usefixtures("answered")
def test_a_name_that_looks_like_a_formula_is_never_computed(leader: Visitor, sqlite_small: Database) -> None:
    with sqlite_small.writing() as session:
        unit = next(u for u in places.units(session) if u.code == "XA")
        places.change_units(session, [replace(unit, name="=1+1")])
    assert {row["unit"] for row in table(leader) if row["unit_code"] == "XA"} == {"'=1+1"}


def test_the_records_lead_to_no_unit_and_no_moment(
    leader: Visitor, answered: Database, tmp_path: Path
) -> None:
    columns, about = records(leader, tmp_path)
    items = [item.code for item in five_factors().items]
    assert list(columns) == ["linh_vuc", "thang", "trong_so", *items]
    assert len(columns["thang"]) == 150
    assert set(columns["thang"]) == {"2026-11"}
    del answered
    listed = list(zip(*(columns[name] for name in ("linh_vuc", "thang", *items)), strict=True))
    assert listed == sorted(listed)
    assert about.file_encoding == "UTF-8"


@pytest.mark.usefixtures("answered")
def test_the_records_have_labels_weights_and_the_totals_of_the_population(
    leader: Visitor, tmp_path: Path
) -> None:
    columns, about = records(leader, tmp_path)
    assert about.column_names_to_labels["a1"] == five_factors().items[0].text.vi
    assert about.variable_value_labels["linh_vuc"] == {
        0: "không nêu",
        1: "Đất đai",
        2: "Hộ tịch – Chứng thực",
    }
    assert about.variable_value_labels["a1"][5] == "Rất hài lòng"
    assert about.variable_value_labels["a1"][-1] == "không trả lời"
    assert about.missing_ranges["a1"] == [{"lo": -4.0, "hi": -1.0}]
    weights = Counter[float]()
    for field, weight in zip(columns["linh_vuc"], columns["trong_so"], strict=True):
        weights[field] += weight
    assert weights == pytest.approx({1: 400 + 60 + 90, 2: 1500 + 3000})
    content = leader.fetch(path("sav")).data
    assert int.from_bytes(content[76:80], "little") == 3  # the variable by which SPSS weighs


@pytest.mark.usefixtures("uneven")
def test_records_of_a_hidden_field_do_not_name_it(
    leader: Visitor, sqlite_small: Database, tmp_path: Path
) -> None:
    is_hidden = shown(sqlite_small).breakdown.levels["field"].is_hidden.tolist()
    assert is_hidden == [False, False]
    columns, _about = records(leader, tmp_path)
    assert Counter(columns["linh_vuc"]) == {1: 40 + 3 + 31, 2: 30 + 50}


def test_there_are_no_records_while_answers_may_still_come(leader: Visitor, answered: Database) -> None:
    del answered
    page = Reading(leader.get(f"/reports/{ROUND}/data"))
    assert "Tệp này có sau khi số liệu của đợt đã chốt" in page.main
    assert not [link for link in page.links if link.endswith(".sav")]
    assert Reading(leader.get(path("sav", ROUND), 409)).heading == "Số liệu của đợt chưa chốt"


@pytest.mark.usefixtures("answered")
def test_the_codebook_describes_every_variable_of_the_records(leader: Visitor, tmp_path: Path) -> None:
    book = ET.fromstring(leader.fetch(path("xml")).data)  # noqa: S314  our own
    assert book.tag == f"{DDI}codeBook"
    columns, about = records(leader, tmp_path)
    variables = book.findall(f"{DDI}dataDscr/{DDI}var")
    assert [variable.get("name") for variable in variables] == list(columns)
    assert book.findtext(f"{DDI}fileDscr/{DDI}fileTxt/{DDI}dimensns/{DDI}caseQnty") == str(len(columns["a1"]))
    for variable in variables:
        name = str(variable.get("name"))
        assert variable.findtext(f"{DDI}labl") == about.column_names_to_labels[name]
        codes = {
            float(category.findtext(f"{DDI}catValu") or ""): category.findtext(f"{DDI}labl")
            for category in variable.findall(f"{DDI}catgry")
        }
        assert codes == about.variable_value_labels.get(name, {})
    [weight] = [variable for variable in variables if variable.get("wgt") == "wgt"]
    assert {v.get("wgt-var") for v in variables if v is not weight} == {weight.get("ID")}
    assert variables[3].findtext(f"{DDI}qstn/{DDI}qstnLit") == five_factors().items[0].text.vi
    assert (
        book.findtext(f"{DDI}stdyDscr/{DDI}stdyInfo/{DDI}sumDscr/{DDI}universe")
        == five_factors().population.vi
    )


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_open_file_is_linked_from_the_report_and_can_be_saved(leader: Visitor, language: str) -> None:
    report = Reading(leader.get(f"/reports/{EARLIER}?lang={language}"))
    [page] = [link for link in report.links if link.split("?")[0] == f"/reports/{EARLIER}/data"]
    for ending in ("csv", "json", "xml", "sav", "xlsx"):
        [link] = [link for link in Reading(leader.get(page)).links if f"file.{ending}" in link]
        assert leader.fetch(link).headers["Content-Disposition"].startswith("attachment")


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize("ending", ["csv", "json", "xml", "sav"])
def test_the_same_data_give_the_same_bytes(leader: Visitor, ending: str) -> None:
    assert leader.fetch(path(ending)).data == leader.fetch(path(ending)).data


ORDER = {
    "codeBook": "docDscr stdyDscr fileDscr dataDscr otherMat",
    "stdyDscr": "citation studyAuthorization stdyInfo studyDevelopment method dataAccs othrStdyMat notes",
    "citation": "titlStmt rspStmt prodStmt distStmt serStmt verStmt biblCit holdings notes",
    "titlStmt": "titl subTitl altTitl parTitl IDNo",
    "sumDscr": "timePrd collDate nation geogCover geogUnit geoBndBox boundPoly anlyUnit universe dataKind",
    "dataColl": "timeMeth dataCollector collectorTraining frequency sampProc sampleFrame targetSampleSize deviat collMode "
    "resInstru instrumentDevelopment sources collSitu actMin ConOps weight cleanOps",
    "fileDscr": "fileTxt locMap notes",
    "fileTxt": "fileName fileCitation dataFingerprint fileCont fileStrc dimensns fileType format filePlac dataChck",
    "var": "location labl imputation security embargo respUnit anlysUnit qstn valrng invalrng undocCod universe TotlResp "
    "sumStat txt stdCatgry catgryGrp catgry codInstr verStmt concept derivation varFormat geoMap catLevel notes",
    "catgry": "catValu labl txt catStat mrow",
}
"""In which order the standard wants the children of its elements."""


@pytest.mark.usefixtures("answered")
def test_the_codebook_keeps_the_order_of_the_standard(leader: Visitor) -> None:
    book = ET.fromstring(leader.fetch(path("xml")).data)  # noqa: S314  our own
    for element in book.iter():
        names = ORDER.get(element.tag.removeprefix(DDI), "").split()
        children = [child.tag.removeprefix(DDI) for child in element]
        assert not names or children == sorted(children, key=names.index)
    ids = [element.get("ID") for element in book.iter() if element.get("ID")]
    assert len(set(ids)) == len(ids)
