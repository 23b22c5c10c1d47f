"""A questionnaire with every kind of part, from a file to two published versions, with the keyboard alone."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from questionnaires.draft_texts import Content
from questionnaires.drafting import draft_of
from survey.actions.drafting import all_drafts
from survey.actions.publishing import published_versions
from survey.store.database import Database
from tests.keyboard import (
    check,
    choose,
    enter,
    follow,
    press,
    reach,
    send_file,
    signed_in,
    tick,
    write,
)
from tests.web.tiny import FILES

SHELVES = "/officer/questionnaires"
SOURCE = FILES["rating_required"].read_text(encoding="utf-8")
CODE = "phieu_moi"
KINDS = ("Chọn một", "Chọn nhiều", "Số", "Ý kiến viết", "Lĩnh vực của hồ sơ")
ADDING = "Loại câu hỏi thêm vào sau các tiêu chí"


def a_draft_begins_from_a_file_and_a_faulty_one_names_its_line(officer: Page) -> None:
    officer.goto(SHELVES)
    follow(officer, "Soạn phiếu mới")
    choose(officer, "Bắt đầu từ", "Tệp hoặc nội dung")
    send_file(officer, "Tệp phiếu", "phieu.yaml", SOURCE.replace("ba_muc}", "khong_co}"))
    press(officer, "Tạo bản nháp")
    expect(officer.get_by_role("alert")).to_contain_text("khong_co")
    check(officer)
    choose(officer, "Bắt đầu từ", "Tệp hoặc nội dung")
    send_file(officer, "Tệp phiếu", "phieu.yaml", SOURCE)
    write(officer, "Mã phiếu", CODE)
    press(officer, "Tạo bản nháp")
    expect(officer.locator("h1")).to_contain_text("đang soạn")


def sections_scales_and_items_are_added_and_written(officer: Page) -> None:
    press(officer, "Thêm phần")
    write(officer, "Tiêu đề", "Thái độ phục vụ")
    press(officer, "Lưu")
    follow(officer, "Về dàn ý")
    press(officer, "Thêm thang đo")
    for number, words in enumerate(("Rất tệ", "Tệ", "Tạm", "Tốt", "Rất tốt"), start=1):
        write(officer, f"Phương án mã {number}", words)
    press(officer, "Xoá phương án 2")
    press(officer, "Chuyển phương án 4 lên")
    press(officer, "Chuyển phương án 4 xuống")
    check(officer)
    follow(officer, "Về dàn ý")
    press(officer, "Thêm tiêu chí (phan1)")
    write(officer, "Câu chữ", "Công chức lịch sự")
    choose(officer, "Thang đo", "thang1")
    tick(officer, "Cho chọn “Không áp dụng”")
    press(officer, "Lưu")
    expect(officer.get_by_role("checkbox", name="Cho chọn “Không áp dụng”")).to_be_checked()


def a_condition_is_chosen_with_the_arrows_and_the_focus_stays(officer: Page) -> None:
    governor = officer.get_by_label("Chỉ hỏi khi ở câu")
    revision = officer.locator("form[data-autosave] input[name=revision]")
    before = revision.input_value()
    choose(officer, "Chỉ hỏi khi ở câu", "a1")
    expect(revision).not_to_have_value(before)
    expect(officer.get_by_role("checkbox", name="3: Tốt")).to_be_visible()
    expect(governor).to_be_focused()
    tick(officer, "3: Tốt")
    press(officer, "Lưu")
    expect(officer.get_by_role("checkbox", name="3: Tốt")).to_be_checked()
    check(officer)


def every_kind_of_question_is_added_and_written(officer: Page, shared: Database) -> None:
    follow(officer, "Về dàn ý")
    for kind in KINDS:
        choose(officer, ADDING, kind)
        press(officer, "Thêm câu hỏi", at=1)
        write(officer, "Câu chữ", f"Câu về {kind.lower()}")
        if kind.startswith("Chọn"):
            write(officer, "Phương án mã 1", "Có")
            write(officer, "Phương án mã 2", "Không có gì")
        if kind == "Số":
            write(officer, "Số nhỏ nhất", "0")
            write(officer, "Số lớn nhất", "30")
            write(officer, "Đơn vị đếm", "ngày")
        press(officer, "Lưu")
        if kind == "Chọn nhiều":
            tick(officer, "2: Không có gì")
            press(officer, "Lưu")
        follow(officer, "Về dàn ý")
    check(officer)
    asked = draft(shared)["definition"]["questions"]
    assert [question["kind"] for question in asked] == ["single", "multiple", "number", "text", "field"]
    assert asked[1]["alone"] == [2]
    assert (asked[2]["min"], asked[2]["max"], asked[2]["counted_in"]["vi"]) == (0, 30, "ngày")


def legal_basis_language_scoring_and_translation_are_written(officer: Page, shared: Database) -> None:
    follow(officer, "Tiêu đề, lời giới thiệu, căn cứ pháp lý, ngôn ngữ, cách trả lời")
    write(officer, "Căn cứ pháp lý", "Quyết định 1\nQuyết định 2")
    tick(officer, "English (Tiếng Anh)")
    press(officer, "Lưu")
    check(officer)
    follow(officer, "Bản dịch English")
    write(officer, "English: Tiêu đề", "Trial form")
    press(officer, "Lưu bản dịch")
    expect(officer.locator("main")).to_contain_text("chỗ chưa dịch")
    follow(officer, "Về dàn ý")
    follow(officer, "Cách tính điểm")
    write(officer, "Các mã tính là hài lòng", "3, 9")
    press(officer, "Lưu")
    expect(officer.locator("main")).to_contain_text("Cần sửa:")
    check(officer)
    found = draft(shared)["definition"]
    assert found["legal_basis"] == ["Quyết định 1", "Quyết định 2"]
    assert found["title"]["en"] == "Trial form"


def what_blocks_is_shown_undone_and_mended_and_the_draft_is_tried(officer: Page) -> None:
    follow(officer, "Kiểm tra và trình duyệt")
    expect(officer.locator(".verdict.shut")).to_contain_text("lỗi phải sửa")
    expect(officer.get_by_role("button", name="Trình duyệt")).to_be_disabled()
    check(officer)
    press(officer, "Hoàn tác")
    press(officer, "Làm lại")
    press(officer, "Hoàn tác")
    follow(officer, "Lịch sử")
    check(officer)
    follow(officer, "Dàn ý")
    follow(officer, "Tiêu đề, lời giới thiệu, căn cứ pháp lý, ngôn ngữ, cách trả lời")
    unfinished = officer.locator("input[name=unfinished][value=en]")
    reach(unfinished)
    officer.keyboard.press("Space")
    press(officer, "Lưu")
    follow(officer, "Xem thử")
    reach(officer.locator(".address a"))
    enter(officer)
    expect(officer.locator("main")).to_contain_text("Công chức lịch sự")
    officer.go_back()
    follow(officer, "Kiểm tra và trình duyệt")
    press(officer, "Trình duyệt")
    expect(officer.locator("h1")).to_contain_text("chờ duyệt")


def draft(database: Database) -> Content:
    """What the draft says now."""
    return next(one for one in all_drafts(database) if one.code == CODE).current.content


def test_an_officer_writes_every_kind_of_part_with_the_keyboard_alone(
    browser: Browser, site: str, shared: Database
) -> None:
    officer = signed_in(browser, site, "canbo")
    a_draft_begins_from_a_file_and_a_faulty_one_names_its_line(officer)
    sections_scales_and_items_are_added_and_written(officer)
    a_condition_is_chosen_with_the_arrows_and_the_focus_stays(officer)
    every_kind_of_question_is_added_and_written(officer, shared)
    legal_basis_language_scoring_and_translation_are_written(officer, shared)
    what_blocks_is_shown_undone_and_mended_and_the_draft_is_tried(officer)


# --- from a draft to versions, side by side ------------------------------------------------------------


def the_officer_changes_words_and_says_why_the_meaning_is_the_same(officer: Page) -> None:
    officer.goto(f"{SHELVES}/drafts/1/items/a1")
    words = officer.get_by_label("Câu chữ").input_value()
    write(officer, "Câu chữ", words.replace("Cơ quan", "Cơ quan nhà nước"))
    press(officer, "Lưu")
    expect(officer.get_by_role("heading", name="Ý nghĩa đã đổi dưới mã cũ?")).to_be_visible()
    check(officer)
    write(officer, "Lý do ý nghĩa không đổi", "Chỉ gọi đủ tên cơ quan, không hỏi điều khác")
    press(officer, "Lưu")
    follow(officer, "Kiểm tra và trình duyệt")
    expect(officer.locator("#trend + p, #trend ~ p").first).to_contain_text("so sánh được tiếp")
    press(officer, "Trình duyệt")
    check(officer)


def the_approver_returns_it_once_and_then_publishes_it(approver: Page, officer: Page) -> None:
    follow(approver, "Phiếu hỏi")
    reach(approver.locator("section[aria-labelledby=drafts] a").first)
    enter(approver)
    check(approver)
    write(approver, "Cần sửa gì", "Xin thêm căn cứ pháp lý")
    press(approver, "Trả lại để sửa")
    officer.reload()
    expect(officer.locator(".alert-warning")).to_contain_text("Xin thêm căn cứ pháp lý")
    check(officer)
    press(officer, "Trình duyệt")
    approver.goto(officer.url)
    press(approver, "Duyệt và ban hành")
    expect(approver.locator("h1")).to_contain_text("phiên bản 2")
    check(approver)


def two_versions_are_read_side_by_side_and_the_declaration_is_withdrawn_and_given(officer: Page) -> None:
    officer.goto(SHELVES)
    follow(officer, "So sánh hai phiên bản")
    choose(officer, "Bản trước", "quay_5_yeu_to – phiên bản 1")
    choose(officer, "Bản sau", "quay_5_yeu_to – phiên bản 2")
    press(officer, "So sánh")
    row = officer.locator("#part-a1")
    expect(row.locator("ins").first).to_contain_text("nhà nước")
    expect(row).to_contain_text("Xu hướng giữ được.")
    check(officer)
    follow(officer, "Rút khai báo của câu a1")
    write(officer, "Lý do", "ừ")
    press(officer, "Rút khai báo")
    expect(officer.locator(".error").first).to_be_visible()
    check(officer)
    write(officer, "Lý do", "Đọc lại thì thấy phạm vi cơ quan đã khác")
    press(officer, "Rút khai báo")
    expect(row).to_contain_text("Xu hướng bắt đầu lại.")
    follow(officer, "Khai báo cho câu a1")
    write(officer, "Lý do", "Hỏi lại người soạn: phạm vi cơ quan vẫn như cũ")
    press(officer, "Khai báo")
    expect(row).to_contain_text("Xu hướng giữ được.")


def a_version_is_taken_along_as_a_workbook_and_comes_back_as_a_draft(officer: Page, shared: Database) -> None:
    reach(officer.get_by_role("link", name="Tải quay_5_yeu_to.2 dạng XLSForm"))
    with officer.expect_download() as taken:
        officer.keyboard.press("Enter")
    workbook = Path(taken.value.path()).read_bytes()
    officer.goto(f"{SHELVES}/new")
    choose(officer, "Bắt đầu từ", "Tệp hoặc nội dung")
    send_file(officer, "Tệp phiếu", "phieu.xlsx", workbook)
    write(officer, "Mã phiếu", "ban_sao")
    press(officer, "Tạo bản nháp")
    expect(officer.locator("h1")).to_contain_text("đang soạn")
    copy = next(one for one in all_drafts(shared) if one.code == "ban_sao").current.content["definition"]
    second = next(v for v in published_versions(shared) if v.number == 2).definition
    assert copy | {"code": second.code} == draft_of(second)["definition"]


def the_approver_withdraws_the_version_and_it_stays_readable(approver: Page, officer: Page) -> None:
    follow(approver, "Rút phiên bản này…")
    check(approver)
    write(approver, "Lý do", "Thay bằng bản có căn cứ pháp lý mới")
    press(approver, "Rút phiên bản")
    officer.goto(approver.url)
    expect(officer.locator("h1")).to_contain_text("đã rút")
    expect(officer.locator("main")).to_contain_text("nhà nước")
    check(officer)


def test_versions_are_approved_compared_taken_along_and_withdrawn_with_the_keyboard_alone(
    browser: Browser, site: str, shared: Database
) -> None:
    officer, approver = (signed_in(browser, site, name) for name in ("canbo", "duyet"))
    the_officer_changes_words_and_says_why_the_meaning_is_the_same(officer)
    the_approver_returns_it_once_and_then_publishes_it(approver, officer)
    two_versions_are_read_side_by_side_and_the_declaration_is_withdrawn_and_given(officer)
    a_version_is_taken_along_as_a_workbook_and_comes_back_as_a_draft(officer, shared)
    the_approver_withdraws_the_version_and_it_stays_readable(approver, officer)
