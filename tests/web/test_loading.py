"""Responses from files, as a browser sends, looks at, takes and sets them aside."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import xlsxwriter
from flask import Flask
from sqlalchemy import text

from questionnaires.version import Version, fingerprint
from survey.actions import counts, loading, seals
from survey.actions.freezing import tick
from survey.actions.rounds import board, close_round
from survey.actions.seal_checking import verify
from survey.core.account import Account
from survey.core.counter import MOST_IN_AN_HOUR
from survey.core.response_table import answer_label
from survey.store import accounts, trail
from survey.store.database import Database
from survey.web.response_words import response_roles
from tests.final_figures import final_result
from tests.places import EARLIER, KEY, MIXED, NOW, OFFICER, ROUND, five_factors
from tests.web.conftest import signed_in
from tests.web.page_rules import text_of
from tests.web.reading import Reading
from tests.web.test_frame import send
from tests.web.tiny import tiny
from tests.web.visitor import Visitor, stored

PAGE = f"/officer/rounds/{ROUND}/loads"
ITEMS = [item.code for item in five_factors().items]
ROLES = {0: "unit", 1: "field", 2: "form", 3: f"answer:{ITEMS[0]}", 4: f"answer:{ITEMS[1]}"}
HEAD = "Đơn vị;Lĩnh vực;Mã phiếu;Câu 1;Câu 2"
ROWS = ("Xã Bình An;Đất đai;1;5;4", "XA;civil_status;2;Rất hài lòng;", "PH;land;1;2;1")
APPLIED = {"source": "LimeSurvey", "dated": "2026-11-20"}


def table(*rows: str) -> str:
    return "\n".join((HEAD, *rows))


def sent(
    visitor: Visitor, content: str | bytes, roles: dict[int, str] | None = None
) -> tuple[str, dict[str, str]]:
    response = send(visitor, content, PAGE, to=f"{PAGE}/send")
    assert response.status_code == 303, response.text[:3000]
    data = {"csrf_token": visitor.token(response.location), "header": "1"}
    return response.location, data | {f"role_{at}": role for at, role in (roles or ROLES).items()}


def load(visitor: Visitor, *rows: str, status: int = 200, **said: str) -> Reading:
    address, data = sent(visitor, table(*rows))
    return Reading(visitor.post(f"{address}/apply", data | APPLIED | said, status))


def counted(database: Database) -> dict[str, int]:
    found = board(database, ROUND, within=None, now=NOW)
    return {unit.unit.code: unit.responses for unit in found.units if unit.responses}


def newest(database: Database) -> Any:
    return loading.load_board(database, ROUND, within=None, now=NOW).loads[0]


def set_aside(visitor: Visitor, database: Database, status: int = 200) -> Reading:
    path = f"{PAGE}/{newest(database).load.number}/withdraw"
    data = {"csrf_token": visitor.token(PAGE), "reason": "Chọn nhầm cột, sẽ nạp lại"}
    return Reading(visitor.post(path, data, status))


def test_a_file_becomes_responses_after_a_preview_with_counts_per_unit(
    officer: Visitor, sqlite_small: Database
) -> None:
    address, data = sent(officer, table(*ROWS))
    page = Reading(officer.post(f"{address}/preview", data))
    assert page.figures == {"Dòng trong tệp": "3", "Phiếu mới": "3", "Phiếu đã nạp từ trước": "0"}
    assert page.rows == {"Xã Bình An": ["2"], "Phường Hòa Thuận": ["1"]}
    assert stored(sqlite_small) == []
    page = Reading(officer.post(f"{address}/apply", data | APPLIED))
    assert counted(sqlite_small) == {"XA": 2, "PH": 1}
    rows = stored(sqlite_small)
    assert {(row["mode"], row["language"], row["late_hours"]) for row in rows} == {("imported", "vi", 0)}
    assert sorted(row["answers"] for row in rows) == sorted(
        [f'{{"{ITEMS[0]}":5,"{ITEMS[1]}":4}}', f'{{"{ITEMS[0]}":5}}', f'{{"{ITEMS[0]}":2,"{ITEMS[1]}":1}}']
    )
    assert "Xã Bình An: 2" in page.main
    with sqlite_small.reading() as session:
        entry = list(trail.entries(session))[-1]
    assert (entry.deed, entry.detail["responses"]) == ("responses_loaded", 3)


def test_loading_the_same_file_twice_adds_nothing_and_says_so(
    officer: Visitor, sqlite_small: Database
) -> None:
    load(officer, *ROWS)
    before = stored(sqlite_small)
    page = load(officer, *ROWS)
    assert "Tệp này đã được nạp từ trước: không có phiếu nào mới" in page.html
    assert stored(sqlite_small) == before
    assert len(loading.load_board(sqlite_small, ROUND, within=None, now=NOW).loads) == 2


def test_the_preview_says_what_of_a_file_is_there_already_before_anything_is_applied(
    officer: Visitor, sqlite_small: Database
) -> None:
    load(officer, *ROWS)
    before = stored(sqlite_small)
    address, data = sent(officer, table(*ROWS))
    page = Reading(officer.post(f"{address}/preview", data))
    assert "Đúng tệp này đã nạp vào đợt lúc" in page.main
    assert "(canbo nạp, nguồn: LimeSurvey)" in page.main
    assert "Toàn bộ 3 phiếu của tệp đã nạp từ trước: không có gì mới để nhập." in page.main
    assert f"{address}/apply" not in page.html
    address, data = sent(officer, table(*ROWS, "PH;land;9;3;3"))
    page = Reading(officer.post(f"{address}/preview", data))
    assert "Đúng tệp này" not in page.main
    assert "3 dòng đã được nạp lần trước nên không tính lại, 1 dòng mới." in page.main
    assert stored(sqlite_small) == before
    officer.post(f"{address}/apply", data | APPLIED)
    assert counted(sqlite_small) == {"XA": 2, "PH": 2}


WITHOUT_FORM = {at: role for at, role in ROLES.items() if role != "form"}


def test_the_same_file_under_other_columns_counts_nothing_twice_unless_somebody_says_these_are_others(
    officer: Visitor, sqlite_small: Database
) -> None:
    load(officer, *ROWS)
    address, data = sent(officer, table(*ROWS), WITHOUT_FORM)
    page = Reading(officer.post(f"{address}/preview", data))
    assert page.figures == {"Dòng trong tệp": "3", "Phiếu mới": "0", "Phiếu đã nạp từ trước": "3"}
    assert "Có 3 dòng được nhận ra vì mọi ô giống hệt một dòng đã nạp" in page.main
    assert "không có phiếu nào mới" in officer.post(f"{address}/apply", data | APPLIED)
    assert counted(sqlite_small) == {"XA": 2, "PH": 1}
    address, data = sent(officer, table(*ROWS), WITHOUT_FORM)
    officer.post(f"{address}/apply", data | APPLIED | {"others": "yes"})
    assert counted(sqlite_small) == {"XA": 4, "PH": 2}


@pytest.mark.parametrize("first", [ROLES, WITHOUT_FORM])
def test_a_longer_file_under_other_columns_adds_its_new_rows_only(
    officer: Visitor, sqlite_small: Database, first: dict[int, str]
) -> None:
    address, data = sent(officer, table(*ROWS), first)
    officer.post(f"{address}/apply", data | APPLIED)
    second = WITHOUT_FORM if first == ROLES else ROLES
    address, data = sent(officer, table("PH;land;9;3;3", *reversed(ROWS), "XA;land;10;1;2"), second)
    page = Reading(officer.post(f"{address}/preview", data))
    assert "3 dòng đã được nạp lần trước nên không tính lại, 2 dòng mới." in page.main
    page = Reading(officer.post(f"{address}/apply", data | APPLIED))
    assert "Đã nhập 2 phiếu; 3 phiếu đã nạp từ trước." in page.html
    assert counted(sqlite_small) == {"XA": 3, "PH": 2}


def test_other_answer_columns_of_a_longer_file_neither_refuse_nor_count_its_old_rows(
    officer: Visitor,
) -> None:
    load(officer, *ROWS)
    other = ROLES | {4: f"answer:{ITEMS[2]}"}
    address, data = sent(officer, table(*ROWS, "PH;land;9;3;3"), other)
    page = Reading(officer.post(f"{address}/preview", data))
    assert page.figures == {"Dòng trong tệp": "4", "Phiếu mới": "1", "Phiếu đã nạp từ trước": "3"}


def test_an_export_that_has_grown_by_columns_in_another_order_adds_its_new_rows_only(
    officer: Visitor, sqlite_small: Database
) -> None:
    load(officer, *ROWS)
    wider = "Trạng thái;Câu 2;Câu 1;Mã phiếu;Lĩnh vực;Đơn vị\n" + "".join(
        f"xong;{';'.join(reversed(row.split(';')))}\n" for row in (*ROWS, "PH;land;9;3;3")
    )
    roles = {5: "unit", 4: "field", 2: f"answer:{ITEMS[0]}", 1: f"answer:{ITEMS[1]}"}
    address, data = sent(officer, wider, roles)
    officer.post(f"{address}/apply", data | APPLIED)
    assert counted(sqlite_small) == {"XA": 2, "PH": 2}


def test_of_people_who_answer_alike_those_who_are_more_than_were_loaded_are_new(
    officer: Visitor, sqlite_small: Database
) -> None:
    head, row = "Đơn vị;Lĩnh vực;Câu 1", "XA;land;5"
    roles = {0: "unit", 1: "field", 2: f"answer:{ITEMS[0]}"}
    for rows, new in ((2, 2), (5, 3), (4, 0)):
        address, data = sent(officer, "\n".join([head, *[row] * rows]), roles)
        page = Reading(officer.post(f"{address}/preview", data))
        assert page.figures["Phiếu mới"] == str(new)
        officer.post(f"{address}/apply", data | APPLIED)
    assert counted(sqlite_small) == {"XA": 5}
    address, data = sent(officer, "\n".join([head, *[row] * 3]), roles)
    page = Reading(officer.post(f"{address}/preview", data))
    assert "Tính cả 3 dòng giống hệt" in page.main
    officer.post(f"{address}/apply", data | APPLIED | {"others": "yes"})
    assert counted(sqlite_small) == {"XA": 8}


def test_rows_of_a_load_that_was_set_aside_are_new_under_any_columns(
    officer: Visitor, sqlite_small: Database
) -> None:
    load(officer, *ROWS)
    set_aside(officer, sqlite_small)
    address, data = sent(officer, table(*ROWS), WITHOUT_FORM)
    officer.post(f"{address}/apply", data | APPLIED)
    assert counted(sqlite_small) == {"XA": 2, "PH": 1}


def test_another_sheet_of_the_same_file_is_taken_after_somebody_says_that_it_is_another(
    officer: Visitor, sqlite_small: Database
) -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        for name, row in (("Tháng 1", "XA;land;1;5;4"), ("Tháng 2", "XA;land;2;4;4")):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, HEAD.split(";"))
            sheet.write_row(1, 0, row.split(";"))
    for name in ("Tháng 1", "Tháng 2"):
        address, data = sent(officer, content.getvalue())
        data |= APPLIED | {"sheet": name}
        if name == "Tháng 2":
            page = Reading(officer.post(f"{address}/apply", data, 422))
            assert "Hãy xác nhận đây là số liệu khác" in text_of(page.with_id("summary"))
            assert page.with_id("others").get("aria-describedby") == "others-error"
        officer.post(f"{address}/apply", data | {"others": "yes"})
    assert counted(sqlite_small) == {"XA": 2}


def test_a_file_that_has_grown_adds_its_new_rows_only(officer: Visitor, sqlite_small: Database) -> None:
    load(officer, *ROWS)
    load(officer, "PH;land;9;3;3", *reversed(ROWS))
    assert counted(sqlite_small) == {"XA": 2, "PH": 2}


def test_nothing_is_taken_until_every_row_is_right_and_each_fault_has_its_row_and_column(
    officer: Visitor, sqlite_small: Database
) -> None:
    wrong = (*ROWS, "XA;land;;;", "SO;civil_status;5;5;5", "XA;land;1;3;3")
    page = load(officer, *wrong, status=422)
    assert "dòng 5: không có câu trả lời nào" in page.main
    assert "dòng 6: đơn vị này không có quầy nào phục vụ lĩnh vực này" in page.main
    assert "dòng 7, cột C: mã phiếu trùng với dòng 2" in page.main
    assert stored(sqlite_small) == []


def test_a_form_that_was_taken_with_other_answers_is_refused(
    officer: Visitor, sqlite_small: Database
) -> None:
    load(officer, *ROWS)
    page = load(officer, "XA;land;1;1;1", status=422)
    assert "dòng 2: phiếu này đã được nạp với câu trả lời khác" in page.main
    assert counted(sqlite_small) == {"XA": 2, "PH": 1}


def test_unknown_units_and_texts_are_explained_once_and_remembered(
    officer: Visitor, sqlite_small: Database
) -> None:
    row = "Trạm A;land;1;ưng ý;5"
    page = load(officer, row, status=422)
    assert "Trạm A" in page.rows
    assert page.rows["ưng ý"][0] == "dòng 2, cột D"
    scale = f"{five_factors().code}.{five_factors().items[0].scale}"
    meanings = {
        "kind_0": "unit", "label_0": "trạm a", "mean_0": "XA",
        "kind_1": "answer", "label_1": answer_label(scale, "ưng ý"), "mean_1": "4",
    }  # fmt: skip
    load(officer, row, **meanings)
    load(officer, "Trạm A;land;2;Ưng  Ý;ưng ý")
    assert counted(sqlite_small) == {"XA": 2}


def test_a_meaning_that_was_remembered_wrongly_is_shown_and_corrected(
    officer: Visitor, sqlite_small: Database
) -> None:
    scale = f"{five_factors().code}.{five_factors().items[0].scale}"
    said = {"kind_0": "answer", "label_0": answer_label(scale, "ổn")}
    load(officer, "XA;land;1;ổn;5", **said, mean_0="1")
    address, data = sent(officer, table("XA;land;2;Ổn;5"))
    page = Reading(officer.post(f"{address}/preview", data))
    assert "Ổn" in page.rows
    chosen = [o.get("value") for o in page.root.iter("option") if o.get("selected") is not None]
    assert chosen == ["1"]
    page = Reading(officer.post(f"{address}/preview", data | said | {"mean_0": "4"}))
    officer.post(f"{address}/apply", data | APPLIED | said | {"mean_0": "4"})
    answers = sorted(row["answers"] for row in stored(sqlite_small))
    assert [f'"{ITEMS[0]}":1' in answers[0], f'"{ITEMS[0]}":4' in answers[1]] == [True, True]


def test_somebody_with_a_part_does_not_say_for_all_what_names_of_units_mean(
    officer: Visitor, part_officer: Visitor, sqlite_small: Database
) -> None:
    said = {"kind_0": "unit", "label_0": "phường hòa thuận", "mean_0": "XA"}
    load(part_officer, "Phường Hòa Thuận;land;1;5;5", **said)
    load(officer, "Phường Hòa Thuận;land;2;5;5")
    assert counted(sqlite_small) == {"XA": 1, "PH": 1}


def test_a_load_that_is_set_aside_counts_nowhere_and_stays_in_the_seal(
    officer: Visitor, answered: Database
) -> None:
    before = final_result(answered)
    was = counted(answered)
    load(officer, *ROWS)
    counts.rebuild(answered, now=datetime.now(UTC) + timedelta(hours=3))
    later = datetime.now(UTC) + timedelta(hours=3)
    seals.write(answered, now=later, key=KEY)
    assert final_result(answered).index.responses == before.index.responses + 3
    page = set_aside(officer, answered)
    assert "đã rút" in page.main
    assert counted(answered) == was
    after = final_result(answered)
    assert (after.index, after.modes) == (before.index, before.modes)
    assert len([row for row in stored(answered) if row["mode"] == "imported"]) == 3
    assert verify(answered).findings == ()


def test_what_was_set_aside_can_be_loaded_again_in_another_way(
    officer: Visitor, sqlite_small: Database
) -> None:
    load(officer, *ROWS)
    set_aside(officer, sqlite_small)
    address, data = sent(officer, table(*ROWS), ROLES | {3: f"answer:{ITEMS[1]}", 4: f"answer:{ITEMS[0]}"})
    officer.post(f"{address}/apply", data | APPLIED)
    assert counted(sqlite_small) == {"XA": 2, "PH": 1}
    assert len(stored(sqlite_small)) == 6


def test_a_round_that_is_settled_takes_no_file_and_lets_none_be_set_aside(
    officer: Visitor, sqlite_small: Database
) -> None:
    load(officer, *ROWS)
    address, data = sent(officer, table("XA;land;77;5;5"))
    close_round(sqlite_small, ROUND, by=OFFICER, now=datetime(2026, 10, 2, tzinfo=UTC))
    tick(sqlite_small, now=datetime(2026, 10, 20, tzinfo=UTC))
    assert "đã chốt số liệu" in officer.post(f"{address}/apply", data | APPLIED, 409)
    refused = officer.client.post(f"{PAGE}/send", data={"csrf_token": data["csrf_token"]})
    assert refused.status_code == 409
    page = Reading(officer.get(PAGE))
    assert "đã chốt số liệu" in page.main
    assert [e for e in page.root.iter("input") if e.get("type") == "file"] == []
    set_aside(officer, sqlite_small, 409)
    assert len(stored(sqlite_small)) == 3
    assert (
        "Đợt này chưa mở hoặc đã chốt số liệu"
        in Reading(officer.get(f"/officer/rounds/{EARLIER}/loads")).main
    )


def test_a_large_load_does_not_fill_the_counter_for_citizens(
    officer: Visitor, visitor: Visitor, sqlite_small: Database
) -> None:
    load(officer, *(f"XA;land;{number};5;4" for number in range(MOST_IN_AN_HOUR + 5)))
    visitor.send(f"/q/{MIXED}/send", visitor.filled(MIXED))
    assert counted(sqlite_small)["XA"] == MOST_IN_AN_HOUR + 6


def test_a_workbook_is_read_as_well(officer: Visitor, sqlite_small: Database) -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet("Phiếu")
        for at, row in enumerate((HEAD, *ROWS)):
            sheet.write_row(at, 0, [int(c) if c.isdecimal() else c for c in row.split(";")])
    address, data = sent(officer, content.getvalue())
    officer.post(f"{address}/apply", data | APPLIED | {"sheet": "Phiếu"})
    assert counted(sqlite_small) == {"XA": 2, "PH": 1}


@pytest.fixture
def part_officer(app: Flask, sqlite_small: Database) -> Visitor:
    with sqlite_small.writing() as session:
        hashed = accounts.password_hash(session, "canbo") or ""
        accounts.add(session, Account("canbo-xa", "Cán bộ xã", "officer", "XA"), password_hash=hashed)
    return signed_in(app, "canbo-xa")


def test_every_option_of_a_question_with_several_answers_is_offered_as_a_column_of_its_own(
    app: Flask,
) -> None:
    definition = tiny("multiple_optional")
    question = next(q for q in definition.questions if q.kind == "multiple")
    with app.test_request_context():
        roles = dict(response_roles(Version(1, definition, fingerprint(definition))))
    for option in question.options:
        words = roles[f"answer:{question.code}={option.code}"]
        assert words.endswith(f"có chọn “{option.text.vi}”?")
    assert f"answer:{question.code}" in roles
    assert len(roles) == 5 + len(list(definition.asked())) + len(question.options)


def test_an_officer_with_a_part_loads_sees_and_sets_aside_that_part_only(
    officer: Visitor, part_officer: Visitor, sqlite_small: Database
) -> None:
    page = load(part_officer, *ROWS, status=422)
    assert "dòng 4, cột A: “PH” nằm ngoài phạm vi được giao" in page.main
    load(officer, *ROWS)
    page = Reading(part_officer.get(PAGE))
    assert "Xã Bình An: 2" in page.main
    assert "Hòa Thuận" not in page.html
    set_aside(part_officer, sqlite_small, 403)
    load(part_officer, "XA;land;50;5;5")
    set_aside(part_officer, sqlite_small)
    assert counted(sqlite_small) == {"XA": 2, "PH": 1}


def test_an_auditor_reads_loads_and_is_offered_no_way_to_add_or_set_aside(
    app: Flask, officer: Visitor, sqlite_small: Database
) -> None:
    load(officer, *ROWS)
    auditor = signed_in(app, "kiemtra")
    page = Reading(auditor.get(PAGE))
    assert "LimeSurvey" in page.main
    assert not [link for link in page.links if "withdraw" in link]
    assert auditor.client.get(f"{PAGE}/{newest(sqlite_small).load.number}/withdraw").status_code == 403


def test_the_id_of_a_response_does_not_say_what_was_answered_without_the_servers_key(
    officer: Visitor, sqlite_small: Database
) -> None:
    load(officer, *ROWS)
    ids = {row["id"] for row in stored(sqlite_small)}
    tag = f"{newest(sqlite_small).load.number:08x}"
    assert all(id_.startswith(tag) for id_ in ids)
    assert len({id_[8:] for id_ in ids}) == 3
    with sqlite_small.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM response WHERE mode = 'imported'")) == 3
