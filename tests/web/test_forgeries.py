"""Submissions that no page of ours could have sent: refused with a clear page, and nothing is stored."""

from io import BytesIO

import pytest
from flask import Flask
from itsdangerous import URLSafeSerializer

from survey.store.database import Database
from tests.conftest import SECRET
from tests.places import COUNTERS, LAND_ONLY, MIXED, ROUND
from tests.web.reading import Reading
from tests.web.visitor import EVERY_ITEM, Visitor, stored

ADDRESS = f"/q/{MIXED}"
GOOD_ID = "0123456789abcdef" * 2
IDS = {
    "missing": None,
    "empty": "",
    "too short": GOOD_ID[:-1],
    "too long": GOOD_ID + "0",
    "far too long": "0" * 5000,
    "in capitals": GOOD_ID.upper(),
    "not hexadecimal": "g" * 32,
    "followed by a line break": GOOD_ID + "\n",
    "in other digits": "٠" * 32,
}
OTHER_UNIT = next(c.code for c in COUNTERS if c.unit_code == "PH" and c.field_code is None)
LIMIT = 16 * 1024
GUESS = "a guess that is long enough too"


def signed(*visit: object, salt: str = "visit", secret: str = SECRET) -> str:
    """A visit token as the application would sign it."""
    return str(URLSafeSerializer(secret, salt=salt).dumps(visit))


def refused(visitor: Visitor, database: Database, form: dict[str, str], status: int = 400) -> Reading:
    """The page that refuses a form; nothing may have been stored."""
    page = Reading(visitor.post(ADDRESS, form, status))
    assert stored(database) == []
    return page


@pytest.mark.parametrize("kind", IDS)
def test_an_id_that_is_not_ours_is_refused(visitor: Visitor, sqlite_small: Database, kind: str) -> None:
    form = visitor.filled(MIXED)
    id_ = IDS[kind]
    form = form | {"id": id_} if id_ is not None else {k: v for k, v in form.items() if k != "id"}
    page = refused(visitor, sqlite_small, form)
    assert page.heading == "Phiếu gửi đến không hợp lệ"
    assert "Không có gì được lưu" in page.main


def test_an_id_that_is_not_ours_is_refused_even_when_answers_are_missing(
    visitor: Visitor, sqlite_small: Database
) -> None:
    refused(visitor, sqlite_small, visitor.opened(MIXED) | {"id": "x"})


@pytest.mark.parametrize("cut", [slice(0, 0), slice(0, -1), slice(1, None)])
def test_a_visit_that_was_tampered_with_is_refused(
    visitor: Visitor, sqlite_small: Database, cut: slice
) -> None:
    form = visitor.filled(MIXED)
    refused(visitor, sqlite_small, form | {"visit": form["visit"][cut]})


def test_a_form_without_a_visit_is_refused(visitor: Visitor, sqlite_small: Database) -> None:
    form = visitor.filled(MIXED)
    del form["visit"]
    refused(visitor, sqlite_small, form)


def test_the_control_a_visit_signed_by_the_application_is_taken(
    visitor: Visitor, sqlite_small: Database
) -> None:
    form = visitor.filled(MIXED)
    visit = URLSafeSerializer(SECRET, salt="visit").loads(form["visit"])
    visitor.send(ADDRESS, form | {"visit": signed(*visit)})
    assert len(stored(sqlite_small)) == 1


def test_a_visit_signed_with_another_secret_or_for_another_purpose_is_refused(
    visitor: Visitor, sqlite_small: Database
) -> None:
    form = visitor.filled(MIXED)
    visit = URLSafeSerializer(SECRET, salt="visit").loads(form["visit"])
    for forged in (signed(*visit, secret=GUESS), signed(*visit, salt="session")):
        refused(visitor, sqlite_small, form | {"visit": forged})


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_signed_visit_to_something_that_does_not_exist_is_refused(
    visitor: Visitor, sqlite_small: Database, place: int
) -> None:
    form = visitor.filled(MIXED)
    visit = URLSafeSerializer(SECRET, salt="visit").loads(form["visit"])
    visit[place] = "nowhere"
    refused(visitor, sqlite_small, form | {"visit": signed(*visit)})


def test_a_signed_visit_of_another_shape_is_refused(visitor: Visitor, sqlite_small: Database) -> None:
    form = visitor.filled(MIXED)
    for visit in ((MIXED,), (MIXED, ROUND, "x", "y"), (1, 2, 3)):
        refused(visitor, sqlite_small, form | {"visit": signed(*visit)})


@pytest.mark.parametrize("elsewhere", [OTHER_UNIT, LAND_ONLY])
def test_a_form_opened_at_another_counter_is_refused(
    visitor: Visitor, sqlite_small: Database, elsewhere: str
) -> None:
    form = visitor.filled(elsewhere)
    if elsewhere == LAND_ONLY:
        del form["field"]
    refused(visitor, sqlite_small, form)


@pytest.mark.parametrize("name", ["a99", "__class__", "csrf_token", "A1", "unit", "mode"])
def test_a_question_that_the_form_does_not_ask_is_refused(
    visitor: Visitor, sqlite_small: Database, name: str
) -> None:
    page = refused(visitor, sqlite_small, visitor.filled(MIXED) | {name: "1"})
    assert page.heading == "Phiếu gửi đến không hợp lệ"


def test_a_field_sent_from_a_counter_that_does_not_ask_for_it_is_refused(
    visitor: Visitor, sqlite_small: Database
) -> None:
    form = visitor.opened(LAND_ONLY) | EVERY_ITEM | {"field": "civil_status"}
    visitor.post(f"/q/{LAND_ONLY}", form, 400)
    assert stored(sqlite_small) == []


@pytest.mark.parametrize(
    ("name", "text"), [("field", "tax"), ("a1", "6"), ("a1", "0"), ("a1", "4.0"), ("a1", "٤")]
)
def test_a_choice_that_the_form_does_not_offer_is_refused_beside_its_question(
    visitor: Visitor, sqlite_small: Database, name: str, text: str
) -> None:
    page = refused(visitor, sqlite_small, visitor.filled(MIXED) | {name: text}, 422)
    assert list(page.summary) == [name]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_form_over_16_kilobytes_is_refused_with_a_page_in_the_readers_language(
    visitor: Visitor, sqlite_small: Database, language: str
) -> None:
    form = visitor.filled(MIXED, language) | {"comment": "a" * LIMIT}
    page = Reading(visitor.post(f"{ADDRESS}?lang={language}", form, 413))
    assert page.root.get("lang") == language
    assert stored(sqlite_small) == []


def test_a_form_of_nearly_16_kilobytes_is_read(visitor: Visitor, sqlite_small: Database) -> None:
    page = refused(visitor, sqlite_small, visitor.filled(MIXED) | {"comment": "a" * (LIMIT - 1000)}, 422)
    assert list(page.summary) == ["comment"]


def test_a_form_sent_as_a_file_upload_stores_nothing_that_was_uploaded(
    app: Flask, visitor: Visitor, sqlite_small: Database
) -> None:
    form = visitor.filled(MIXED)
    upload = (BytesIO(b"x" * LIMIT), "virus.exe")
    response = app.test_client().post(ADDRESS, data={**form, "comment": upload})
    assert response.status_code == 413
    assert stored(sqlite_small) == []


def test_a_method_that_no_form_uses_is_refused_and_the_right_ones_are_named(app: Flask) -> None:
    response = app.test_client().delete(ADDRESS)
    assert response.status_code == 405
    assert {"GET", "POST"} <= set(response.headers.get("Allow", "").split(", "))
