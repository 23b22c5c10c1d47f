"""The report of a large round is published by a process of its own; the approver waits and is told how it ended."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from survey.actions import figures_apart
from survey.actions.apart import StillWorking, Work, made
from survey.actions.publishing_apart import Order, published
from survey.store import published_reports
from survey.store.database import Database
from tests.places import ROUND
from tests.tampering import Hand
from tests.web.conftest import signed_in
from tests.web.visitor import Visitor, hidden

WAY = f"/reports/{ROUND}/issues"
DONE = "Đã ban hành bản số 1."
PATIENCE = 120.0


@pytest.fixture
def approver(
    settled: Database, app: Flask, officer: Visitor, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Visitor]:
    """Somebody who may publish what the officer handed in, of a round that counts as large."""
    officer.get(f"/reports/{ROUND}")
    officer.post(f"{WAY}/submit", {"csrf_token": hidden(officer.get(WAY), "csrf_token")})
    found = signed_in(app, "duyet")
    found.get(WAY)
    monkeypatch.setattr(figures_apart, "AT_ONCE", -1.0)
    yield found
    assert settled  # it outlives the process


def order(approver: Visitor, page: str) -> str:
    """Press the button on a page that was read; gives the address to wait at."""
    token = {"csrf_token": hidden(page, "csrf_token"), "read": hidden(page, "read")}
    address = str(approver.send(f"{WAY}/publish", token).headers["Location"])
    assert address.startswith(f"{WAY}/publishing/")
    return address


def waited(approver: Visitor, address: str) -> str:
    """What the page says that follows on waiting."""
    end = time.monotonic() + PATIENCE
    while (reply := approver.client.get(address)).status_code == 202:
        assert reply.headers["Refresh"] == "3"
        assert time.monotonic() < end
        time.sleep(0.1)
    assert reply.headers["Location"] == WAY
    return approver.get(WAY)


def issues(database: Database) -> int:
    with database.reading() as session:
        return len(published_reports.issues(session, ROUND))


def test_who_publishes_a_large_report_waits_on_a_page_and_is_told_its_number(
    settled: Database, approver: Visitor
) -> None:
    address = order(approver, approver.get(WAY))
    assert DONE in waited(approver, address)
    assert issues(settled) == 1
    assert approver.client.get(f"{WAY}/1.vi.pdf").data.startswith(b"%PDF")


def test_two_orders_at_once_publish_one_issue_and_both_are_told_so(
    settled: Database, approver: Visitor
) -> None:
    page = approver.get(WAY)
    first, second = order(approver, page), order(approver, page)
    assert first != second
    for address in (first, second):
        assert DONE in waited(approver, address)
    assert issues(settled) == 1


def test_data_that_changed_since_they_were_frozen_are_not_published_and_the_approver_is_told_why(
    settled: Database, approver: Visitor
) -> None:
    page = approver.get(WAY)
    Hand(settled).do(sa.text("UPDATE response SET answers = '{}'"))
    assert "dữ liệu của đợt không còn như lúc chốt" in waited(approver, order(approver, page))
    assert issues(settled) == 0


def test_looking_how_publishing_stands_begins_nothing(settled: Database, approver: Visitor) -> None:
    read = hidden(approver.get(WAY), "read")
    assert "chưa có gì được ban hành" in waited(approver, f"{WAY}/publishing/{read}/0123456789abcdef")
    assert issues(settled) == 0


def test_a_process_that_fails_publishes_nothing_and_the_approver_may_try_again(
    settled: Database, approver: Visitor, app: Flask
) -> None:
    page = approver.get(WAY)
    here = app.extensions["sipas"]
    away = Database(settled.url.replace(".sqlite", "/away.sqlite"))
    read = hidden(page, "read")
    order_ = Order(ROUND, int(read), "fails", "http://x", 5, "duyet", datetime.now(UTC))
    with pytest.raises(StillWorking):
        made(here.shelf, Work(f"publish {ROUND}", "fails", published, (away.url, order_)))
    away.close()
    assert "chưa có gì được ban hành" in waited(approver, f"{WAY}/publishing/{read}/fails")
    assert issues(settled) == 0
    assert DONE in waited(approver, order(approver, page))
