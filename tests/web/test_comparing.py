"""Officers see what became of every item, declare rewordings, and take versions along as files."""

import json

import pytest

from questionnaires.definition import Option, Text
from questionnaires.reading import read_definition
from survey.actions.publishing import publish, put_to_use
from survey.core.trail import Search
from survey.store import trail
from survey.store.database import Database
from tests.core.variants import with_item, with_options, without_item
from tests.final_figures import final_result
from tests.places import NOW, ROUND, five_factors
from tests.web.reading import Reading
from tests.web.visitor import Visitor

FIRST = five_factors()
WORDS = FIRST.items[0].text.vi
REWORDED = without_item(with_item(FIRST, "a1", text=Text(vi=WORDS.replace("dễ hiểu", "rất dễ hiểu"))), "e3")
PAIR = "from=quay_5_yeu_to.1&to=quay_5_yeu_to.2"
COMPARISON = f"/officer/questionnaires/compare?{PAIR}"
DECLARING = f"/officer/questionnaires/compare/declare?{PAIR}&code=a1"
REASON = "Thêm một chữ cho rõ, không đổi điều được hỏi."


@pytest.fixture
def second(sqlite_small: Database) -> Database:
    """A second version with a1 reworded and e3 removed, in use."""
    put_to_use(sqlite_small, publish(sqlite_small, REWORDED, now=NOW), ROUND, now=NOW)
    return sqlite_small


def declare(officer: Visitor, reason: str = REASON, *, holds: str = "1", status: int = 200) -> Reading:
    data = {"csrf_token": officer.token(DECLARING), "reason": reason, "holds": holds}
    return Reading(officer.post(DECLARING, data, status))


@pytest.mark.usefixtures("second")
def test_the_officer_sees_the_changed_word_its_class_and_what_it_does_to_the_trend(officer: Visitor) -> None:
    page = officer.get(COMPARISON)
    assert "<ins>rất </ins>" in page
    assert "Chỉ số chung không so sánh được" in page
    assert "17 trong 18 tiêu chí" in page
    assert "Xu hướng bắt đầu lại" in page
    assert "đã bỏ" in page


@pytest.mark.usefixtures("second")
def test_a_declaration_with_its_reason_keeps_the_trend_until_it_is_withdrawn(officer: Visitor) -> None:
    assert "18 trong 18 tiêu chí" in declare(officer).html
    page = officer.get(COMPARISON)
    assert REASON in page
    assert "sửa câu chữ, không đổi nghĩa" in page
    declare(officer, "Xét lại: chữ thêm làm đổi nghĩa.", holds="0")
    page = officer.get(COMPARISON)
    assert "17 trong 18 tiêu chí" in page
    assert "rút khai báo" in page


def test_trends_follow_a_declaration_at_once_and_the_trail_names_it(
    officer: Visitor, second: Database, answered: Database
) -> None:
    del answered
    before = final_result(second)
    assert next(item for item in before.items if item.item.code == "a1").change is None
    declare(officer)
    now = final_result(second)
    assert next(item for item in now.items if item.item.code == "a1").change is not None
    assert [item.code for item in now.reworded] == ["a1"]
    with second.reading() as session:
        last = trail.newest(session, Search(), limit=1)[0]
    assert (last.deed, last.subject, last.who) == ("editorial_declared", "a1", "canbo")
    assert last.detail["reason"] == REASON


@pytest.mark.usefixtures("second")
@pytest.mark.parametrize("reason", ["", "   ", "ngắn", "x" * 1001])
def test_a_reason_that_says_nothing_is_asked_for_again_and_nothing_is_declared(
    officer: Visitor, reason: str
) -> None:
    page = declare(officer, reason, status=422)
    assert page.error("reason")
    assert REASON not in officer.get(COMPARISON)
    assert "17 trong 18 tiêu chí" in officer.get(COMPARISON)


def test_more_than_words_cannot_be_declared_even_by_a_forged_form(
    officer: Visitor, sqlite_small: Database
) -> None:
    options = FIRST.scales["hai_long"].options
    turned = tuple(Option(code=a.code, text=b.text) for a, b in zip(options, options[::-1], strict=True))
    publish(sqlite_small, with_options(REWORDED, "hai_long", turned), now=NOW)
    token = officer.token("/officer/rounds")
    page = officer.post(DECLARING, {"csrf_token": token, "reason": REASON, "holds": "1"})
    assert "Không khai báo được" in page
    assert "0 trong 18 tiêu chí" in page


@pytest.mark.usefixtures("second")
def test_who_may_not_design_is_not_offered_a_declaration(officer: Visitor, leader: Visitor) -> None:
    assert "Chỉ sửa câu chữ?" in officer.get(COMPARISON)
    leader.get(COMPARISON, 403)


@pytest.mark.parametrize("name", ["quay_5_yeu_to.9", "khong.1", "x", "quay_5_yeu_to.0", "' OR 1=1"])
def test_a_version_that_does_not_exist_is_not_found(officer: Visitor, name: str) -> None:
    officer.get(f"/officer/questionnaires/compare?from={name}&to=quay_5_yeu_to.1", 404)
    officer.get(f"/officer/questionnaires/versions/{name}/file.json", 404)


def test_html_in_a_wording_or_a_reason_is_shown_as_text(officer: Visitor, sqlite_small: Database) -> None:
    evil = "<script>alert(1)</script>"
    publish(sqlite_small, with_item(FIRST, "a1", text=Text(vi=evil)), now=NOW)
    declare(officer, f"{evil} và lý do")
    page = officer.get(COMPARISON)
    assert evil not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("ending", [".xlsx", ".json", ".yaml"])
def test_a_published_version_is_taken_along_whole_in_every_format(officer: Visitor, ending: str) -> None:
    response = officer.client.get(f"/officer/questionnaires/versions/quay_5_yeu_to.1/file{ending}")
    assert f'filename="quay_5_yeu_to-1{ending}"' in response.headers["Content-Disposition"]
    assert read_definition(response.data, f"phieu{ending}") == FIRST
    if ending == ".json":
        assert json.loads(response.data)["code"] == FIRST.code
