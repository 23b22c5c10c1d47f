"""A counter takes what it can serve and more; beyond that nothing is stored, and nothing is lost."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from survey.actions import answering
from survey.core.counter import MOST_IN_AN_HOUR
from survey.store.database import Database
from tests.conftest import application
from tests.places import HOUR, LAND_ONLY, MIXED
from tests.web.reading import Reading
from tests.web.visitor import EVERY_ITEM, Visitor, stored

A_FEW = 3
HALF_PAST = HOUR + timedelta(minutes=30)
ADDRESS = f"/q/{MIXED}"


def set_clock(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """Let the site's clock stand at a moment."""
    for reader in ("citizen", "usual_visit"):
        monkeypatch.setattr(f"survey.web.{reader}.now", lambda: moment)


@pytest.fixture
def app(small: Database, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application on either engine, with a limit that a test can reach, in the middle of an hour."""
    set_clock(monkeypatch, HALF_PAST)
    monkeypatch.setattr(answering, "MOST_IN_AN_HOUR", A_FEW)
    return application(small, tmp_path)  # type: ignore[arg-type]


@pytest.fixture
def filled_up(visitor: Visitor) -> list[dict[str, str]]:
    """A counter that has taken all it may in this hour: the forms it took."""
    forms = [visitor.filled(MIXED) for _ in range(A_FEW)]
    for form in forms:
        visitor.send(ADDRESS, form)
    return forms


def test_the_limit_is_far_beyond_what_a_hall_full_of_people_sends() -> None:
    assert MOST_IN_AN_HOUR >= 5 * 200


@pytest.mark.usefixtures("filled_up")
def test_beyond_the_limit_a_kind_page_says_when_to_send_again_and_nothing_is_stored(
    visitor: Visitor, small: Database
) -> None:
    response = visitor.send(ADDRESS, visitor.filled(MIXED), 429)
    assert 0 < int(response.headers["Retry-After"]) <= 30 * 60 + 1
    page = Reading(response.text)
    assert "chưa được ghi nhận" in page.main
    assert "gửi lại sau" in page.main
    assert len(stored(small)) == A_FEW


def test_beyond_the_limit_the_page_keeps_every_answer_to_be_sent_again_without_a_script(
    visitor: Visitor, small: Database, filled_up: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    form = visitor.filled(MIXED)
    address, again = Reading(visitor.post(ADDRESS, form, 429)).to_send_again
    assert dict(again) == form
    monkeypatch.setattr(answering, "MOST_IN_AN_HOUR", A_FEW + 1)
    visitor.send(address, dict(again), 303)
    assert len(stored(small)) == len(filled_up) + 1


@pytest.mark.usefixtures("filled_up")
def test_a_script_is_told_the_same_in_its_own_way(visitor: Visitor) -> None:
    form = visitor.filled(MIXED)
    response = visitor.client.post(ADDRESS, data=form, headers={"Accept": "application/json"})
    assert (response.status_code, response.mimetype) == (429, "application/json")
    assert int(response.headers["Retry-After"]) > 0
    assert "chưa được ghi nhận" in response.get_json()["text"]


def test_what_was_stored_is_acknowledged_again_beyond_the_limit(
    visitor: Visitor, filled_up: list[dict[str, str]], small: Database
) -> None:
    for form in filled_up:
        assert "/x/" in visitor.send(ADDRESS, form, 303).location
    assert len(stored(small)) == A_FEW


@pytest.mark.usefixtures("filled_up")
def test_one_counter_beyond_its_limit_does_not_punish_another(visitor: Visitor, small: Database) -> None:
    visitor.send(f"/q/{LAND_ONLY}", visitor.opened(LAND_ONLY) | EVERY_ITEM, 303)
    assert len(stored(small)) == A_FEW + 1


@pytest.mark.usefixtures("filled_up")
def test_the_same_form_is_taken_in_the_next_hour(
    visitor: Visitor, small: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = visitor.filled(MIXED)
    visitor.send(ADDRESS, form, 429)
    set_clock(monkeypatch, HALF_PAST + timedelta(hours=1))
    visitor.send(ADDRESS, form, 303)
    assert len(stored(small)) == A_FEW + 1


def test_a_form_of_very_many_fields_is_refused(visitor: Visitor, small: Database) -> None:
    form = visitor.filled(MIXED) | {f"x{number}": "" for number in range(1500)}
    response = visitor.client.post(ADDRESS, data=form)
    assert response.status_code in {400, 413}
    assert stored(small) == []
