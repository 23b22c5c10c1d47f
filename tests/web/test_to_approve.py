"""An approver is told what waits, where their work begins and beside the reports; nobody else is."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask

from survey.actions.drafting import begin, submit
from survey.actions.people import hash_password
from survey.actions.report_texts import save
from survey.library import shipped_definitions
from survey.store import accounts
from survey.store.database import Database
from tests.places import APPROVER, EARLIER, PASSWORD, ROUND
from tests.web.conftest import signed_in
from tests.web.reading import Reading
from tests.web.visitor import Visitor, hidden

WAY = f"/reports/{ROUND}/issues"
PAGES = ("/officer", "/reports")
NOTICE = "Đang chờ Ông/Bà duyệt"


def hand_in_report(officer: Visitor) -> None:
    officer.post(f"{WAY}/submit", {"csrf_token": hidden(officer.get(WAY), "csrf_token")})


def hand_in_questionnaire(database: Database) -> int:
    moment = datetime.now(UTC)
    definition = shipped_definitions()["phuong_phu_luong"]
    draft = begin(database, definition, who="canbo", now=moment, source="library")
    submit(database, draft.id, standing=draft.current.number, who="canbo", now=moment)
    return draft.id


@pytest.mark.parametrize("page", PAGES)
def test_a_report_and_a_questionnaire_that_wait_are_named_in_one_place_with_the_way_to_them(
    settled: Database, app: Flask, officer: Visitor, page: str
) -> None:
    hand_in_report(officer)
    draft = hand_in_questionnaire(settled)
    shown = Reading(signed_in(app, "duyet").get(page))
    assert shown.main.count(NOTICE) == 1
    assert "Báo cáo: Quý IV năm 2026" in shown.main
    assert "canbo trình lúc" in shown.main
    for address in (WAY, f"/officer/questionnaires/drafts/{draft}/check"):
        assert address in shown.links
        signed_in(app, "duyet").get(address)


@pytest.mark.usefixtures("settled")
def test_the_notice_goes_when_the_report_is_published_and_when_it_is_returned(
    app: Flask, officer: Visitor
) -> None:
    approver = signed_in(app, "duyet")
    for deed, values in (("return", {"note": "Thiếu kiến nghị"}), ("publish", {})):
        hand_in_report(officer)
        assert NOTICE in approver.get("/officer")
        page = approver.get(WAY)
        token = {"csrf_token": hidden(page, "csrf_token"), "read": hidden(page, "read")}
        approver.post(f"{WAY}/{deed}", {**token, **values})
        for address in PAGES:
            assert NOTICE not in approver.get(address)


def test_an_approver_is_not_asked_to_approve_what_they_wrote_themselves(
    settled: Database, app: Flask, officer: Visitor
) -> None:
    """Both wait for somebody else's approval, who is told."""
    moment = datetime.now(UTC)
    save(settled, ROUND, {"assessment_vi": "Lời của người duyệt."}, base=0, who="duyet", now=moment)
    draft = begin(
        settled, shipped_definitions()["phuong_phu_luong"], who="duyet", now=moment, source="library"
    )
    submit(settled, draft.id, standing=draft.current.number, who="canbo", now=moment)
    hand_in_report(officer)
    with settled.writing() as session:
        another = replace(APPROVER, name="duyet2")
        accounts.add(session, another, password_hash=hash_password(PASSWORD))
    for page in PAGES:
        assert NOTICE not in signed_in(app, "duyet").get(page)
        assert "Báo cáo: Quý IV năm 2026" in Reading(signed_in(app, "duyet2").get(page)).main


def test_who_does_not_approve_is_not_told_and_an_approver_for_whom_nothing_waits_neither(
    settled: Database, app: Flask, officer: Visitor
) -> None:
    for page in PAGES:
        assert NOTICE not in signed_in(app, "duyet").get(page)
    hand_in_report(officer)
    hand_in_questionnaire(settled)
    for name in ("canbo", "lanhdao", "quantri", "kiemtra"):
        for page in PAGES:
            assert NOTICE not in signed_in(app, name).get(page)


def test_a_report_that_waits_is_named_once_and_a_published_one_is_not(
    settled: Database, app: Flask, officer: Visitor
) -> None:
    hand_in_report(officer)
    hand_in_questionnaire(settled)
    links = [link for link in Reading(signed_in(app, "duyet").get("/reports")).links if "issues" in link]
    assert links == [WAY]
    assert f"/reports/{EARLIER}/issues" not in links
