"""An officer writes a report's words and hands it in, a second person publishes it, everybody reads what was published."""

from hashlib import sha256

import pytest
from flask import Flask

from survey.store import target_sheets
from survey.store.database import Database
from tests.places import EARLIER, PAPER, ROUND
from tests.web.conftest import signed_in
from tests.web.reading import Reading
from tests.web.visitor import Visitor, hidden

TEXTS = f"/officer/rounds/{ROUND}/report"
WAY = f"/reports/{ROUND}/issues"


def saved(visitor: Visitor, status: int = 200, **texts: str) -> str:
    page = visitor.get(TEXTS)
    form = {"csrf_token": hidden(page, "csrf_token"), "base": hidden(page, "base"), **texts}
    return visitor.post(TEXTS, form, status)


def acted(visitor: Visitor, deed: str, status: int = 200, **values: str) -> str:
    page = visitor.get(WAY)
    form = {"csrf_token": hidden(page, "csrf_token"), **values}
    return visitor.post(f"{WAY}/{deed}", form, status)


@pytest.mark.usefixtures("settled")
def test_a_report_is_written_handed_in_published_and_read(
    app: Flask, officer: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(
        officer,
        assessment_vi="Chỉ số là {chỉ số}.\r\n- Có {số phiếu} phiếu",
        title="PHÓ GIÁM ĐỐC",
        number="7",
    )
    report = Reading(officer.get(f"/reports/{ROUND}"))
    assert "Dự thảo" in report.main
    assert "Có 150 phiếu" in report.main
    assert "Số: 07/BC-SNV" in report.main
    assert "đang chờ duyệt" in Reading(acted(officer, "submit")).main
    approver = signed_in(app, "duyet")
    page = approver.get(WAY)
    done = Reading(acted(approver, "publish", read=hidden(page, "read")))
    assert "Đã ban hành bản số 1" in done.html
    paper = approver.fetch(f"{WAY}/1.vi.pdf").data
    assert paper.startswith(b"%PDF-")
    assert sha256(paper).hexdigest() in done.main
    leader = signed_in(app, "lanhdao")
    shown = Reading(leader.get(f"/reports/{ROUND}"))
    assert "Bản ban hành số 1" in shown.main
    assert "Dự thảo" not in shown.main
    assert leader.fetch(f"/reports/{ROUND}.pdf").data == paper
    # A program that lays reports out otherwise still gives the file that was published.
    monkeypatch.setattr("reports.report.issued.name", lambda *_arguments: "bố cục khác")
    assert leader.fetch(f"/reports/{ROUND}.pdf").data == paper
    assert "bố cục khác" in leader.get(f"/reports/{ROUND}")


@pytest.mark.usefixtures("settled")
def test_a_returned_report_tells_its_author_what_to_mend_and_can_be_handed_in_again(
    app: Flask, officer: Visitor
) -> None:
    acted(officer, "submit")
    approver = signed_in(app, "duyet")
    assert "Hãy ghi rõ cần sửa gì" in acted(approver, "return", 422, note=" ")
    acted(approver, "return", note="Thiếu phần kiến nghị")
    assert "Thiếu phần kiến nghị" in Reading(officer.get(WAY)).main
    saved(officer, proposals_vi="Tập huấn.")
    acted(officer, "submit")
    acted(officer, "recall")
    assert "Trình ban hành" in Reading(officer.get(WAY)).main


@pytest.mark.usefixtures("settled")
def test_a_second_issue_needs_a_reason(app: Flask, officer: Visitor) -> None:
    acted(officer, "submit")
    approver = signed_in(app, "duyet")
    acted(approver, "publish", read=hidden(approver.get(WAY), "read"))
    saved(officer, proposals_vi="Tập huấn.")
    assert "chữa thì trình một bản mới" in Reading(officer.get(WAY)).main
    assert "Hãy ghi lý do" in acted(officer, "submit", 422, reason="x")
    acted(officer, "submit", reason="Bổ sung phần kiến nghị")
    acted(approver, "publish", read=hidden(approver.get(WAY), "read"))
    assert "Bổ sung phần kiến nghị" in Reading(approver.get(f"/reports/{ROUND}")).main
    assert approver.fetch(f"{WAY}/1.en.pdf").data != approver.fetch(f"{WAY}/2.en.pdf").data


def test_what_was_typed_is_shown_again_with_what_is_wrong(officer: Visitor) -> None:
    page = Reading(
        saved(
            officer,
            422,
            assessment_vi="Có {số phíeu} phiếu",
            number="năm",
            signed_on="1926-01-01",
            signer="Lê Thử",
        )
    )
    assert "Không có trường {số phíeu}" not in page.main  # first the form, then its fields
    assert "Chỉ ghi số" in page.main
    assert "Ngày ký phải" in page.main
    assert "Có {số phíeu} phiếu" in page.html
    assert "Lê Thử" in page.html
    page = Reading(saved(officer, 422, assessment_vi="Có {số phíeu} phiếu", proposals_en="{"))
    assert "Không có trường {số phíeu}" in page.main
    assert "dấu ngoặc nhọn lẻ" in page.main
    assert "Chưa ai viết" in Reading(officer.get(f"{TEXTS}/history")).main


def test_two_officers_who_write_at_once_lose_nothing(officer: Visitor) -> None:
    opened = officer.get(TEXTS)
    saved(officer, title="GIÁM ĐỐC", assessment_vi="Một\nHai")
    form = {
        "csrf_token": hidden(opened, "csrf_token"),
        "base": hidden(opened, "base"),
        "title": "PHÓ GIÁM ĐỐC",
    }
    conflict = officer.post(TEXTS, form, 409)
    assert "GIÁM ĐỐC" in Reading(conflict).main
    names = ("csrf_token", "base", "title", "assessment_vi")
    officer.post(TEXTS, {name: hidden(conflict, name) for name in names})
    stands = officer.get(TEXTS)
    assert 'value="PHÓ GIÁM ĐỐC"' in stands
    assert "Một\nHai</textarea>" in stands


def test_an_earlier_state_is_restored_as_a_new_one(officer: Visitor) -> None:
    saved(officer, title="MỘT")
    saved(officer, title="HAI")
    history = officer.get(f"{TEXTS}/history")
    officer.post(f"{TEXTS}/restore", {"csrf_token": hidden(history, "csrf_token"), "number": "1"})
    assert 'value="MỘT"' in officer.get(TEXTS)
    assert "Lần lưu 3" in Reading(officer.get(f"{TEXTS}/history")).main


@pytest.mark.usefixtures("settled")
def test_texts_that_wait_for_approval_are_not_changed(officer: Visitor) -> None:
    acted(officer, "submit")
    page = saved(officer, 409, title="PHÓ GIÁM ĐỐC")
    assert "đang chờ duyệt nên chưa lưu được" in page
    assert 'value="PHÓ GIÁM ĐỐC"' in page
    assert "Chưa ai viết" in Reading(officer.get(f"{TEXTS}/history")).main


def test_a_round_that_is_open_says_why_nothing_can_be_handed_in(officer: Visitor) -> None:
    assert "chưa chốt" in Reading(officer.get(WAY)).main
    assert "chưa chốt" in acted(officer, "submit")


def test_a_text_full_of_markup_is_only_text(officer: Visitor) -> None:
    saved(officer, assessment_vi="<script>alert(1)</script> & <b>", signer='"><img src=x>')
    assert "<script>alert(1)" not in officer.get(f"/reports/{ROUND}")
    assert "<img src=x" not in officer.get(TEXTS)
    assert "<script>alert(1)</script> & <b>" in Reading(officer.get(f"/reports/{ROUND}")).main
    officer.fetch(f"/reports/{ROUND}.pdf")


def test_a_chapter_of_the_greatest_length_is_taken_and_a_longer_one_shown_again(officer: Visitor) -> None:
    whole = "\r\n".join(["ữ" * 2_855] * 7)
    saved(
        officer, **dict.fromkeys(("assessment_vi", "shortcomings_vi", "proposals_vi", "assessment_en"), whole)
    )
    assert whole.replace("\r\n", "\n") in officer.get(TEXTS)
    officer.fetch(f"/reports/{ROUND}.pdf")
    assert "Quá dài" in Reading(saved(officer, 422, assessment_vi=whole + "ữ" * 100)).main
    assert "Có đoạn quá dài" in Reading(saved(officer, 422, assessment_vi="ữ" * 3_001)).main
    assert "Quá nhiều đoạn" in Reading(saved(officer, 422, recipients="a\n" * 101)).main
    assert "quá nhiều con số" in Reading(saved(officer, 422, proposals_vi="{chỉ số}" * 201)).main


def test_only_what_an_approver_made_public_is_read_by_strangers(app: Flask) -> None:
    stranger, approver = Visitor(app.test_client()), signed_in(app, "duyet")
    way = f"/reports/{EARLIER}/issues"

    def decide(**chosen: str) -> str:
        return approver.post(
            f"{way}/1/public", {"csrf_token": hidden(approver.get(way), "csrf_token"), **chosen}
        )

    addresses = (f"/published/{EARLIER}", f"/published/{EARLIER}/1.vi.pdf")
    assert f"/published/{EARLIER}" in Reading(stranger.get("/published")).links
    assert stranger.fetch(addresses[1]).data == PAPER
    assert "Đã thôi công khai" in decide()
    for address in addresses:
        stranger.get(address, 404)
    assert "Chưa có báo cáo nào" in Reading(stranger.get("/published")).main
    assert "Đã công khai" in decide(public="1")
    assert "không có gì thay đổi" in decide(public="1")
    for address in addresses:
        stranger.fetch(address)


@pytest.mark.usefixtures("settled")
def test_what_is_published_but_not_made_public_stays_with_those_who_signed_in(
    app: Flask, officer: Visitor, answered: Database
) -> None:
    acted(officer, "submit")
    approver = signed_in(app, "duyet")
    acted(approver, "publish", read=hidden(approver.get(WAY), "read"))
    assert "Báo cáo đã ban hành, bản số 1" in Reading(approver.get("/reports")).main
    stranger = Visitor(app.test_client())
    for address in (f"/published/{ROUND}", f"/published/{ROUND}/1.vi.pdf", f"/published/{EARLIER}/2.vi.pdf"):
        stranger.get(address, 404)
    approver.post(f"{WAY}/1/public", {"csrf_token": hidden(approver.get(WAY), "csrf_token"), "public": "1"})
    page = Reading(stranger.get(f"/published/{ROUND}"))
    assert page.figures["Số phiếu trả lời"] == "150"
    assert "đã nhận kết quả giải quyết thủ tục" in page.figures["Hỏi ai"]
    assert "đạt từ 90% trở lên. không đạt" in page.figures["So với chỉ tiêu"]
    assert page.figures["So với chỉ tiêu"].startswith("Kế hoạch")
    assert "không đo trong đợt này" in page.figures["So với chỉ tiêu"]
    assert "(khoảng tin cậy 95 %: " in page.main.replace("\u00a0", " ")
    paper = stranger.fetch(f"/published/{ROUND}/1.vi.pdf").data
    assert sha256(paper).hexdigest() in page.main
    approver.post(f"{WAY}/7/public", {"csrf_token": hidden(approver.get(WAY), "csrf_token")}, 404)
    with answered.writing() as session:
        [(sheet, content), *_others] = target_sheets.contents(session).items()
        target_sheets.add(session, sheet, content.replace("90%", "91%").replace("value: 90", "value: 91"))
    assert "So với chỉ tiêu" not in stranger.get(f"/published/{ROUND}"), "judged by other targets than these"


def test_an_issue_that_does_not_exist_is_not_found(officer: Visitor) -> None:
    for address in (
        f"{WAY}/1.vi.pdf",
        f"/reports/{EARLIER}/issues/2.vi.pdf",
        "/reports/x/issues",
        "/officer/rounds/x/report",
    ):
        officer.get(address, 404)
    officer.fetch(f"/reports/{EARLIER}/issues/1.en.pdf")
