"""One address to test for every rule of the application; a new route needs an entry here."""

from typing import NamedTuple

from flask import Flask

from tests.places import MIXED, ROUND

HTML = "text/html"
PDF = "application/pdf"
RECEIPT = "2222222222"


class Address(NamedTuple):
    """Where a rule is tried, and what kind of file it gives in the end."""

    path: str
    kind: str = HTML


ADDRESSES = {
    "/": Address("/"),
    "/q": Address(f"/q?code={MIXED}"),
    "/q/<code>": Address(f"/q/{MIXED}"),
    "/q/<code>/send": Address(f"/q/{MIXED}/send"),
    "/x/<receipt>": Address(f"/x/{RECEIPT}"),
    "/privacy": Address("/privacy"),
    "/health": Address("/health"),
    "/fonts/<name>": Address("/fonts/BeVietnamPro-Regular.ttf", "font/ttf"),
    "/static/<path:filename>": Address("/static/citizen.css", "text/css"),
    "/bootstrap/static/<path:filename>": Address("/bootstrap/static/css/bootstrap.min.css", "text/css"),
    "/officer": Address("/officer"),
    "/officer/sign-in": Address("/officer/sign-in"),
    "/officer/sign-out": Address("/officer/sign-out"),
    "/officer/rounds": Address("/officer/rounds"),
    "/officer/rounds/<code>": Address(f"/officer/rounds/{ROUND}"),
    "/officer/rounds/<code>/close": Address(f"/officer/rounds/{ROUND}/close"),
    "/officer/questionnaires/compare": Address("/officer/questionnaires/compare"),
    "/officer/questionnaires/compare/declare": Address(
        "/officer/questionnaires/compare/declare?from=quay_5_yeu_to.1&to=quay_5_yeu_to.1&code=a1"
    ),
    "/officer/questionnaires/versions/<name>/file<any('.xlsx', '.json', '.yaml'):ending>": Address(
        "/officer/questionnaires/versions/quay_5_yeu_to.1/file.json", "application/json"
    ),
    "/officer/posters.pdf": Address("/officer/posters.pdf", PDF),
    "/reports": Address("/reports"),
    "/reports/<code>": Address(f"/reports/{ROUND}"),
    "/reports/<code>.pdf": Address(f"/reports/{ROUND}.pdf", PDF),
}

ONLY_POSTED = {"/officer/sign-out", "/q/<code>/send"}


def methods(app: Flask, rule: str) -> set[str]:
    """The methods that the application takes at a rule."""
    return {method for r in app.url_map.iter_rules() if r.rule == rule for method in r.methods or ()}


def in_language(path: str, language: str) -> str:
    """The address in another language."""
    return f"{path}{'&' if '?' in path else '?'}lang={language}"
