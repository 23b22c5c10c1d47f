"""Whoever sets up an instance says whose it is, once for every page, letterhead and file."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from survey.actions.naming import name_owner, owner
from survey.actions.people import add_account
from survey.actions.seal_checking import verify
from survey.actions.seals import write
from survey.core.place import Instance
from survey.store.database import Database
from tests.conftest import application
from tests.databases import Originals
from tests.places import ADMINISTRATOR, INSTANCE, KEY, MIXED, NOW, OFFICER, PASSWORD
from tests.web.conftest import signed_in
from tests.web.reading import Reading
from tests.web.visitor import Visitor

NAMES = {
    "agency": "Sở Nội vụ tỉnh Quảng Trị",
    "superior": "Ủy ban nhân dân tỉnh Quảng Trị",
    "place": "Quảng Trị",
    "number_suffix": "BC-SNV",
}


def named(somebody: Visitor, names: dict[str, str], status: int = 303) -> str:
    token = {"csrf_token": somebody.token("/officer/agency")}
    return somebody.post("/officer/agency", names | token, status)


def test_the_first_administrator_names_the_agency_and_every_page_says_it(
    originals: Originals, tmp_path: Path
) -> None:
    bare = originals.copy("sqlite", "upgraded", tmp_path)
    add_account(bare, ADMINISTRATOR, PASSWORD, by="sipas", now=NOW)
    app = application(bare, tmp_path)
    administrator = signed_in(app, "quantri")
    assert owner(bare) is None
    assert "/officer/agency" in Reading(administrator.get("/officer")).links
    named(administrator, NAMES)
    assert owner(bare) == Instance(
        NAMES["superior"], NAMES["agency"], NAMES["place"], NAMES["number_suffix"], simulated=False
    )
    for page in (administrator.get("/officer"), app.test_client().get("/").text):
        assert '<p class="agency"' in page
        assert NAMES["agency"] in page
    bare.close()


def test_a_questionnaire_shows_the_new_name_at_once(officer: Visitor, visitor: Visitor) -> None:
    assert INSTANCE.agency in visitor.get(f"/q/{MIXED}")
    named(officer, NAMES)
    assert NAMES["agency"] in visitor.get(f"/q/{MIXED}")


def test_simulated_data_stay_marked_as_such(officer: Visitor, sqlite_small: Database) -> None:
    named(officer, NAMES)
    stored = owner(sqlite_small)
    assert stored is not None
    assert stored.simulated


def test_the_page_begins_with_what_is_said_now_and_spaces_are_tidied(
    officer: Visitor, sqlite_small: Database
) -> None:
    assert f'value="{INSTANCE.agency}"' in officer.get("/officer/agency")
    named(officer, NAMES | {"agency": "  Sở   Nội vụ ", "superior": ""})
    stored = owner(sqlite_small)
    assert stored is not None
    assert (stored.agency, stored.superior) == ("Sở Nội vụ", "")


@pytest.mark.parametrize("missing", ["agency", "place", "number_suffix"])
def test_a_name_that_is_missing_is_asked_for_and_the_rest_is_kept(
    officer: Visitor, sqlite_small: Database, missing: str
) -> None:
    page = Reading(named(officer, NAMES | {missing: " "}, 422))
    assert list(page.summary) == [missing]
    kept = {box.get("name"): box.get("value") for box in page.root.iter("input")}
    assert {name: kept[name] for name in NAMES if name != missing} == {
        name: text for name, text in NAMES.items() if name != missing
    }
    assert owner(sqlite_small) == INSTANCE


def test_a_longer_name_than_fits_a_letterhead_is_refused(officer: Visitor, sqlite_small: Database) -> None:
    named(officer, NAMES | {"agency": "a" * 201}, 422)
    assert owner(sqlite_small) == INSTANCE


def test_the_trail_says_who_named_it_and_the_same_again_is_no_deed(app: Flask, officer: Visitor) -> None:
    named(officer, NAMES)
    named(officer, NAMES)
    read = signed_in(app, "kiemtra").get("/officer/trail?deed=owner_named")
    assert read.count("Đặt tên cơ quan chủ trì: Sở Nội vụ tỉnh Quảng Trị") == 1
    assert "Sở Nội vụ → Sở Nội vụ tỉnh Quảng Trị" in read


def test_the_seal_takes_the_new_name_for_explained(small: Database) -> None:
    write(small, now=NOW, key=KEY)
    later = NOW + timedelta(hours=1)
    name_owner(small, **NAMES, by=OFFICER.name, now=later)
    assert verify(small).findings == ()
    write(small, now=later + timedelta(hours=1), key=KEY)
    assert verify(small).findings == ()
