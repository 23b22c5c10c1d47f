"""One address to test for every rule of the application; a new route needs an entry here."""

from typing import NamedTuple

from flask import Flask
from itsdangerous import URLSafeSerializer

from questionnaires.version import fingerprint
from tests.conftest import SECRET
from tests.places import MIXED, ROUND, five_factors

HTML = "text/html"
PDF = "application/pdf"
RECEIPT = "2222222222"
PRINT = fingerprint(five_factors())
DRAFTS = "/officer/questionnaires/drafts"
DRAFT_DEEDS = ("arrange", "restore", "undo", "redo", "submit", "recall", "approve", "return")
TRIAL = URLSafeSerializer(SECRET, salt="trial").dumps(1)


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
    "/officer/posters.pdf": Address("/officer/posters.pdf", PDF),
    "/officer/questionnaires": Address("/officer/questionnaires"),
    "/officer/questionnaires/new": Address("/officer/questionnaires/new"),
    "/officer/questionnaires/versions/<print_>": Address(f"/officer/questionnaires/versions/{PRINT}"),
    "/officer/questionnaires/versions/<print_>/withdraw": Address(
        f"/officer/questionnaires/versions/{PRINT}/withdraw"
    ),
    **{
        f"/officer/questionnaires/drafts/<int:draft>{rest}": Address(f"{DRAFTS}/1{path}")
        for rest, path in {
            "": "",
            "/<any(details,scoring):page>": "/details",
            "/<any(sections,items,questions,scales):page>/<code>": "/items/a1",
            "/translations/<language>": "/translations/en",
            "/history": "/history",
            "/preview": "/preview",
            "/check": "/check",
            "/discard": "/discard",
            **{f"/{deed}": f"/{deed}" for deed in DRAFT_DEEDS},
        }.items()
    },
    "/try/<token>": Address(f"/try/{TRIAL}"),
    "/try/<token>/send": Address(f"/try/{TRIAL}/send"),
    "/try/<token>/thanks": Address(f"/try/{TRIAL}/thanks"),
    "/reports": Address("/reports"),
    "/reports/<code>": Address(f"/reports/{ROUND}"),
    "/reports/<code>.pdf": Address(f"/reports/{ROUND}.pdf", PDF),
}

ONLY_POSTED = {
    "/officer/sign-out",
    "/q/<code>/send",
    "/try/<token>/send",
    *(f"/officer/questionnaires/drafts/<int:draft>/{deed}" for deed in DRAFT_DEEDS),
}

FOR_APPROVERS = {
    "/officer/questionnaires/versions/<print_>/withdraw",
    "/officer/questionnaires/drafts/<int:draft>/approve",
    "/officer/questionnaires/drafts/<int:draft>/return",
}
"""What a second person does; who writes questionnaires may not."""


def methods(app: Flask, rule: str) -> set[str]:
    """The methods that the application takes at a rule."""
    return {method for r in app.url_map.iter_rules() if r.rule == rule for method in r.methods or ()}


def in_language(path: str, language: str) -> str:
    """The address in another language."""
    return f"{path}{'&' if '?' in path else '?'}lang={language}"
