"""What a citizen has sent is kept on the phone until the server has acknowledged it, and counts once."""

import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from survey.store.database import Database
from tests.citizen.phone import (
    ACKNOWLEDGED,
    DAY,
    FORM,
    SIZE,
    STORED,
    Phone,
    body_of,
    chosen,
    expect_receipt,
    fill,
    kept,
    press_send,
    reply,
    send_in_vain,
)
from tests.places import ROUND
from tests.web.visitor import stored

NOT_OURS = {
    "the page of a hotspot": reply(200, "<h1>Wi-Fi</h1>", "text/html"),
    "a hotspot that calls its page JSON": reply(200, "<h1>Wi-Fi</h1>"),
    "a redirect to a hotspot": reply(302, "", "text/html", Location="/"),
    "an empty answer": reply(200, ""),
    "JSON that is nothing": reply(200, "null"),
    "an acknowledgement of something else": reply(
        201, '{"id": "0", "receipt": "2222222222", "thanks": "/x/2222222222"}'
    ),
    "an acknowledgement without a receipt": reply(200, '{"id": "{id}"}'),
    "an acknowledgement that is no JSON file": reply(
        200, '{"id": "{id}", "receipt": "2222222222"}', "text/plain"
    ),
    "a refusal by a proxy": reply(413, "<h1>Too large</h1>", "text/html"),
    "a failing server": reply(500, '{"title": "a", "text": "b"}'),
}
POOR_STORAGE = {
    "none": "Object.defineProperty(window, 'indexedDB', { value: undefined })",
    "forbidden": "IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); }",
    "full": "IDBObjectStore.prototype.add = () => { throw new DOMException('full', 'QuotaExceededError'); }",
    "broken": """const add = IDBObjectStore.prototype.add; IDBObjectStore.prototype.add = function (entry) {
        const request = add.call(this, entry); this.transaction.abort(); return request; }""",
}
LATE_STORAGE = """{ const open = IDBFactory.prototype.open; let answer; window.answerNow = () => answer();
  const wait = new Promise((resolve) => { answer = resolve; });
  IDBFactory.prototype.open = function (...all) {
    const told = {}; const request = open.apply(this, all);
    for (const name of ["onsuccess", "onerror", "onupgradeneeded"]) {
      request[name] = () => { const say = () => told[name](); name === "onsuccess" ? wait.then(say) : say(); };
    }
    return new Proxy(told, { get: (own, name) => name in own ? own[name] : request[name] });
  }; }"""
FAILS_AT_FIRST = """{ const open = IDBFactory.prototype.open; let tries = 0;
  IDBFactory.prototype.open = function (...all) {
    if ((tries += 1) <= 3) throw new DOMException("backing store", "UnknownError");
    return open.apply(this, all);
  }; }"""
OLD_PHONE = "delete Element.prototype.toggleAttribute; delete window.AbortController; delete navigator.__proto__.locks;"
"""What browsers of 2017, such as Chromium 60 in an Android WebView that was never updated, do not have."""
TURN = "navigator.locks.request('outbox', () => {})"
"""Waits until what is being delivered is delivered, or is not."""
TRY_NOW = f"() => {{ dispatchEvent(new Event('online')); return {TURN}; }}"
REFUSED = {"title": "Phiếu gửi quá muộn", "text": "Xin quét lại mã QR."}


def rows(database: Database, *ids: str) -> list[dict[str, Any]]:
    """What is stored under these ids."""
    return [row for row in stored(database) if row["id"] in ids]


def counted_in(database: Database, response_id: str) -> list[str]:
    """The rounds in which a response counts."""
    query = text("SELECT code FROM round JOIN response ON round.id = round_id WHERE response.id = :id")
    with database.reading() as session:
        return list(session.execute(query, {"id": response_id}).scalars())


# --- delivered ---------------------------------------------------------------------------------------


def test_sending_leads_to_the_receipt_and_leaves_nothing_on_the_phone(
    phone: Phone, database: Database
) -> None:
    page = phone.open()
    response_id = fill(page)
    press_send(page)
    expect_receipt(page)
    [row] = rows(database, response_id)
    assert (row["mode"], row["language"], row["late_hours"]) == ("qr", "vi", 0)
    assert kept(page, "outbox") == kept(page, "draft") == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0


def test_the_page_with_the_receipt_is_the_one_that_a_form_without_script_leads_to(
    phone: Phone, database: Database
) -> None:
    page = phone.open()
    response_id = fill(page)
    press_send(page)
    receipt = expect_receipt(page)
    page.reload()
    assert expect_receipt(page) == receipt
    assert len(rows(database, response_id)) == 1


def test_without_a_network_it_is_stored_and_delivered_once_there_is_one(
    phone: Phone, database: Database
) -> None:
    page = phone.open()
    response_id = fill(page)
    phone.context.set_offline(True)
    press_send(page)
    expect(page.locator("#state")).to_contain_text(STORED)
    assert ACKNOWLEDGED not in page.locator("#state").inner_text()
    assert [entry["id"] for entry in kept(page, "outbox")] == [response_id]
    assert rows(database, response_id) == []
    phone.context.set_offline(False)
    expect_receipt(page)
    assert len(rows(database, response_id)) == 1
    assert kept(page, "outbox") == []


def test_who_comes_back_to_the_page_sends_what_waits_without_delay(phone: Phone, database: Database) -> None:
    """Nothing tells it of the network, and its own next attempt would be minutes away."""
    phone.context.add_init_script(
        "const wait = setTimeout; window.setTimeout = (work, pause, ...rest) =>"
        " work.name === 'flush' ? (window.isWaiting = true) : wait(work, pause, ...rest);"
    )
    page = phone.open()
    response_id = send_in_vain(phone, page)
    page.wait_for_function("() => window.isWaiting")
    phone.reach_server()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect_receipt(page)
    assert len(rows(database, response_id)) == 1


@pytest.mark.parametrize("path", ["/", FORM, "/q/22222222"])
def test_any_page_of_ours_delivers_what_a_closed_page_left(
    phone: Phone, database: Database, path: str
) -> None:
    page = phone.open()
    response_id = send_in_vain(phone, page)
    page.close()
    phone.reach_server()
    page = phone.open(path)
    expect(page.locator("#state")).to_contain_text("Phiếu Ông/Bà đã gửi trước đó: Đã ghi nhận.")
    assert len(rows(database, response_id)) == 1
    assert kept(page, "outbox") == []


def test_two_taps_send_once(phone: Phone, database: Database) -> None:
    page = phone.open()
    response_id = fill(page)
    page.get_by_role("button", name="Gửi phiếu").evaluate("button => { button.click(); button.click(); }")
    expect_receipt(page)
    assert phone.sent_ids() == [response_id]
    assert len(rows(database, response_id)) == 1


def test_going_back_after_the_receipt_does_not_meet_the_form_again(phone: Phone, database: Database) -> None:
    page = phone.open("/")
    page.goto(phone.address + FORM)
    response_id = fill(page)
    press_send(page)
    expect_receipt(page)
    page.go_back()
    expect(page).to_have_url(phone.address + "/")
    page.go_forward()
    expect_receipt(page)
    assert phone.sent_ids() == [response_id]
    assert len(rows(database, response_id)) == 1


def test_a_form_that_waits_cannot_be_changed_by_going_back_to_it(phone: Phone, database: Database) -> None:
    page = phone.open()
    response_id = fill(page)
    phone.context.set_offline(True)
    press_send(page)
    expect(page.locator("#state")).to_contain_text(STORED)
    page.goto("about:blank")
    page.go_back()
    expect(page.locator("#state")).to_contain_text(STORED)
    expect(page.locator("#form")).to_be_hidden()
    page.evaluate(
        "document.querySelectorAll('#form [value=\"1\"]').forEach(choice => { choice.checked = true; })"
    )
    page.evaluate("document.querySelector('#form').dispatchEvent(new Event('submit', { cancelable: true }))")
    phone.context.set_offline(False)
    expect_receipt(page)
    [row] = rows(database, response_id)
    assert json.loads(row["answers"])["a1"] == 4


def test_an_acknowledged_form_that_comes_back_keeps_its_first_answers(
    phone: Phone, database: Database
) -> None:
    page = phone.context.new_page()
    opened = page.request.get(phone.address + FORM).text()
    phone.context.route(f"**{FORM}", lambda route: route.fulfill(body=opened, content_type="text/html"))
    page.goto(phone.address + FORM)
    response_id = fill(page)
    press_send(page)
    receipt = expect_receipt(page)
    page.goto(phone.address + FORM)
    assert fill(page, "1") == response_id
    press_send(page)
    assert expect_receipt(page) == receipt
    expect(page.locator("main")).to_contain_text("Câu trả lời gửi lần đầu được giữ nguyên")
    [row] = rows(database, response_id)
    assert json.loads(row["answers"])["a1"] == 4


# --- not an acknowledgement -------------------------------------------------------------------------


def test_only_the_servers_own_word_is_an_acknowledgement(phone: Phone, database: Database) -> None:
    page = phone.open()
    response_id = send_in_vain(phone, page)
    for name, answer in NOT_OURS.items():
        phone.answer_with(answer)
        tries = len(phone.posted)
        while len(phone.posted) == tries:  # a try that was under way may still be the one before
            page.evaluate(TRY_NOW)
        assert page.locator("#state").inner_text().startswith(STORED), name
        assert [entry["id"] for entry in kept(page, "outbox")] == [response_id], name
    phone.reach_server(page)
    expect_receipt(page)
    assert len(rows(database, response_id)) == 1


def test_a_busy_server_is_asked_again_when_it_wishes_and_not_before(phone: Phone, database: Database) -> None:
    page = phone.context.new_page()
    opened = datetime.now(UTC)
    page.clock.install(time=opened)
    page.goto(phone.address + FORM)
    response_id = fill(page)
    page.clock.pause_at(opened + timedelta(minutes=10))
    phone.answer_with(reply(503, "{}", **{"Retry-After": "120"}))
    with page.expect_event("requestfinished"):
        press_send(page)
    expect(page.locator("#state")).to_contain_text(STORED)
    page.evaluate(TURN)
    page.clock.fast_forward(118 * 1000)
    page.evaluate("dispatchEvent(new Event('online'))")
    assert len(phone.posted) == 1
    phone.reach_server()
    page.clock.fast_forward(5 * 1000)
    expect_receipt(page)
    assert len(phone.posted) == 2
    assert len(rows(database, response_id)) == 1


def test_pauses_double_up_to_five_minutes_with_full_jitter(phone: Phone) -> None:
    phone.context.add_init_script(
        "window.pauses = []; const wait = setTimeout; Math.random = () => 1;"
        "window.setTimeout = (work, pause, ...rest) => {"
        "  if (work.name !== 'flush') return wait(work, pause, ...rest);"
        "  pauses.push(pause); return wait(work, 0); };"
    )
    page = phone.open()
    send_in_vain(phone, page)
    page.wait_for_function("() => pauses.length >= 10")
    pauses = page.evaluate("pauses.slice(0, 10).map(pause => pause / 1000)")
    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


# --- final refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 409, 410])
def test_a_final_refusal_is_shown_and_nothing_is_sent_again(phone: Phone, status: int) -> None:
    page = phone.open()
    fill(page)
    phone.answer_with(reply(status, json.dumps(REFUSED)))
    press_send(page)
    expect(page.locator("#state")).to_have_text(f"{REFUSED['title']}\n{REFUSED['text']}")
    expect(page.locator("#state")).to_be_focused()
    phone.reach_server(page)
    assert kept(page, "outbox") == kept(page, "draft") == []
    assert len(phone.posted) == 1


def test_what_is_too_large_can_be_shortened(phone: Phone, database: Database) -> None:
    page = phone.open()
    response_id = fill(page)
    page.locator("textarea").fill("dài")
    phone.answer_with(reply(413, json.dumps({"title": "Phiếu quá lớn", "text": "Xin rút gọn."})))
    press_send(page)
    expect(page.locator("#state")).to_contain_text("Phiếu quá lớn")
    expect(page.locator("textarea")).to_have_value("dài")
    page.locator("textarea").fill("gọn")
    phone.reach_server()
    press_send(page)
    expect_receipt(page)
    [row] = rows(database, response_id)
    assert json.loads(row["answers"])["comment"] == "gọn"


def test_what_the_server_misses_is_shown_beside_the_question_with_every_answer_kept(
    phone: Phone, database: Database
) -> None:
    page = phone.open()
    response_id = fill(page)
    before = chosen(page)
    phone.answer_with(reply(422, json.dumps({"problems": {"b1": "Xin chọn lại."}})))
    press_send(page)
    expect(page.locator("#q-b1")).to_contain_text("Lỗi: Xin chọn lại.")
    expect(page.locator("#q-b1 input:focus")).to_have_count(1)
    assert page.locator("#q-b1").get_attribute("aria-describedby") == "q-b1-error"
    assert chosen(page) == before
    assert kept(page, "outbox") == []
    assert len(kept(page, "draft")) == 1
    phone.reach_server()
    press_send(page)
    expect_receipt(page)
    assert len(rows(database, response_id)) == 1


def test_what_the_server_misses_in_a_form_that_was_closed_can_be_seen_to_later(
    phone: Phone, database: Database
) -> None:
    page = phone.open()
    response_id = send_in_vain(phone, page)
    page.close()
    phone.answer_with(reply(422, json.dumps({"problems": {"b1": "Xin chọn lại."}})))
    page = phone.open("/")
    review = page.get_by_role("button", name="Xem lại phiếu")
    expect(review).to_be_visible()
    phone.reach_server()
    review.click()
    expect_receipt(page)  # the server has nothing to miss by now
    assert kept(page, "outbox") == []
    assert len(rows(database, response_id)) == 1


# --- clocks and expiry ---------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [-400, 400])
def test_a_wrong_clock_on_the_phone_does_not_matter(phone: Phone, database: Database, days: int) -> None:
    phone.set_clock(days * DAY)
    page = phone.open()
    response_id = send_in_vain(phone, page)
    page.close()
    phone.set_clock(3 * 3600)  # on top: three hours later by the same wrong clock
    phone.reach_server()
    page = phone.open("/")
    expect(page.locator("#state")).to_contain_text(ACKNOWLEDGED)
    assert 3 * 3600 <= int(body_of(phone.posted[-1])["age"]) < 4 * 3600
    assert counted_in(database, response_id) == [ROUND]


def test_a_clock_that_is_set_back_gives_no_negative_age(phone: Phone, database: Database) -> None:
    page = phone.open()
    response_id = send_in_vain(phone, page)
    page.close()
    phone.set_clock(-400 * DAY)
    phone.reach_server()
    expect(phone.open("/").locator("#state")).to_contain_text(ACKNOWLEDGED)
    assert body_of(phone.posted[-1])["age"] == "0"
    assert len(rows(database, response_id)) == 1


def test_after_fourteen_days_the_phone_gives_up_and_says_so(phone: Phone) -> None:
    page = phone.open()
    send_in_vain(phone, page)
    page.close()
    phone.set_clock(14 * DAY + 60)
    phone.reach_server()
    tries = len(phone.posted)
    page = phone.open("/")
    expect(page.locator("#state")).to_contain_text("Không gửi được phiếu.")
    expect(page.locator("#state")).to_contain_text("14 ngày")
    assert kept(page, "outbox") == []
    assert len(phone.posted) == tries


def test_after_thirteen_days_the_phone_still_tries(phone: Phone) -> None:
    page = phone.open()
    response_id = send_in_vain(phone, page)
    page.close()
    phone.set_clock(13 * DAY)
    page = phone.open("/")
    expect(page.locator("#state")).to_contain_text("sẽ tự gửi khi có mạng")
    assert phone.sent_ids()[-1] == response_id
    assert len(kept(page, "outbox")) == 1


# --- two tabs, poor browsers ---------------------------------------------------------------------------


@pytest.mark.parametrize("locks", [True, False])
def test_two_tabs_deliver_everything_once(phone: Phone, database: Database, *, locks: bool) -> None:
    if not locks:
        phone.context.add_init_script(
            "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })"
        )
    first, second = phone.open(), phone.open()
    ids = [send_in_vain(phone, first, "1"), send_in_vain(phone, second, "2")]
    phone.reach_server(first, second)
    for page in (first, second):
        expect_receipt(page)
    given = {row["id"]: json.loads(row["answers"])["a1"] for row in rows(database, *ids)}
    assert given == {ids[0]: 1, ids[1]: 2}
    assert kept(first, "outbox") == []


def test_tabs_take_turns(phone: Phone) -> None:
    page = phone.open()
    response_id = send_in_vain(phone, page)
    page.close()
    tabs = [phone.open("/"), phone.open("/privacy"), phone.open("/")]
    for tab in tabs:
        tab.evaluate(TURN)
    tries = Counter(phone.sent_ids())[response_id]
    phone.reach_server(*tabs)
    expect(page_that_says(tabs, ACKNOWLEDGED).locator("#state")).to_contain_text(ACKNOWLEDGED)
    for tab in tabs:
        tab.evaluate(TURN)
    assert Counter(phone.sent_ids())[response_id] == tries + 1


def page_that_says(tabs: list[Page], text: str) -> Page:
    """The tab on which a text appears first."""
    for _ in range(1200):
        for tab in tabs:
            if text in tab.locator("#state").inner_text():
                return tab
        tabs[0].wait_for_timeout(50)
    raise AssertionError(text)


@pytest.mark.parametrize("storage", POOR_STORAGE)
def test_without_storage_the_form_is_sent_as_a_plain_form(
    phone: Phone, database: Database, storage: str
) -> None:
    phone.context.add_init_script(POOR_STORAGE[storage])
    phone.context.add_init_script(
        "addEventListener('DOMContentLoaded', () => new MutationObserver(() => {"
        "  if (document.querySelector('#state').textContent.includes('Đã lưu')) console.error('said too much');"
        "}).observe(document.querySelector('#state'), { childList: true, subtree: true }))"
    )
    page = phone.open()
    response_id = fill(page)
    press_send(page)
    expect_receipt(page)
    assert "age" not in body_of(phone.posted[0])
    assert len(rows(database, response_id)) == 1


def test_storage_that_never_answers_does_not_hold_up_the_citizen(phone: Phone, database: Database) -> None:
    phone.context.add_init_script("IDBFactory.prototype.open = () => ({})")
    page = phone.context.new_page()
    page.clock.install()
    page.goto(phone.address + FORM)
    response_id = fill(page)
    press_send(page)
    page.clock.fast_forward(5000)
    expect_receipt(page)
    assert len(rows(database, response_id)) == 1


def test_a_form_that_waits_stays_closed_however_late_the_storage_answers(
    phone: Phone, database: Database
) -> None:
    page = phone.open()
    response_id = send_in_vain(phone, page, "4")
    html = page.request.get(phone.address + FORM).text()
    same = re.sub(r'name="id" value="[0-9a-f]+"', f'name="id" value="{response_id}"', html)
    page.close()
    phone.context.add_init_script(LATE_STORAGE)
    phone.context.route(f"**{FORM}", lambda route: route.fulfill(body=same, content_type="text/html"))
    page = phone.context.new_page()
    page.clock.install()
    page.goto(phone.address + FORM)
    assert fill(page, "1") == response_id
    page.clock.fast_forward(60_000)
    expect(page.locator("#form")).to_be_visible()
    page.evaluate("answerNow()")
    expect(page.locator("#state")).to_contain_text(STORED)
    expect(page.locator("#form")).to_be_hidden()
    phone.reach_server(page)
    expect_receipt(page)
    [row] = rows(database, response_id)
    assert json.loads(row["answers"])["a1"] == 4
    page.evaluate("answerNow()")
    assert kept(page, "outbox") == kept(page, "draft") == []


def test_what_waits_is_delivered_though_the_storage_failed_at_first(phone: Phone, database: Database) -> None:
    page = phone.open()
    response_id = send_in_vain(phone, page)
    page.close()
    phone.reach_server()
    phone.context.add_init_script(FAILS_AT_FIRST)
    page = phone.open("/")
    expect(page.locator("#state")).to_contain_text(ACKNOWLEDGED)
    assert len(rows(database, response_id)) == 1
    assert kept(page, "outbox") == []


@pytest.mark.parametrize("storage", [*POOR_STORAGE, "late"])
def test_without_storage_and_network_the_form_stays_open_with_its_answers(
    phone: Phone, database: Database, storage: str
) -> None:
    phone.context.add_init_script({**POOR_STORAGE, "late": LATE_STORAGE}[storage])
    page = phone.context.new_page()
    page.clock.install()
    page.goto(phone.address + FORM)
    response_id = fill(page)
    phone.context.set_offline(True)
    press_send(page)
    page.clock.fast_forward(5000)
    expect(page.locator("#state")).to_contain_text("Chưa gửi được phiếu.")
    expect(page.locator("#form")).to_be_visible()
    assert STORED not in page.locator("#state").inner_text()
    phone.context.set_offline(False)
    press_send(page)
    page.clock.fast_forward(5000)
    expect_receipt(page)
    assert len(rows(database, response_id)) == 1


def test_a_server_that_never_answers_is_given_up_after_twenty_seconds(
    phone: Phone, database: Database
) -> None:
    page = phone.context.new_page()
    page.clock.install()
    page.goto(phone.address + FORM)
    response_id = fill(page)
    phone.answer_with(lambda _route: None)
    with page.expect_request("**/send"):
        press_send(page)
    with page.expect_event("requestfailed"):
        page.clock.fast_forward(20_500)
    phone.reach_server()
    page.clock.fast_forward(3000)
    expect_receipt(page)
    assert len(rows(database, response_id)) == 1


def test_what_the_script_says_fits_a_narrow_screen_and_takes_the_focus(phone: Phone) -> None:
    page = phone.open()
    page.set_viewport_size({"width": 320, "height": SIZE["height"]})
    send_in_vain(phone, page)
    expect(page.get_by_role("status")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("is_online", [True, False])
def test_a_phone_too_old_for_the_outbox_sends_the_plain_form_and_is_promised_nothing(
    phone: Phone, database: Database, *, is_online: bool
) -> None:
    phone.context.add_init_script(OLD_PHONE)
    page = phone.open()
    before = len(stored(database))
    fill(page)
    if is_online:
        press_send(page)
        expect(page.locator("h1")).to_have_text("Cảm ơn Ông/Bà")
        assert len(stored(database)) == before + 1
    else:
        phone.context.set_offline(True)
        with page.expect_event("requestfailed"):  # as without a script
            press_send(page)
    phone.context.set_offline(False)
    page = phone.open("/")
    expect(page.locator("#state")).to_be_empty()
    assert len(phone.posted) == 1
