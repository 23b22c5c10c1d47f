"""The way from dossiers to responses, and the strata that need a look: bounded on paper, whole in the workbook."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from io import BytesIO

import docx
import openpyxl
import pytest

from reports import strata
from reports.document import Document, Table
from reports.edition import Edition
from reports.formats import Language
from reports.open_strata import COLUMNS, rows, strata_csv
from reports.pdf import write_pdf
from reports.report import build_report
from reports.word import write_docx
from reports.workbook import write_xlsx
from survey.core.credibility import Reach, judge
from survey.core.evaluation import evaluate
from survey.core.openings import Openings
from survey.core.place import Field, Instance, Unit
from survey.core.scoring import score_round
from survey.core.small_cells import protect
from survey.wording import translator
from tests.core.test_flags import at_hours, day_by_day
from tests.core.tiny import evidence
from tests.reports.reading import html, page_texts, squeezed

FIRST, LAST = date(2026, 10, 1), date(2026, 11, 20)
FIELDS = tuple(Field(code, name, code) for code, name in (("land", "Đất đai"), ("civil", "Hộ tịch")))
REACH = Reach(
    invited={("U0", "land"): 12},
    openings={
        ("U0", "land"): Openings(90, 40),
        ("U1", None): Openings(200, 30),
        ("U2", "civil"): Openings(77, 3),
    },
    since=FIRST,
    until=LAST,
)
RESPONSES = {("U0", "land"): 30, ("U0", "civil"): 3, ("U1", "land"): 9, ("U1", "civil"): 12}


def edition(units: int, reach: Reach = REACH, language: Language = "vi") -> Edition:
    """A round of so many units with two fields each, of which two answered."""
    places = [Unit(f"U{at}", f"Xã Thứ {at}", "commune") for at in range(units)]
    answered = [(*cell, [5, 4, 3]) for cell, number in RESPONSES.items() for _ in range(number)]
    volumes = {(unit.code, field.code): 100 + at for at, unit in enumerate(places) for field in FIELDS}
    found = evidence(volumes, answered, units=places, fields=FIELDS)
    trust = judge(score_round(found), at_hours(day_by_day(found.responses)), reach, None)
    result = protect(replace(evaluate(score_round(found), None), credibility=trust), 5)
    owner = Instance("UBND", "Sở", "Huế", "BC", simulated=False)
    return Edition(result, owner, LAST, language, translator(language), every_stratum=True)


def table(report: Document, caption: str) -> Table:
    return next(b for b in report.blocks if isinstance(b, Table) and b.caption.startswith(caption))


def printed(rows_: tuple[tuple[object, ...], ...]) -> list[list[str]]:
    return [[str(getattr(cell, "text", cell)) for cell in row] for row in rows_]


def test_the_way_from_dossiers_to_responses_is_told_in_steps() -> None:
    found = table(build_report(edition(3)), "Được mời, mở trang")
    assert [row[:2] for row in printed(found.rows)] == [
        ["Hồ sơ trong tổng thể", "606"],
        ["Mã một lần đã phát", "12"],
        ["Lượt mở trang của quầy", "370"],
        ["Lượt bắt đầu trả lời, ít nhất", "76"],
        ["Phiếu gửi từ trang của quầy", "54"],
        ["Mọi phiếu, kể cả phiếu giấy và phiếu nhập", "54"],
        ["Trong đó: đã xác thực bằng mã một lần", "0"],
    ]
    assert "từ ngày 01/10/2026 đến hết ngày 20/11/2026" in found.note
    assert "gần đúng" in found.note


def test_a_round_from_before_openings_were_counted_has_no_nought_for_them() -> None:
    report = build_report(edition(3, Reach()))
    steps = {row[0]: row[1:] for row in printed(table(report, "Được mời, mở trang").rows)}
    assert steps["Lượt mở trang của quầy"] == steps["Lượt bắt đầu trả lời, ít nhất"] == ["chưa ghi", "–"]
    for caption in ("Độ tin cậy theo đơn vị:", "Độ tin cậy theo đơn vị và lĩnh vực"):
        found = table(report, caption)
        assert {tuple(row[3:5]) for row in printed((*found.rows, *found.further))} == {
            ("chưa ghi", "chưa ghi")
        }
    assert "lượt mở trang" not in strata.line(edition(3, Reach()), [])


def test_the_annex_names_strata_that_need_a_look_and_why() -> None:
    found = table(build_report(edition(3)), "Độ tin cậy theo đơn vị và lĩnh vực")
    assert printed(found.rows) == [
        [
            "Xã Thứ 2 – Hộ tịch",
            "102",
            "0",
            "77",
            "3",
            "0",
            "–",
            "0",
            "nhiều lượt mở, ít phiếu; chưa có phiếu",
        ],
        ["Xã Thứ 2 – Đất đai", "102", "0", "0", "0", "0", "–", "0", "chưa có phiếu"],
        ["Xã Thứ 0 – Hộ tịch", "100", "0", "3", "3", "3", "0,0\N{NO-BREAK SPACE}%", "0", "quá ít phiếu"],
    ]
    assert [row[0] for row in printed(found.further)] == [
        "Xã Thứ 0 – Đất đai",
        "Xã Thứ 1 – Đất đai",
        "Xã Thứ 1 – Hộ tịch",
    ]
    assert printed(found.further)[1][3:5] == ["–", "–"]
    assert "3 trên 6 tầng" in found.note
    assert "chỉ biết theo đơn vị" in found.note


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_large_province_prints_few_strata_and_the_workbook_has_them_all(language: Language) -> None:
    report = build_report(edition(300, language=language))
    found = [b for b in report.blocks if isinstance(b, Table) and b.further]
    assert [(len(b.rows), len(b.further)) for b in found] == [(strata.NAMED, 600 - strata.NAMED)]
    [listed] = found
    number = [b for b in report.blocks if isinstance(b, Table)].index(listed) + 1
    book = openpyxl.load_workbook(BytesIO(write_xlsx(report)))
    sheet = book[f"{'Bảng' if language == 'vi' else 'Table'} {number}"]
    names = [row[0].value for row in sheet.iter_rows(min_row=3, max_row=602)]
    assert names == [row[0] for row in printed((*listed.rows, *listed.further))]
    assert len(set(names)) == 600
    written = [cell.value for cell in sheet[402] if isinstance(cell.value, int | float)]
    numbers = [cell.value for cell in listed.further[399 - strata.NAMED] if not isinstance(cell, str)]
    assert written == pytest.approx(numbers)


def test_only_the_workbook_is_given_the_strata_that_nobody_turns_pages_for() -> None:
    made = edition(300)
    for_paper = build_report(replace(made, every_stratum=False))
    for_workbook = build_report(made)
    without = [replace(b, further=()) if isinstance(b, Table) else b for b in for_workbook.blocks]
    assert list(for_paper.blocks) == without


def test_page_paper_and_word_have_the_named_strata_with_every_number() -> None:
    report = build_report(edition(3))
    found = table(report, "Độ tin cậy theo đơn vị và lĩnh vực")
    file = docx.Document(BytesIO(write_docx(report)))
    in_word = [[[cell.text for cell in row.cells] for row in list(t.rows)[1:]] for t in file.tables]
    assert printed(found.rows) in in_word
    paper, page = squeezed("".join(page_texts(write_pdf(report)))), html(report)
    for row in printed(found.rows):
        assert squeezed(row[0]) in paper
        assert row[0] in page
    for row in printed(found.further):
        assert row[0] not in page


# --- open data ---------------------------------------------------------------------------------------


def of_open_data(made: Edition) -> Mapping[tuple[object, object], Mapping[str, object]]:
    return {(row["unit_code"], row["field_code"]): row for row in rows(made)}


def test_open_data_have_every_unit_and_stratum_with_the_reports_numbers() -> None:
    made = edition(3)
    trust = made.result.credibility
    assert trust is not None
    found = of_open_data(made)
    assert len(found) == 1 + 3 + 6
    for row in (*trust.units, *trust.strata):
        cells = found[row.unit.code, row.field.code if row.field else ""]
        for name in ("dossiers", "invited", "responses", "by_page", "verified", "late"):
            assert cells[name] == getattr(row, name)
        assert cells["opened"] == (row.openings.opened if row.openings else None)
        assert cells["hidden"] is row.is_hidden
    whole = found["", ""]
    assert [whole[name] for name in ("dossiers", "invited", "opened", "started", "responses")] == [
        606,
        12,
        370,
        76,
        54,
    ]


def test_in_open_data_a_hidden_number_is_empty_and_never_nought() -> None:
    found = of_open_data(edition(3))
    small = found["U0", "civil"]
    assert small["hidden"] is True
    assert [small["flagged_all_same"], small["flagged_open_above_verified"], small["flagged_night"]] == [
        None,
        None,
        0,
    ]
    assert found["U1", "land"]["flagged_all_same"] == 0
    lines = strata_csv(edition(3)).decode("utf-8-sig").splitlines()
    assert lines[0] == ",".join(COLUMNS)
    [line] = [line for line in lines if line.startswith("unit_field,U0,") and ",civil," in line]
    cells = dict(zip(COLUMNS, line.split(","), strict=True))
    assert [cells["flagged_all_same"], cells["flagged_night"], cells["hidden"]] == ["", "0", "1"]
