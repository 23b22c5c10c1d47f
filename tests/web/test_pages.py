"""Every page of the application, in both languages, signed in where needed, obeys the page rules."""

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from flask import Flask

from survey.store.database import Database
from tests.places import LAND_ONLY, MIXED, RETIRED, ROUND
from tests.web.addresses import ADDRESSES, HTML, ONLY_POSTED, in_language, methods
from tests.web.conftest import reader_of
from tests.web.page_rules import faults
from tests.web.reading import Reading, leads_here
from tests.web.visitor import Visitor

LANGUAGES = ("vi", "en")
PAGES = sorted(set(ADDRESSES) - ONLY_POSTED)
QUESTIONNAIRES = {"/q", "/q/<code>", "/t/<code>", "/q/<code>/now/<token>", "/k/<secret>", "/try/<token>"}
"""Here buttons lead to the other language and keep what is filled in: tests/web/test_languages.py."""
HTML_PAGES = sorted(rule for rule in PAGES if ADDRESSES[rule].kind == HTML)
UNKNOWN_COUNTER = "22222222"

MISHAPS = {
    "an address that does not exist": ("/nowhere", 404),
    "a mistyped counter": ("/q/23456789", 404),
    "an unknown counter": (f"/q/{UNKNOWN_COUNTER}", 404),
    "a retired counter": (f"/q/{RETIRED}", 200),
    "a mistyped receipt": ("/x/2345678923", 404),
    "an unknown round": ("/officer/rounds/1999-q1", 404),
    "the closing of an unknown round": ("/officer/rounds/1999-q1/close", 404),
    "the report of an unknown round": ("/reports/1999-q1", 404),
    "the paper of an unknown round": ("/reports/1999-q1.pdf", 404),
    "a font that does not exist": ("/fonts/passwd", 404),
    "a style sheet that does not exist": ("/static/nothing.css", 404),
}


def test_every_route_has_a_test_address(app: Flask) -> None:
    assert {rule.rule for rule in app.url_map.iter_rules()} == set(ADDRESSES)


def test_only_the_listed_routes_cannot_be_opened_as_pages(app: Flask) -> None:
    assert {rule for rule in ADDRESSES if "GET" not in methods(app, rule)} == ONLY_POSTED


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", PAGES)
def test_a_page_opens_and_obeys_the_page_rules(app: Flask, rule: str, language: str) -> None:
    address = ADDRESSES[rule]
    response = reader_of(app, rule).fetch(in_language(address.of("XA"), language))
    assert response.mimetype == address.kind
    assert address.kind != HTML or faults(response.text, response.headers) == []


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", [rule for rule in HTML_PAGES if rule not in QUESTIONNAIRES])
def test_a_page_declares_its_language_and_offers_the_other(app: Flask, rule: str, language: str) -> None:
    address = in_language(ADDRESSES[rule].of("XA"), language)
    reader = reader_of(app, rule)
    page = Reading(reader.get(address))
    assert page.root.get("lang") == language
    other = next(code for code in LANGUAGES if code != language)
    assert set(page.other_languages) == {other}
    assert Reading(reader.get(page.other_languages[other])).root.get("lang") == other


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize("rule", HTML_PAGES)
def test_an_english_page_leads_to_english_pages_only(app: Flask, rule: str) -> None:
    page = Reading(reader_of(app, rule).get(in_language(ADDRESSES[rule].of("XA"), "en")))
    onward = set(page.links) - set(page.other_languages.values())
    assert {link for link in onward if parse_qs(urlsplit(link).query).get("lang") != ["en"]} == set()
    for form in page.root.iter("form"):
        carried = [box.get("value") for box in form.iter("input") if box.get("name") == "lang"]
        assert "lang=en" in (form.get("action") or "") or carried == ["en"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("mishap", MISHAPS)
def test_a_mishap_has_a_page_that_obeys_the_page_rules(officer: Visitor, mishap: str, language: str) -> None:
    path, status = MISHAPS[mishap]
    page = Reading(officer.get(in_language(path, language), status))
    assert page.root.get("lang") == language
    assert len(page.main) > 40


@pytest.mark.usefixtures("answered")
def test_every_link_of_every_page_leads_to_a_page(officer: Visitor) -> None:
    seen: set[str] = set()
    waiting = ["/", "/officer/rounds", f"/q/{MIXED}", f"/q/{LAND_ONLY}"]
    while waiting:
        address = waiting.pop()
        seen.add(address)
        response = officer.fetch(address)
        if response.mimetype == HTML:
            links = Reading(response.text).links
            assert [link for link in links if not leads_here(link)] == []
            waiting += set(links) - seen - set(waiting)
    assert f"/officer/rounds/{ROUND}?lang=en" in seen
    assert len(seen) > 20


@pytest.mark.parametrize("rule", ["/", "/privacy", "/officer/sign-in", "/health"])
def test_an_unknown_language_is_answered_in_vietnamese(visitor: Visitor, rule: str) -> None:
    assert Reading(visitor.get(in_language(rule, "xx"))).root.get("lang") == "vi"


@pytest.mark.parametrize(
    "name", ["endpoint", "values", "code", "_method", "_scheme", "_external", "_anchor", "x"]
)
def test_nothing_added_to_an_address_breaks_or_bends_the_way_to_the_other_language(
    visitor: Visitor, name: str
) -> None:
    page = Reading(visitor.get(f"/privacy?{name}=2"))
    english = urlsplit(page.other_languages["en"])
    assert (english.scheme, english.netloc, english.path, english.fragment) == ("", "", "/privacy", "")


def test_the_way_to_the_other_language_is_right_for_an_address_with_signs_in_it(visitor: Visitor) -> None:
    path = "/q/a%3Fb%23c%25d%22"
    english = Reading(visitor.get(path, 404)).other_languages["en"]
    assert unquote(urlsplit(english).path) == unquote(path)
    assert Reading(visitor.get(english, 404)).root.get("lang") == "en"


def test_the_language_of_a_page_stays_while_an_officer_signs_in(app: Flask) -> None:
    visitor = Visitor(app.test_client())
    response = visitor.client.get("/officer/rounds?lang=en")
    assert response.location == "/officer/sign-in?lang=en"


def test_the_front_page_leads_people_to_their_counter(visitor: Visitor) -> None:
    form = Reading(visitor.get("/")).root.find(".//form")
    assert form is not None
    assert (form.get("method"), form.get("action")) == ("get", "/q")
    assert [box.get("name") for box in form.iter("input")] == ["code", "lang"]


def test_a_simulated_place_says_so_on_every_page(app: Flask, answered: Database) -> None:
    del answered
    for rule in HTML_PAGES:
        assert "Dữ liệu mô phỏng" in reader_of(app, rule).get(ADDRESSES[rule].of("XA")), rule
