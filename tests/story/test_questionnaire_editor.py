"""An officer writes a questionnaire with the keyboard alone, a second person publishes it; axe watches every page."""

from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import APIResponse, Browser, Page, Route, expect

from survey.actions.drafting import all_drafts
from survey.actions.publishing import published_versions
from survey.store.database import Database
from tests.places import PASSWORD

DESK = {"width": 1200, "height": 900}
PHONE = {"width": 320, "height": 640}
SHELVES = "/officer/questionnaires"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDEST = "() => document.documentElement.scrollWidth"
MOST_TABS = 150


def signed_in(browser: Browser, site: str, name: str, *, scripts: bool = True) -> Page:
    """Somebody's browser."""
    page = browser.new_context(viewport=DESK, java_script_enabled=scripts).new_page()
    page.goto(f"{site}/officer/sign-in")
    page.get_by_label("Tên đăng nhập").fill(name)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Đăng nhập").press("Enter")
    expect(page.locator("h1")).to_have_text("Đợt khảo sát")
    return page


def check(page: Page) -> None:
    """Nothing that axe knows is wrong with the whole page, and nothing is wider than a small phone."""
    page.wait_for_load_state()
    found = Axe().run(page, options={"runOnly": WCAG, "resultTypes": ["violations"]}).response["violations"]
    assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found] == []
    page.set_viewport_size(PHONE)
    assert page.evaluate(WIDEST) <= PHONE["width"], page.url
    page.set_viewport_size(DESK)


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus is on the control or link with this name."""
    wanted = "(name) => (document.activeElement.getAttribute('aria-label') || document.activeElement.labels?.[0]?.textContent"
    wanted += " || document.activeElement.textContent || '').trim().startsWith(name)"
    page.wait_for_load_state()
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(wanted, name):
            return
    raise AssertionError(f"no way to “{name}” by keyboard on {page.url}")


def test_an_officer_writes_with_the_keyboard_alone_and_an_approver_publishes(
    browser: Browser, site: str, shared: Database
) -> None:
    page = signed_in(browser, site, "canbo")
    _begin_from_the_library(page, site)
    outline = f"{site}{SHELVES}/drafts/{all_drafts(shared)[0].id}"
    _put_in_order(page)
    _write_an_item(page, shared)
    _translate(page, outline)
    _look_around_and_hand_in(page, outline)

    second = signed_in(browser, site, "duyet", scripts=False)
    second.goto(f"{outline}/check")
    second.get_by_role("button", name="Duyệt và ban hành").press("Enter")
    expect(second.locator("h1")).to_contain_text("phiên bản 1")
    version = next(v for v in published_versions(shared) if v.definition.code == "phuong_phu_luong")
    written = version.definition.items[3].text
    assert (written.vi, written.en) == ("Công chức luôn mỉm cười", "Officials always smile")
    expect(second.locator("main")).to_contain_text(version.fingerprint)


def _begin_from_the_library(page: Page, site: str) -> None:
    page.goto(f"{site}{SHELVES}")
    check(page)
    tab_to(page, "Dùng làm mẫu (phuong_phu_luong)")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Soạn phiếu mới")
    check(page)
    tab_to(page, "Tạo bản nháp")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("đang soạn")


def _put_in_order(page: Page) -> None:
    """Down and up again: by the button, then by Alt and an arrow."""
    tab_to(page, "Chuyển tiêu chí n2 lên")
    page.keyboard.press("Enter")
    first = page.locator("li[id^=items-]").first
    expect(first).to_have_id("items-n2")
    expect(page.get_by_role("button", name="Chuyển tiêu chí n2 lên")).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    expect(first).to_have_id("items-n1")
    page.wait_for_load_state()
    check(page)


def _until(page: Page, true: Callable[[], object]) -> None:
    """Wait for what no page shows."""
    for _ in range(600):
        if true():
            return
        page.wait_for_timeout(100)
    raise AssertionError("waited in vain")


def _write_an_item(page: Page, shared: Database) -> None:
    """What is typed is there after the page was closed without saving."""
    tab_to(page, "Thêm tiêu chí")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Tiêu chí tc1")
    tab_to(page, "Câu chữ")
    page.keyboard.type("Công chức luôn mỉm cười")
    _until(page, lambda: "Công chức luôn mỉm cười" in str(all_drafts(shared)[0].current.content))
    page.reload()
    expect(page.get_by_label("Câu chữ")).to_have_value("Công chức luôn mỉm cười")
    check(page)


def _translate(page: Page, outline: str) -> None:
    page.goto(f"{outline}/translations/en")
    tab_to(page, "English: Tiêu chí tc1 · Câu chữ")
    page.keyboard.type("Officials always smile")
    check(page)
    tab_to(page, "Lưu bản dịch")
    page.keyboard.press("Enter")
    expect(page.locator(".flash")).to_contain_text("Đã lưu bản dịch")


def _look_around_and_hand_in(page: Page, outline: str) -> None:
    page.goto(outline)
    for name in ("Lịch sử", "Xem thử"):
        page.get_by_role("link", name=name, exact=True).press("Enter")
        expect(page.locator("h1")).to_contain_text(name)
        check(page)
    expect(page.frame_locator("#preview").locator("h1")).to_contain_text("Khảo sát đo lường")
    page.goto(f"{outline}/check")
    check(page)
    tab_to(page, "Trình duyệt")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("chờ duyệt")
    check(page)


def test_a_question_is_written_and_put_in_order_without_scripts(
    browser: Browser, site: str, shared: Database
) -> None:
    page = signed_in(browser, site, "canbo", scripts=False)
    page.goto(f"{site}{SHELVES}/drafts/1")
    page.get_by_label("Loại câu hỏi thêm vào sau các tiêu chí").select_option("multiple")
    page.get_by_role("button", name="Thêm câu hỏi").last.click()
    page.get_by_label("Câu chữ").fill("Ông/Bà dùng thiết bị nào?")
    page.get_by_label("Phương án mã 1", exact=True).fill("Điện thoại")
    page.get_by_label("Phương án mã 2", exact=True).fill("Máy tính")
    page.get_by_role("button", name="Chuyển phương án 2 lên").click()
    page.get_by_role("button", name="Lưu").last.click()
    content = next(draft for draft in all_drafts(shared) if draft.id == 1).current.content
    added = content["definition"]["questions"][-1]
    assert added["text"]["vi"] == "Ông/Bà dùng thiết bị nào?"
    assert [option["text"]["vi"] for option in added["options"]] == ["Máy tính", "Điện thoại"]


def test_what_is_still_being_saved_by_itself_is_nobody_elses_change(browser: Browser, site: str) -> None:
    page = signed_in(browser, site, "canbo")
    page.goto(f"{site}{SHELVES}/drafts/1/items/a2")
    on_their_way: list[tuple[Route, APIResponse]] = []

    def hold_back(route: Route) -> None:
        if route.request.headers.get("accept") == "application/json":
            on_their_way.append((route, route.fetch()))  # the server has it, the page does not know yet
        else:
            route.continue_()

    page.route("**/items/a2", hold_back)
    words = page.get_by_label("Câu chữ")
    words.fill("Một")
    _until(page, lambda: on_their_way)
    words.fill("Một hai")
    page.get_by_role("button", name="Lưu").last.click(no_wait_after=True)
    for route, answer in on_their_way:
        route.fulfill(response=answer)
    expect(page.locator(".flash")).to_contain_text("Đã lưu.")
    expect(words).to_have_value("Một hai")
