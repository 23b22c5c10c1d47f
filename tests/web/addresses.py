"""One address to test for every rule of the application; a new route needs an entry here."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Flask

from survey.core.device import screen_token
from tests.places import KEY, KIOSK, MIXED, ROUND, SCREEN, TICKET

HTML = "text/html"
PDF = "application/pdf"
CSV = "text/csv"
RECEIPT = "2222222222"


@dataclass(frozen=True)
class Address:
    """Where a rule is tried, and what kind of file it gives in the end."""

    path: str
    kind: str = HTML


class ScreenAddress(Address):
    """The address on the screen of the commune's counter, which changes while tests run."""

    @property
    def path(self) -> str:  # type: ignore[override]
        """What the screen shows now."""
        return f"/q/{MIXED}/now/{screen_token(MIXED, datetime.now(UTC), key=KEY)}"

    def __init__(self) -> None:
        pass


ADDRESSES = {
    "/": Address("/"),
    "/q": Address(f"/q?code={MIXED}"),
    "/q/<code>": Address(f"/q/{MIXED}"),
    "/q/<code>/send": Address(f"/q/{MIXED}/send"),
    "/q/<code>/now/<token>": ScreenAddress(),
    "/k/<secret>": Address(f"/k/{KIOSK}"),
    "/k/worker.js": Address("/k/worker.js", "text/javascript"),
    "/s/<secret>": Address(f"/s/{SCREEN}"),
    "/t/<code>": Address(f"/t/{TICKET}"),
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
    "/officer/rounds/<code>/tickets": Address(f"/officer/rounds/{ROUND}/tickets"),
    "/officer/rounds/<code>/tickets/slips.pdf": Address(f"/officer/rounds/{ROUND}/tickets/slips.pdf", PDF),
    "/officer/rounds/<code>/tickets/links.csv": Address(f"/officer/rounds/{ROUND}/tickets/links.csv", CSV),
    "/officer/devices": Address("/officer/devices"),
    "/officer/devices/<int:number>/withdraw": Address("/officer/devices/1/withdraw"),
    "/officer/posters.pdf": Address("/officer/posters.pdf", PDF),
    "/reports": Address("/reports"),
    "/reports/<code>": Address(f"/reports/{ROUND}"),
    "/reports/<code>.pdf": Address(f"/reports/{ROUND}.pdf", PDF),
}

ONLY_POSTED = {
    "/officer/sign-out",
    "/q/<code>/send",
    "/officer/rounds/<code>/tickets/slips.pdf",
    "/officer/rounds/<code>/tickets/links.csv",
}


def methods(app: Flask, rule: str) -> set[str]:
    """The methods that the application takes at a rule."""
    return {method for r in app.url_map.iter_rules() if r.rule == rule for method in r.methods or ()}


def in_language(path: str, language: str) -> str:
    """The address in another language."""
    return f"{path}{'&' if '?' in path else '?'}lang={language}"
