"""A round's frame and a list of units from somebody's file, as a browser sends them."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from flask import Flask
from sqlalchemy import text
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from survey.actions.frames import state
from survey.actions.freezing import frozen
from survey.actions.places import register
from survey.actions.rounds import close_round
from survey.core.round import Round
from survey.store import frames, rounds, trail
from survey.store.database import Database
from tests.final_figures import final_result
from tests.places import DOSSIERS, FRAME_FILE, NOW, OFFICER, ROUND, UNITS_FILE
from tests.web.reading import Reading
from tests.web.visitor import Visitor

PAGE = f"/officer/rounds/{ROUND}/frame"
LIST = "/officer/units/import"
COLUMNS = {"role_0": "unit", "role_1": "field", "role_2": "dossiers"}
APPLIED = {"source": "Một cửa điện tử", "dated": "2026-11-20"}


def send(
    visitor: Visitor, content: str | bytes, page: str = PAGE, name: str = "tệp.csv", to: str = ""
) -> Any:
    """The bare response to a file that is chosen on a page and sent ``to`` an address, else to the page itself."""
    body = content.encode() if isinstance(content, str) else content
    boundary, data = encode_multipart(
        {"csrf_token": visitor.token(page), "file": FileStorage(BytesIO(body), filename=name)}
    )
    return visitor.client.post(
        to or page, data=data, content_type=f'multipart/form-data; boundary="{boundary}"'
    )


def sent(
    visitor: Visitor, content: str | bytes, columns: dict[str, str] | None = None
) -> tuple[str, dict[str, str]]:
    """The address of a file that was taken, and the form that its preview needs."""
    response = send(visitor, content)
    assert response.status_code == 303, response.text[:3000]
    token = visitor.token(response.location)
    return response.location, {"csrf_token": token, "header": "1"} | (columns or COLUMNS)


def previewed(visitor: Visitor, content: str | bytes, status: int = 422, **said: str) -> Reading:
    address, data = sent(visitor, content)
    return Reading(visitor.post(f"{address}/preview", data | said, status))


def table(*rows: str) -> str:
    return "\n".join(["Đơn vị;Lĩnh vực;Số hồ sơ", *rows])


GOOD = table("Xã Bình An;Đất đai;1.234", "PH;civil_status;66", "Tổng cộng;;1.300")


def waiting(database: Database) -> int:
    with database.reading() as session:
        return int(session.scalar(text("SELECT count(*) FROM upload")) or 0)


# --- the frame -------------------------------------------------------------------------------------


def test_a_file_becomes_the_rounds_frame_after_a_preview_with_its_source_date_and_digest(
    officer: Visitor, sqlite_small: Database
) -> None:
    address, data = sent(officer, GOOD)
    page = Reading(officer.post(f"{address}/preview", data))
    assert page.figures["Hồ sơ"] == "1.300"
    assert page.rows["Xã Bình An"] == ["1.234", "1.560", ""]
    assert page.rows["Sở Thử nghiệm"] == ["0", "400", "không còn hồ sơ"]
    assert state(sqlite_small, ROUND, now=NOW).dossiers == sum(DOSSIERS.values())  # nothing is applied yet
    page = Reading(officer.post(f"{address}/apply", data | APPLIED))
    found = state(sqlite_small, ROUND, now=NOW)
    assert found.dossiers == 1300
    [load] = found.loads
    assert (load.source, str(load.dated), load.rows, load.who) == (
        "Một cửa điện tử",
        "2026-11-20",
        2,
        "canbo",
    )
    assert found.round.frame_source == "Một cửa điện tử (số liệu đến 20/11/2026)"
    assert load.sha256[:16] in page.main
    assert waiting(sqlite_small) == 4  # those of the small place
    with sqlite_small.reading() as session:
        assert [entry.deed for entry in trail.entries(session)][-1] == "frame_loaded"


def test_a_frame_that_is_replaced_changes_the_report_at_once_and_its_history_stays(
    officer: Visitor, answered: Database
) -> None:
    before = final_result(answered)
    for number in ("5.000", "6.000"):
        address, data = sent(officer, table(f"XA;land;{number}"))
        officer.post(f"{address}/apply", data | APPLIED)
    after = final_result(answered)
    assert (before.index.dossiers, after.index.dossiers) == (5050, 6000)
    assert [load.dossiers for load in state(answered, ROUND, now=NOW).loads] == [6000, 5000]


def test_nothing_is_applied_until_all_is_valid(officer: Visitor, sqlite_small: Database) -> None:
    address, data = sent(officer, table("XA;land;5", "PH;land;-4"))
    page = Reading(officer.post(f"{address}/apply", data | APPLIED, 422))
    assert "dòng 3, cột C: “-4” là số âm" in page.main
    assert state(sqlite_small, ROUND, now=NOW).dossiers == sum(DOSSIERS.values())
    assert state(sqlite_small, ROUND, now=NOW).loads == ()


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (("XA;land;12,5",), "dòng 2, cột C: “12,5” không phải số nguyên"),
        (("XA;land;5", "xa;LAND;6"), "dòng 3, cột A: trùng với dòng 2"),
        (("XA;;5",), "dòng 2, cột B: ô trống"),
        (("XA;land;=1+1",), "“=1+1” không phải là số hồ sơ"),
        (("Tổng;;5",), "không có dòng số liệu nào"),
    ],
)
def test_a_fault_names_its_row_and_column(officer: Visitor, rows: tuple[str, ...], sentence: str) -> None:
    page = previewed(officer, table(*rows))
    assert sentence in page.main


def test_an_unknown_unit_is_suggested_chosen_and_remembered(officer: Visitor, sqlite_small: Database) -> None:
    content = table("Xã Bình Am;Đất đai;5", "Kho bạc;Đất đai;6")
    page = previewed(officer, content)
    assert page.rows["Xã Bình Am"][:2] == ["dòng 2, cột A", "“Xã Bình An”?"]
    said = {"kind_0": "unit", "label_0": "Xã Bình Am", "mean_0": "XA"}
    said |= {"kind_1": "unit", "label_1": "Kho bạc", "mean_1": "-"}
    address, data = sent(officer, content)
    assert "Dòng bỏ theo lựa chọn" in officer.post(f"{address}/preview", data | said)
    officer.post(f"{address}/apply", data | said | APPLIED)
    assert state(sqlite_small, ROUND, now=NOW).dossiers == 5
    assert previewed(officer, content, 200).figures["Hồ sơ"] == "5"  # nobody has to say it again


def test_a_meaning_that_does_not_exist_stays_unknown(officer: Visitor) -> None:
    said = {"kind_0": "unit", "label_0": "Xã Bình Am", "mean_0": "nowhere"}
    assert "Tên chưa nhận ra" in previewed(officer, table("Xã Bình Am;land;5"), **said).main


@pytest.mark.parametrize(("label", "code"), [("x" * 5000, "XA"), ("Xã Lạ", "y" * 500), ("\0", "XA")])
def test_a_meaning_that_no_page_of_ours_would_send_changes_nothing(
    officer: Visitor, sqlite_small: Database, label: str, code: str
) -> None:
    address, data = sent(officer, GOOD)
    forged = {
        "kind_0": "unit",
        "label_0": label,
        "mean_0": code,
        "kind_1": "x",
        "label_1": "y",
        "mean_1": "z",
    }
    officer.post(f"{address}/apply", data | APPLIED | forged)
    assert state(sqlite_small, ROUND, now=NOW).dossiers == 1300
    with sqlite_small.reading() as session:
        assert set(frames.meanings(session, "unit").values()) <= {"XA"}


def test_columns_are_remembered_by_their_names(officer: Visitor) -> None:
    content = "Nơi;Loại việc;SL\nXA;land;5\n"
    address, data = sent(officer, content)
    officer.post(f"{address}/apply", data | APPLIED)
    page = Reading(officer.get(send(officer, content).location))
    chosen = [
        option.get("value") for option in page.root.iter("option") if option.get("selected") is not None
    ]
    assert chosen == ["unit", "field", "dossiers"]


def test_what_was_filled_in_is_asked_for_and_nothing_is_lost(
    officer: Visitor, sqlite_small: Database
) -> None:
    address, data = sent(officer, GOOD)
    page = Reading(officer.post(f"{address}/apply", data | {"source": " ", "dated": "x"}, 422))
    assert "Hãy ghi nguồn số liệu." in page.main
    assert "Hãy nhập ngày." in page.main
    assert state(sqlite_small, ROUND, now=NOW).loads == ()
    officer.post(f"{address}/apply", data | APPLIED)
    assert state(sqlite_small, ROUND, now=NOW).loads


def test_html_in_a_file_and_its_name_is_shown_as_text(officer: Visitor) -> None:
    response = send(officer, table("<script>alert(1)</script>;land;5"), name="<img src=x>.csv")
    page = officer.get(response.location)
    assert "<img src=x>" in Reading(page).main
    data = {"csrf_token": officer.token(response.location), "header": "1"} | COLUMNS
    found = Reading(officer.post(f"{response.location}/preview", data, 422))
    assert "<script>alert(1)</script>" in found.rows


def test_a_workbook_with_a_title_and_several_sheets_is_read_where_the_officer_says(officer: Visitor) -> None:
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.add_worksheet("Bìa").write(0, 0, "Bìa")
        page = book.add_worksheet("Số liệu")
        page.merge_range(0, 0, 0, 2, "BÁO CÁO QUÝ")
        page.write_row(2, 0, ["Đơn vị", "Lĩnh vực", "Số hồ sơ"])
        page.write_row(3, 0, ["Xã Bình An", "Đất đai", 12])
    address = send(officer, stream.getvalue(), name="a.xlsx").location
    assert "Bìa" in officer.get(address)
    page = officer.get(f"{address}?sheet=Số liệu")
    assert 'name="header" value="3"' in page
    data = {"csrf_token": officer.token(address), "header": "3", "sheet": "Số liệu"} | COLUMNS
    assert Reading(officer.post(f"{address}/preview", data)).figures["Hồ sơ"] == "12"
    officer.get(f"{address}?sheet=Ba", 422)
    officer.get(f"{address}?header=99999999999999999999")


SEXES = "Đơn vị;Lĩnh vực;Số hồ sơ;Giới tính\nXA;land;5;Phái đẹp\nXA;land;6;Nam\nXA;land;2;Khác\nXA;land;1;Đàn bà\n"


def chosen(page: Reading) -> dict[str, str]:
    """What each label is shown to mean."""
    return {
        str(select.get("aria-label")): next(
            str(option.get("value")) for option in select.iter("option") if option.get("selected") is not None
        )
        for select in page.root.iter("select")
        if any(option.get("selected") is not None for option in select.iter("option"))
    }


def test_what_a_category_of_a_margin_means_is_said_once_and_remembered(
    officer: Visitor, sqlite_small: Database
) -> None:
    address, data = sent(officer, SEXES, COLUMNS | {"role_3": "sex"})
    page = Reading(officer.post(f"{address}/preview", data))
    assert chosen(page) == {"Nghĩa của Nam": "nam"}
    said = {
        "kind_a": "sex", "label_a": "phái đẹp", "mean_a": "nu",
        "kind_b": "sex", "label_b": "khác", "mean_b": "-",
        "kind_c": "sex", "label_c": "đàn bà", "mean_c": "nu",
    }  # fmt: skip
    page = Reading(officer.post(f"{address}/preview", data | said))
    meant = {
        "Nghĩa của Phái đẹp": "nu",
        "Nghĩa của Nam": "nam",
        "Nghĩa của Khác": "-",
        "Nghĩa của Đàn bà": "nu",
    }
    assert chosen(page) == meant
    officer.post(f"{address}/apply", data | said | APPLIED)
    found = state(sqlite_small, ROUND, now=NOW)
    assert found.margins == {"sex": {"Nữ": 6, "Nam": 6, "không rõ": 2}}
    [known] = found.known
    assert (sum(known.dossiers.values()), known.unknown, known.unmatched) == (12, 2, ())
    address, data = sent(officer, SEXES, COLUMNS | {"role_3": "sex"})
    assert chosen(Reading(officer.post(f"{address}/preview", data))) == meant


def test_what_a_category_means_can_be_said_otherwise_later_and_only_as_an_option_of_the_question(
    officer: Visitor, sqlite_small: Database
) -> None:
    content = "Đơn vị;Lĩnh vực;Số hồ sơ;Giới tính\nXA;land;5;X\nXA;land;6;Nam\n"
    for name, margin in (("nu", {"Nữ": 5, "Nam": 6}), ("nam", {"Nam": 11}), ("không có", {"Nam": 11})):
        address, data = sent(officer, content, COLUMNS | {"role_3": "sex"})
        said = {"kind_a": "sex", "label_a": "x", "mean_a": name}
        if name == "không có":
            said = {}
        officer.post(f"{address}/apply", data | said | APPLIED)
        assert state(sqlite_small, ROUND, now=NOW).margins == {"sex": margin}
    address, data = sent(officer, content.replace(";X", ";Y"), COLUMNS | {"role_3": "sex"})
    officer.post(f"{address}/apply", data | APPLIED | {"kind_a": "sex", "label_a": "y", "mean_a": "1"})
    assert state(sqlite_small, ROUND, now=NOW).margins == {"sex": {"Y": 5, "Nam": 6}}


def test_margins_are_stored_and_shown(officer: Visitor, sqlite_small: Database) -> None:
    content = "Đơn vị;Lĩnh vực;Số hồ sơ;Giới tính\nXA;land;5;Nữ\nXA;land;6;Nam\n"
    address, data = sent(officer, content, COLUMNS | {"role_3": "sex"})
    officer.post(f"{address}/apply", data | APPLIED)
    assert state(sqlite_small, ROUND, now=NOW).margins == {"sex": {"Nữ": 5, "Nam": 6}}
    assert Reading(officer.get(PAGE)).rows["Nữ"] == ["5"]


def test_units_that_merged_since_the_round_before_are_compared_with_their_sum(
    officer: Visitor, sqlite_small: Database
) -> None:
    with sqlite_small.writing() as session:
        session.execute(
            text("DELETE FROM frame WHERE round_id = (SELECT id FROM round WHERE code = :c)"), {"c": ROUND}
        )
    end = {"valid_to": "2026-09-30", "basis": "", "counters": "keep", "to_0": "PH"}
    officer.post("/officer/unit/XA/close", end | {"csrf_token": officer.token("/officer/unit/XA/close")})
    page = previewed(officer, table("PH;land;5.000"), 200)
    assert page.rows["Phường Hòa Thuận"] == ["5.000", "4.650", "tính lại từ 2 đơn vị cũ"]
    assert "Xã Bình An" in previewed(officer, table("Xã Bình An;land;5"), 422).main  # it serves no more


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Tệp trống"),
        (b"PK\x03\x04 nonsense", "bị hỏng"),
        (b"\xd0\xcf\x11\xe0 old", ".xls kiểu cũ"),
        (b"<html><table>", "trang web"),
        ("Phường Hà\n".encode().replace("Hà".encode(), b"H\xe0"), "CSV UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_gets_its_sentence_and_is_not_kept(
    officer: Visitor, sqlite_small: Database, content: bytes, sentence: str
) -> None:
    for page in (PAGE, LIST):
        response = send(officer, content, page)
        assert response.status_code == 422
        assert sentence in response.text
    assert waiting(sqlite_small) == 4


def test_a_hundred_thousand_dossiers_become_a_frame(officer: Visitor, sqlite_small: Database) -> None:
    rows = (f"{'XA' if i % 3 else 'PH'};Đất đai;H{i};{'Nam' if i % 2 else 'Nữ'}\n" for i in range(100_000))
    roles = {"role_0": "unit", "role_1": "field", "role_2": "dossier", "role_3": "sex"}
    address, data = sent(officer, "Đơn vị;Lĩnh vực;Mã hồ sơ;Giới tính\n" + "".join(rows), roles)
    page = Reading(officer.post(f"{address}/preview", data))
    assert page.figures["Hồ sơ"] == "100.000"
    officer.post(f"{address}/apply", data | APPLIED)
    assert state(sqlite_small, ROUND, now=NOW).margins == {"sex": {"Nam": 50_000, "Nữ": 50_000}}
    with sqlite_small.reading() as session:
        everything = repr(session.execute(text("SELECT * FROM frame_margin")).all())
    assert "H99" not in everything  # no dossier's code is kept


def test_no_file_at_all_is_asked_for(officer: Visitor) -> None:
    for page in (PAGE, LIST):
        data = {"csrf_token": officer.token(page)}
        assert "Hãy chọn tệp." in Reading(officer.post(page, data, 422)).main


def test_a_stranger_cannot_send_more_than_a_citizen_and_staff_no_more_than_the_limit(
    app: Flask, officer: Visitor
) -> None:
    big = {"file": (BytesIO(b"a" * 100_000), "x.csv")}
    stranger = app.test_client()
    assert stranger.post(PAGE, data=big, content_type="multipart/form-data").status_code == 413
    response = send(officer, b"a;b\n" * 10_000_000)
    assert response.status_code == 413
    assert "Tệp quá lớn" in response.text


def test_a_file_is_forgotten_when_it_is_dropped_and_after_a_day(
    officer: Visitor, sqlite_small: Database
) -> None:
    address, data = sent(officer, GOOD)
    officer.post(f"{address}/drop", data)
    officer.get(address, 404)
    address, data = sent(officer, GOOD)
    yesterday = datetime.now(UTC).replace(tzinfo=None) - timedelta(hours=25)
    with sqlite_small.writing() as session:
        session.execute(text("UPDATE upload SET uploaded_at = :at"), {"at": str(yesterday)})
    assert officer.client.post(f"{address}/apply", data=data | APPLIED).status_code == 404
    sent(officer, GOOD)
    assert waiting(sqlite_small) == 1


def test_a_file_of_one_round_is_not_applied_to_another(officer: Visitor) -> None:
    officer.get(f"/officer/rounds/2026-q3/frame/{FRAME_FILE}", 404)
    officer.get(f"/officer/rounds/2026-q3/frame/{UNITS_FILE}", 404)
    officer.get(f"{PAGE}/{UNITS_FILE}", 404)
    officer.get("/officer/rounds/nowhere/frame", 404)


def test_two_officers_apply_one_file_once(officer: Visitor, sqlite_small: Database) -> None:
    address, data = sent(officer, GOOD)
    officer.post(f"{address}/apply", data | APPLIED)
    assert officer.client.post(f"{address}/apply", data=data | APPLIED).status_code == 404
    assert len(state(sqlite_small, ROUND, now=NOW).loads) == 1


def test_the_same_file_again_replaces_and_never_adds_and_the_preview_says_so(
    officer: Visitor, sqlite_small: Database
) -> None:
    for is_again in (False, True):
        address, data = sent(officer, table("XA;land;10"))
        page = Reading(officer.post(f"{address}/preview", data))
        assert ("Đúng tệp này đã nạp vào đợt lúc" in page.main) is is_again
        assert ("không cộng thêm" in page.main) is is_again
        officer.post(f"{address}/apply", data | APPLIED)
        assert state(sqlite_small, ROUND, now=NOW).dossiers == 10


def test_a_frozen_rounds_frame_cannot_be_replaced(officer: Visitor, sqlite_small: Database) -> None:
    address, data = sent(officer, GOOD)
    close_round(sqlite_small, ROUND, by=OFFICER, now=NOW - timedelta(days=30))
    assert frozen(sqlite_small, ROUND, now=NOW) is not None
    before = state(sqlite_small, ROUND, now=NOW).dossiers
    refused = officer.client.post(f"{address}/apply", data=data | APPLIED)
    assert refused.status_code == 409
    assert "đã chốt số liệu" in refused.text
    assert state(sqlite_small, ROUND, now=NOW).dossiers == before
    page = Reading(officer.get(PAGE))
    assert "đã chốt số liệu nên số hồ sơ không đổi được nữa" in page.main
    assert [e for e in page.root.iter("input") if e.get("type") == "file"] == []
    refused = officer.client.post(PAGE, data={"csrf_token": data["csrf_token"]})
    assert refused.status_code == 409
    assert "đã chốt số liệu" in refused.text


def test_a_round_may_begin_without_a_frame(sqlite_small: Database) -> None:
    with sqlite_small.writing() as session:
        known = rounds.with_code(session, ROUND, now=NOW)
        assert isinstance(known, Round)
        planned = Round(**(vars(known) | {"code": "2027-q1"}))
        rounds.add(session, planned, {})
        assert frames.volumes(session, "2027-q1") == {}


# --- the list of units -----------------------------------------------------------------------------

UNITS = "Mã đơn vị;Tên đơn vị;Cấp;Mã cấp trên;Từ ngày;Đến ngày\n"


def listed(visitor: Visitor, content: str) -> tuple[str, Reading]:
    response = send(visitor, content, LIST)
    assert response.status_code == 303, response.text[:3000]
    return response.location, Reading(visitor.get(response.location))


def test_a_list_shows_what_it_would_do_and_does_exactly_that(
    officer: Visitor, sqlite_small: Database
) -> None:
    old = "PH;Phường Hòa Thuận;Phường;;;31/12/2026\nSO;Sở Thử nghiệm;Sở;;;\n"
    content = f"{UNITS}T;Tỉnh Thử;Tỉnh;;;\nXA;Xã Bình An;Xã;T;;\n{old}"
    address, page = listed(officer, content)
    assert [page.figures[name] for name in ("Thêm", "Sửa", "Kết thúc", "Không đổi")] == ["1", "1", "1", "1"]
    assert page.rows["Xã Bình An"] == ["XA", "cấp trên: – → T"]
    assert len(register(sqlite_small).units) == 3
    officer.post(address, {"csrf_token": officer.token(address)})
    known = register(sqlite_small)
    assert known.unit("XA").parent_code == "T"
    assert str(known.unit("PH").valid_to) == "2026-12-31"
    assert waiting(sqlite_small) == 4
    _address, page = listed(officer, content)
    assert page.figures["Không đổi"] == "4"
    assert "không có gì để nạp" in page.main


def test_units_missing_from_a_list_stay_unless_somebody_ends_them(
    officer: Visitor, sqlite_small: Database
) -> None:
    address, page = listed(officer, f"{UNITS}XA;Xã Bình An Mới;Xã;;;\n")
    assert page.figures["Kết thúc"] == "0"
    page = Reading(officer.get(f"{address}?missing=close&end=2026-12-31"))
    assert page.figures["Kết thúc"] == "2"
    data = {"csrf_token": officer.token(address), "missing": "close", "end": "2026-12-31"}
    officer.post(address, data)
    assert [str(unit.valid_to) for unit in register(sqlite_small).units] == [
        "2026-12-31",
        "None",
        "2026-12-31",
    ]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("XA;;Xã;;;\n", "dòng 2, cột B: thiếu tên đơn vị"),
        (";Xã;Xã;;;\n", "dòng 2, cột A: thiếu mã đơn vị"),
        ("A;Xã A;Xã;;;\na;Xã B;Xã;;;\n", "dòng 3, cột A: mã này đã có ở dòng 2"),
        ("A;Xã A;Đế chế;;;\n", "không hiểu cấp “Đế chế”"),
        ("A;Xã A;Xã;KHONG;;\n", "dòng 2, cột D: Không có đơn vị cấp trên này"),
        ("A;Xã A;Xã;B;;\nB;Xã B;Xã;A;;\n", "dòng 2, cột D: Đơn vị này đang ở dưới chính nó"),
        ("A;Xã A;Xã;;31/02/2026;\n", "“31/02/2026” không phải là ngày"),
        ("A;Xã A;Xã;;01/02/2026;01/01/2026\n", "Ngày cuối trước ngày đầu"),
        ("A;Huyện A;Huyện;;;\n", "không còn cấp huyện"),
        ("xa;Xã A;Xã;;;\n", "Mã này đã có đơn vị dùng"),
        ("", "không có đơn vị nào"),
    ],
)
def test_a_faulty_list_names_its_rows_and_is_not_kept(
    officer: Visitor, sqlite_small: Database, rows: str, sentence: str
) -> None:
    response = send(officer, UNITS + rows, LIST)
    assert response.status_code == 422
    assert sentence in Reading(response.text).main
    assert waiting(sqlite_small) == 4


def test_a_list_without_names_of_columns_says_what_it_needs(officer: Visitor) -> None:
    assert "Mã đơn vị" in send(officer, "1;2\n3;4\n", LIST).text


def test_a_list_of_a_whole_country_is_looked_at_in_one_go(officer: Visitor, sqlite_small: Database) -> None:
    rows = "".join(f"U{i};Xã {i};Xã;{'T' if i % 2 else f'U{i + 1}'};01/07/2025;\n" for i in range(4000))
    address, page = listed(officer, f"{UNITS}T;Tỉnh;Tỉnh;;;\n{rows}U4000;Xã cuối;Xã;T;;\n")
    assert page.figures["Thêm"] == "4.002"
    officer.post(address, {"csrf_token": officer.token(address)})
    assert len(register(sqlite_small).units) == 4005


def test_a_questionnaire_in_a_workbook_made_to_fill_the_memory_is_refused_too(officer: Visitor) -> None:
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.add_worksheet("survey").write_row(0, 0, ["type", "name"])
        book.add_worksheet("choices").write(199_999, 99, "x")
        book.add_worksheet("settings").write(500_000, 0, "x")
    page = "/officer/questionnaires/new"
    response = send(officer, stream.getvalue(), page, "phieu.xlsx")
    assert response.status_code == 422
    assert "ô CV200000" in Reading(response.text).main
