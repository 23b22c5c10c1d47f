"""An empty instance leads its first administrator to the first answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from survey.actions.people import add_account
from survey.store import places
from survey.store.database import Database
from tests.conftest import application
from tests.databases import Originals
from tests.places import ADMINISTRATOR, COUNTERS, FIELDS, NOW, OFFICER, PASSWORD, UNITS
from tests.web.conftest import signed_in
from tests.web.page_rules import text_of
from tests.web.reading import Reading


@pytest.fixture
def bare(originals: Originals, tmp_path: Path) -> Iterator[Database]:
    """An instance right after ``sipas database upgrade`` and ``sipas user add``."""
    database = originals.copy("sqlite", "upgraded", tmp_path)
    for account in (ADMINISTRATOR, OFFICER):
        add_account(database, account, PASSWORD, by="sipas", now=NOW)
    yield database
    database.close()


@pytest.fixture
def app(bare: Database, tmp_path: Path) -> Flask:
    """The application on it."""
    return application(bare, tmp_path)


def steps(page: Reading) -> dict[str, str]:
    """The steps and what stands beside each."""
    found = (text_of(heading) for heading in page.root.iter("h2"))
    names = (
        "Cơ quan chủ trì",
        "Người dùng",
        "Đơn vị và quầy",
        "Phiếu hỏi",
        "Đợt khảo sát",
        "Mở đợt",
        "Áp phích",
    )
    return {
        name: text.removeprefix(name).strip() for text in found for name in names if text.startswith(name)
    }


def test_the_first_administrator_reads_the_steps_and_is_led_to_the_people(app: Flask) -> None:
    page = Reading(signed_in(app, "quantri").get("/officer"))
    states = dict.fromkeys(
        ("Cơ quan chủ trì", "Đơn vị và quầy", "Phiếu hỏi", "Đợt khảo sát", "Mở đợt"), "chưa"
    )
    assert steps(page) == {"Người dùng": "", "Áp phích": ""} | states
    assert page.links.count("/officer/people") == 2  # in the head and at its step
    assert "/officer/posters" not in page.links


def test_a_step_that_was_taken_is_marked_and_opens_the_next(app: Flask, bare: Database) -> None:
    with bare.writing() as session:
        places.add_units(session, UNITS)
        places.add_fields(session, FIELDS)
        places.add_counters(session, COUNTERS)
    page = Reading(signed_in(app, "canbo").get("/officer"))
    assert steps(page)["Đơn vị và quầy"] == "xong"
    assert "/officer/posters" in page.links
    assert "/officer/people" not in page.links
