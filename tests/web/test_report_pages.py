"""The reports on the site: a page and a PDF of every round, also of one that nobody answered yet."""

import pytest
from sqlalchemy import text

from survey.store.database import Database
from tests.places import EARLIER, ROUND
from tests.web.page_rules import text_of
from tests.web.reading import Reading
from tests.web.visitor import Visitor

LANGUAGES = ("vi", "en")


@pytest.mark.usefixtures("answered")
def test_every_round_has_a_report_and_an_open_one_is_called_provisional(leader: Visitor) -> None:
    page = Reading(leader.get("/reports"))
    for code in (ROUND, EARLIER):
        assert {f"/reports/{code}", f"/reports/{code}.pdf"} <= set(page.links)
    assert page.main.count("số liệu tạm tính") == 1


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", [ROUND, EARLIER])
def test_a_report_is_the_same_address_as_page_and_as_pdf(leader: Visitor, code: str, language: str) -> None:
    page = Reading(leader.get(f"/reports/{code}?lang={language}"))
    assert any(link.startswith(f"/reports/{code}.pdf") for link in page.links)
    paper = leader.fetch(f"/reports/{code}.pdf?lang={language}")
    assert paper.mimetype == "application/pdf"
    assert paper.data.startswith(b"%PDF-")
    assert f"bao-cao-{code}.pdf" in paper.headers["Content-Disposition"]


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize(
    ("ending", "kind"), [("docx", "wordprocessingml.document"), ("xlsx", "spreadsheetml.sheet")]
)
def test_a_report_is_saved_for_word_and_for_excel(leader: Visitor, ending: str, kind: str) -> None:
    assert f"/reports/{ROUND}.{ending}" in Reading(leader.get(f"/reports/{ROUND}")).links
    file = leader.fetch(f"/reports/{ROUND}.{ending}")
    assert file.mimetype.endswith(kind)
    assert file.headers["Content-Disposition"] == f'attachment; filename="bao-cao-{ROUND}.{ending}"'
    assert file.data.startswith(b"PK")


ENDINGS = ("", ".pdf", ".docx", ".xlsx")


@pytest.mark.parametrize("path", [f"/reports/{ROUND}{ending}" for ending in ENDINGS])
def test_a_round_that_nobody_answered_yet_has_a_report_all_the_same(leader: Visitor, path: str) -> None:
    leader.fetch(path)


@pytest.mark.usefixtures("answered")
def test_a_report_has_one_script_which_only_sorts_and_its_tables_need_none(leader: Visitor) -> None:
    page = Reading(leader.get(f"/reports/{EARLIER}"))
    [script] = list(page.root.iter("script"))
    assert str(script.get("src")).startswith("/static/report.js?")
    assert not list(page.root.iter("button")) or {b.text for b in page.root.iter("button")} == {"Đăng xuất"}
    assert page.rows["Xã Bình An"]


@pytest.mark.usefixtures("answered")
def test_every_table_of_units_has_the_order_of_the_unit_tree(leader: Visitor, sqlite_small: Database) -> None:
    with sqlite_small.writing() as session:
        session.execute(
            text("UPDATE unit SET parent_id = (SELECT id FROM unit WHERE code = 'PH') WHERE code = 'SO'")
        )
    page = Reading(leader.get(f"/reports/{EARLIER}"))
    expected = ["Xã Bình An", "Phường Hòa Thuận", "Sở Thử nghiệm"]
    orders = []
    for table in page.root.iter("table"):
        names = [text_of(heading) for heading in table.iter("th") if heading.get("scope") == "row"]
        if set(names) == set(expected):
            orders.append(names)
    assert len(orders) >= 4
    assert orders == [expected] * len(orders)
