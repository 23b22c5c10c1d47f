"""The same pages on SQLite and on PostgreSQL."""

from pathlib import Path

import pytest
from flask import Flask

from survey.store.database import Database
from tests.conftest import application
from tests.places import MIXED, PASSWORD, ROUND
from tests.web.reading import Reading
from tests.web.visitor import Visitor, stored


@pytest.fixture
def app(small: Database, tmp_path: Path) -> Flask:
    """The application on the small place, once per engine."""
    return application(small, tmp_path)


def test_the_health_page_names_the_engine_and_how_safe_a_commit_is(visitor: Visitor, small: Database) -> None:
    shown = Reading(visitor.get("/health")).figures
    health = small.health()
    assert shown["Trạng thái"] == "đang chạy"
    assert shown["Cơ sở dữ liệu"] == f"{health.engine} {health.version}"
    assert shown["Nhật ký ghi"] == f"{health.journal}, synchronous = {health.synchronous}"
    assert (health.engine, health.journal, health.synchronous) in {
        ("SQLite", "wal", "full"),
        ("SQLite", "delete", "extra"),
        ("PostgreSQL", "wal", "on"),
    }


def test_a_day_with_the_site(visitor: Visitor, app: Flask, small: Database) -> None:
    """Answered twice, counted once, closed; who had begun by then may finish, nobody begins after it."""
    form = visitor.filled(MIXED)
    begun = visitor.filled(MIXED)
    receipts = {visitor.send(f"/q/{MIXED}", form).location for _ in range(2)}
    assert len(receipts) == 1
    officer = Visitor(app.test_client())
    officer.sign_in()
    address = f"/officer/rounds/{ROUND}"
    assert Reading(officer.get(address)).figures["Phiếu trả lời"] == "1"
    officer.post(f"{address}/close", {"csrf_token": officer.token(f"{address}/close")})
    visitor.post(f"/q/{MIXED}", begun)
    Reading(visitor.get(f"/q/{MIXED}")).heading.index("Hiện không có")
    assert {str(row["id"]) for row in stored(small)} == {form["id"], begun["id"]}


@pytest.mark.parametrize("comment", ["đầu\0cuối", "\ufffe\uffff", "a\u0300 💛 \u202e"])
def test_a_comment_of_any_characters_is_taken(visitor: Visitor, small: Database, comment: str) -> None:
    visitor.send(f"/q/{MIXED}", visitor.filled(MIXED) | {"comment": comment})
    assert len(stored(small)) == 1


def test_an_address_with_an_invisible_character_is_not_found(visitor: Visitor) -> None:
    visitor.sign_in()
    for address in ("/officer/rounds/2026%00", "/reports/2026%00", "/officer/posters.pdf?unit=X%00"):
        assert visitor.client.get(address).status_code == 404, address


def test_a_name_with_an_invisible_character_is_an_unknown_name(visitor: Visitor) -> None:
    data = {"name": "can\0bo", "password": PASSWORD, "csrf_token": visitor.token()}
    assert visitor.client.post("/officer/sign-in", data=data).status_code == 422
