"""One address to test for every rule of the application; a new route needs an entry here."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from flask import Flask
from itsdangerous import URLSafeSerializer

from questionnaires.version import fingerprint
from survey.core.account import Permission
from survey.core.device import screen_token
from tests.conftest import SECRET
from tests.places import (
    EARLIER,
    FRAME_FILE,
    KEY,
    KIOSK,
    MIXED,
    RESPONSE_FILE,
    ROUND,
    SCREEN,
    TALLY_FILE,
    TICKET,
    UNITS_FILE,
    five_factors,
)

HTML = "text/html"
PNG = "image/png"
PDF = "application/pdf"
CSV = "text/csv"
JSON = "application/json"
RECEIPT = "2222222222"
PRINT = fingerprint(five_factors())
DRAFTS = "/officer/questionnaires/drafts"
DRAFT_DEEDS = {
    **dict.fromkeys(("arrange", "restore", "undo", "redo", "submit", "recall"), Permission.DESIGN),
    **dict.fromkeys(("approve", "return"), Permission.APPROVE),
}
DRAFT_PAGES = {
    "": ("", Permission.SEE_ROUNDS),
    "/<any(details,scoring):page>": ("/details", Permission.DESIGN),
    "/<any(sections,items,questions,scales):page>/<code>": ("/items/a1", Permission.DESIGN),
    "/translations/<language>": ("/translations/en", Permission.DESIGN),
    "/history": ("/history", Permission.SEE_ROUNDS),
    "/preview": ("/preview", Permission.SEE_ROUNDS),
    "/check": ("/check", Permission.SEE_ROUNDS),
    "/discard": ("/discard", Permission.DESIGN),
    **{f"/{deed}": (f"/{deed}", demands) for deed, demands in DRAFT_DEEDS.items()},
}
PLACES = {
    "/officer/units/new": "/officer/units/new",
    "/officer/unit/<code>/close": "/officer/unit/XA/close",
    "/officer/unit/<code>/counters/new": "/officer/unit/XA/counters/new",
    "/officer/counter/<code>": f"/officer/counter/{MIXED}",
    "/officer/counter/<code>/retire": f"/officer/counter/{MIXED}/retire",
    "/officer/counter/<code>/restore": f"/officer/counter/{MIXED}/restore",
    "/officer/fields": "/officer/fields",
    "/officer/field/<code>": "/officer/field/land",
    "/officer/units/import": "/officer/units/import",
    "/officer/units/import/<token>": f"/officer/units/import/{UNITS_FILE}",
    "/officer/units/import/<token>/drop": f"/officer/units/import/{UNITS_FILE}/drop",
}
FRAME_PAGES = {
    "/<token>": f"/{FRAME_FILE}",
    "/<token>/preview": f"/{FRAME_FILE}/preview",
    "/<token>/apply": f"/{FRAME_FILE}/apply",
    "/<token>/drop": f"/{FRAME_FILE}/drop",
}
TALLY_PAGES = {
    "": ("", Permission.SEE_ROUNDS),
    "/send": ("/send", Permission.KEY_ANSWERS),
    "/<token>": (f"/{TALLY_FILE}", Permission.KEY_ANSWERS),
    "/<token>/preview": (f"/{TALLY_FILE}/preview", Permission.KEY_ANSWERS),
    "/<token>/apply": (f"/{TALLY_FILE}/apply", Permission.KEY_ANSWERS),
    "/<token>/drop": (f"/{TALLY_FILE}/drop", Permission.KEY_ANSWERS),
    "/load/<int:number>/withdraw": ("/load/1/withdraw", Permission.KEY_ANSWERS),
}
LOAD_PAGES = {
    "": ("", Permission.SEE_ROUNDS),
    "/send": ("/send", Permission.KEY_ANSWERS),
    "/<token>": (f"/{RESPONSE_FILE}", Permission.KEY_ANSWERS),
    "/<token>/preview": (f"/{RESPONSE_FILE}/preview", Permission.KEY_ANSWERS),
    "/<token>/apply": (f"/{RESPONSE_FILE}/apply", Permission.KEY_ANSWERS),
    "/<token>/drop": (f"/{RESPONSE_FILE}/drop", Permission.KEY_ANSWERS),
    "/<token>/preview/<mark>": (f"/{RESPONSE_FILE}/preview/{'0' * 64}", Permission.KEY_ANSWERS),
    "/<token>/taking/<attempt>": (f"/{RESPONSE_FILE}/taking/{'0' * 16}", Permission.KEY_ANSWERS),
    "/<token>/again": (f"/{RESPONSE_FILE}/again", Permission.KEY_ANSWERS),
    "/<int:number>/withdraw": ("/2/withdraw", Permission.KEY_ANSWERS),
}
KEYING = "/<int:number>/<int:form>/<int(min=1, max=3):turn>"
PAPER_PAGES = {
    "": ("", Permission.SEE_ROUNDS),
    "/begin": ("/begin", Permission.KEY_ANSWERS),
    "/<int:number>": ("/1", Permission.SEE_ROUNDS),
    KEYING: ("/1/1/1", Permission.KEY_ANSWERS),
    "/<int:number>/store": ("/1/store", Permission.KEY_ANSWERS),
    "/<int:number>/drop": ("/1/drop", Permission.KEY_ANSWERS),
}
ISSUE_DEEDS = {
    **dict.fromkeys(("submit", "recall"), Permission.WRITE_REPORTS),
    **dict.fromkeys(("publish", "return"), Permission.APPROVE),
}
TRIAL = URLSafeSerializer(SECRET, salt="trial").dumps(1)


Demand = Permission | Literal["anybody"]


@dataclass(frozen=True)
class Address:
    """Where a rule is tried, what kind of file it gives in the end, and what it demands of its reader.

    Attributes:
        path: may hold ``{unit}``, where the rule is about one unit.
        kind: of the file.
        demands: the permission; a staff page that is entered without one fails the tests.
        changes: the permission that sending a form to it demands, where that is another.
        whole: whether it is about the whole province, though its permission is also for people with a part.
    """

    path: str
    kind: str = HTML
    demands: Demand | None = None
    whole: bool = False
    changes: Permission | None = None

    def of(self, unit: str) -> str:
        """The path for a unit."""
        return self.path.format(unit=unit)


class ScreenAddress(Address):
    """The address on the screen of the commune's counter, which changes while tests run."""

    @property
    def path(self) -> str:  # type: ignore[override]
        """What the screen shows now."""
        return f"/q/{MIXED}/now/{screen_token(MIXED, datetime.now(UTC), key=KEY)}"

    def __init__(self) -> None:
        pass

    demands = "anybody"


ADDRESSES = {
    "/": Address("/", HTML, "anybody"),
    "/q": Address(f"/q?code={MIXED}", HTML, "anybody"),
    "/q/<code>": Address(f"/q/{MIXED}", HTML, "anybody"),
    "/q/<code>/send": Address(f"/q/{MIXED}/send", HTML, "anybody"),
    "/q/<code>/send/begun": Address(f"/q/{MIXED}/send/begun", HTML, "anybody"),
    "/q/<code>/now/<token>": ScreenAddress(),
    "/k/<secret>": Address(f"/k/{KIOSK}", HTML, "anybody"),
    "/k/worker.js": Address("/k/worker.js", "text/javascript", "anybody"),
    "/s/<secret>": Address(f"/s/{SCREEN}", HTML, "anybody"),
    "/t/<code>": Address(f"/t/{TICKET}", HTML, "anybody"),
    "/try/<token>": Address(f"/try/{TRIAL}", HTML, "anybody"),
    "/try/<token>/send": Address(f"/try/{TRIAL}/send", HTML, "anybody"),
    "/try/<token>/thanks": Address(f"/try/{TRIAL}/thanks", HTML, "anybody"),
    "/x/<receipt>": Address(f"/x/{RECEIPT}", HTML, "anybody"),
    "/seal": Address(f"/seal?receipt={RECEIPT}", HTML, "anybody"),
    "/seal/chain.json": Address("/seal/chain.json", JSON, "anybody"),
    "/seal/<int:number>.json": Address("/seal/1.json", JSON, "anybody"),
    "/privacy": Address("/privacy", HTML, "anybody"),
    "/health": Address("/health", HTML, "anybody"),
    "/fonts/<name>": Address("/fonts/BeVietnamPro-Regular.ttf", "font/ttf", "anybody"),
    "/static/<path:filename>": Address("/static/citizen.css", "text/css", "anybody"),
    "/bootstrap/static/<path:filename>": Address(
        "/bootstrap/static/css/bootstrap.min.css", "text/css", "anybody"
    ),
    "/officer": Address("/officer", HTML, Permission.OWN_ACCOUNT),
    "/officer/sign-in": Address("/officer/sign-in", HTML, "anybody"),
    "/officer/sign-in/code": Address("/officer/sign-in/code", HTML, "anybody"),
    "/officer/sign-in/openid": Address("/officer/sign-in/openid", HTML, "anybody"),
    "/officer/sign-in/openid/back": Address("/officer/sign-in/openid/back", HTML, "anybody"),
    "/officer/sign-out": Address("/officer/sign-out", HTML, Permission.OWN_ACCOUNT),
    "/officer/account": Address("/officer/account", HTML, Permission.OWN_ACCOUNT),
    "/officer/account/password": Address("/officer/account/password", HTML, Permission.OWN_ACCOUNT),
    "/officer/account/second-factor": Address("/officer/account/second-factor", HTML, Permission.OWN_ACCOUNT),
    "/officer/account/second-factor/remove": Address(
        "/officer/account/second-factor/remove", HTML, Permission.OWN_ACCOUNT
    ),
    "/officer/account/recovery-codes": Address(
        "/officer/account/recovery-codes", HTML, Permission.OWN_ACCOUNT
    ),
    "/officer/people": Address("/officer/people", HTML, Permission.MANAGE_PEOPLE),
    "/officer/people/new": Address("/officer/people/new", HTML, Permission.MANAGE_PEOPLE),
    "/officer/person/<name>": Address("/officer/person/lanhdao", HTML, Permission.MANAGE_PEOPLE),
    "/officer/person/<name>/password": Address(
        "/officer/person/lanhdao/password", HTML, Permission.MANAGE_PEOPLE
    ),
    "/officer/person/<name>/<act>": Address(
        "/officer/person/lanhdao/withdraw", HTML, Permission.MANAGE_PEOPLE
    ),
    "/officer/trail": Address("/officer/trail", HTML, Permission.READ_TRAIL),
    "/officer/trail.csv": Address("/officer/trail.csv", CSV, Permission.READ_TRAIL),
    "/officer/rounds": Address("/officer/rounds", HTML, Permission.SEE_ROUNDS),
    "/officer/rounds/<code>": Address(f"/officer/rounds/{ROUND}", HTML, Permission.SEE_ROUNDS),
    "/officer/rounds/new": Address("/officer/rounds/new", HTML, Permission.RUN_ROUNDS),
    **{
        f"/officer/rounds/<code>/{deed}": Address(
            f"/officer/rounds/{ROUND}/{deed}", HTML, Permission.RUN_ROUNDS
        )
        for deed in ("change", "units", "open", "close", "reopen", "versions")
    },
    "/officer/rounds/<code>/figures": Address(
        f"/officer/rounds/{ROUND}/figures", HTML, Permission.WRITE_REPORTS
    ),
    "/officer/rounds/<code>/figures/<any(target, measure):kind>/<name>": Address(
        f"/officer/rounds/{ROUND}/figures/measure/household_sipas", HTML, Permission.WRITE_REPORTS
    ),
    "/officer/rounds/<code>/figures/<any(target, measure):kind>/<name>/withdraw": Address(
        f"/officer/rounds/{ROUND}/figures/measure/household_sipas/withdraw", HTML, Permission.WRITE_REPORTS
    ),
    "/officer/rounds/<code>/coverage": Address(
        f"/officer/rounds/{ROUND}/coverage", HTML, Permission.SEE_ROUNDS
    ),
    "/officer/rounds/<code>/planner": Address(
        f"/officer/rounds/{ROUND}/planner", HTML, Permission.RUN_ROUNDS
    ),
    "/officer/rounds/<code>/tickets": Address(
        f"/officer/rounds/{ROUND}/tickets", HTML, Permission.LOAD_POPULATION
    ),
    "/officer/rounds/<code>/tickets/slips.pdf": Address(
        f"/officer/rounds/{ROUND}/tickets/slips.pdf", PDF, Permission.LOAD_POPULATION
    ),
    "/officer/rounds/<code>/tickets/links.csv": Address(
        f"/officer/rounds/{ROUND}/tickets/links.csv", CSV, Permission.LOAD_POPULATION
    ),
    "/officer/questionnaires": Address("/officer/questionnaires", HTML, Permission.SEE_ROUNDS),
    "/officer/questionnaires/new": Address("/officer/questionnaires/new", HTML, Permission.DESIGN),
    "/officer/questionnaires/versions/<print_>": Address(
        f"/officer/questionnaires/versions/{PRINT}", HTML, Permission.SEE_ROUNDS
    ),
    "/officer/questionnaires/versions/<print_>/withdraw": Address(
        f"/officer/questionnaires/versions/{PRINT}/withdraw", HTML, Permission.APPROVE
    ),
    **{
        f"/officer/questionnaires/drafts/<int:draft>{rest}": Address(f"{DRAFTS}/1{path}", HTML, demands)
        for rest, (path, demands) in DRAFT_PAGES.items()
    },
    "/officer/questionnaires/compare": Address(
        "/officer/questionnaires/compare", HTML, Permission.SEE_ROUNDS
    ),
    "/officer/questionnaires/compare/declare": Address(
        "/officer/questionnaires/compare/declare?from=quay_5_yeu_to.1&to=quay_5_yeu_to.1&code=a1",
        HTML,
        Permission.DESIGN,
    ),
    "/officer/questionnaires/versions/<name>/file<any('.xlsx', '.json', '.yaml'):ending>": Address(
        "/officer/questionnaires/versions/quay_5_yeu_to.1/file.json",
        JSON,
        Permission.SEE_ROUNDS,
    ),
    "/officer/devices": Address("/officer/devices", HTML, Permission.MANAGE_PLACES),
    "/officer/devices/<int:number>/withdraw": Address(
        "/officer/devices/1/withdraw", HTML, Permission.MANAGE_PLACES
    ),
    **{rule: Address(path, HTML, Permission.MANAGE_PLACES) for rule, path in PLACES.items()},
    "/officer/units": Address("/officer/units", HTML, Permission.READ_PLACES),
    "/officer/unit/<code>": Address(
        "/officer/unit/XA", HTML, Permission.READ_PLACES, changes=Permission.MANAGE_PLACES
    ),
    **{
        f"/officer/rounds/<code>/frame{rest}": Address(
            f"/officer/rounds/{ROUND}/frame{path}", HTML, Permission.LOAD_POPULATION
        )
        for rest, path in FRAME_PAGES.items()
    },
    "/officer/rounds/<code>/frame": Address(
        f"/officer/rounds/{ROUND}/frame",
        HTML,
        Permission.READ_POPULATION,
        changes=Permission.LOAD_POPULATION,
    ),
    "/officer/posters": Address("/officer/posters?unit={unit}", HTML, Permission.PRINT),
    **{
        f"/officer/rounds/<code>/tallies{rest}": Address(
            f"/officer/rounds/{ROUND}/tallies{path}", HTML, demands
        )
        for rest, (path, demands) in TALLY_PAGES.items()
    },
    **{
        f"/officer/rounds/<code>/loads{rest}": Address(f"/officer/rounds/{ROUND}/loads{path}", HTML, demands)
        for rest, (path, demands) in LOAD_PAGES.items()
    },
    **{
        f"/officer/rounds/<code>/paper{rest}": Address(f"/officer/rounds/{ROUND}/paper{path}", HTML, demands)
        for rest, (path, demands) in PAPER_PAGES.items()
    },
    "/officer/posters.pdf": Address("/officer/posters.pdf?unit={unit}", PDF, Permission.PRINT),
    "/officer/posters/preview.png": Address(
        "/officer/posters/preview.png?unit={unit}", PNG, Permission.PRINT
    ),
    "/officer/agency": Address("/officer/agency", HTML, Permission.MANAGE_PLACES),
    "/officer/look": Address("/officer/look", HTML, Permission.SET_LOOK),
    "/officer/look/sample.png": Address("/officer/look/sample.png", PNG, Permission.SET_LOOK),
    "/officer/look/reset": Address("/officer/look/reset", HTML, Permission.SET_LOOK),
    "/officer/rounds/<code>/report": Address(
        f"/officer/rounds/{ROUND}/report", HTML, Permission.WRITE_REPORTS
    ),
    "/officer/rounds/<code>/report/history": Address(
        f"/officer/rounds/{ROUND}/report/history", HTML, Permission.WRITE_REPORTS
    ),
    "/officer/rounds/<code>/report/restore": Address(
        f"/officer/rounds/{ROUND}/report/restore", HTML, Permission.WRITE_REPORTS
    ),
    "/reports/<code>/issues": Address(f"/reports/{ROUND}/issues", HTML, Permission.READ_REPORTS, whole=True),
    "/reports/<code>/issues/<int:number>.<any(vi, en):edition>.pdf": Address(
        f"/reports/{EARLIER}/issues/1.vi.pdf", PDF, Permission.READ_REPORTS, whole=True
    ),
    "/reports/<code>/issues/publishing/<int:read>/<attempt>": Address(
        f"/reports/{ROUND}/issues/publishing/1/0123456789abcdef", HTML, Permission.APPROVE, whole=True
    ),
    "/reports/<code>/issues/<int:number>/public": Address(
        f"/reports/{EARLIER}/issues/1/public", HTML, Permission.APPROVE
    ),
    "/published": Address("/published", HTML, "anybody"),
    "/published/<code>": Address(f"/published/{EARLIER}", HTML, "anybody"),
    "/published/<code>/<int:number>.<any(vi, en):edition>.pdf": Address(
        f"/published/{EARLIER}/1.en.pdf", PDF, "anybody"
    ),
    **{
        f"/reports/<code>/issues/{deed}": Address(f"/reports/{ROUND}/issues/{deed}", HTML, demands)
        for deed, demands in ISSUE_DEEDS.items()
    },
    "/reports": Address("/reports", HTML, Permission.READ_REPORTS),
    "/reports/<code>": Address(f"/reports/{ROUND}", HTML, Permission.READ_REPORTS, whole=True),
    "/reports/<code>.<any(pdf, docx, xlsx):ending>": Address(
        f"/reports/{ROUND}.pdf", PDF, Permission.READ_REPORTS, whole=True
    ),
    "/reports/<code>/data": Address(f"/reports/{ROUND}/data", HTML, Permission.READ_REPORTS, whole=True),
    "/reports/<code>/data/file.<any(csv, json, xml, sav, xlsx):ending>": Address(
        f"/reports/{ROUND}/data/file.csv", CSV, Permission.READ_REPORTS, whole=True
    ),
    "/reports/<code>/data/credibility.csv": Address(
        f"/reports/{ROUND}/data/credibility.csv", CSV, Permission.READ_REPORTS, whole=True
    ),
    "/reports/<code>/strata": Address(f"/reports/{ROUND}/strata", HTML, Permission.READ_REPORTS),
    "/reports/<code>/now": Address(f"/reports/{ROUND}/now", HTML, Permission.READ_REPORTS),
    "/reports/<code>/units/<unit>": Address(
        f"/reports/{ROUND}/units/{{unit}}", HTML, Permission.READ_REPORTS
    ),
    "/reports/<code>/units/<unit>/fields/<field>": Address(
        f"/reports/{ROUND}/units/{{unit}}/fields/land", HTML, Permission.READ_REPORTS
    ),
    "/reports/<code>/units/<unit>/report.<any(pdf, docx, xlsx):ending>": Address(
        f"/reports/{ROUND}/units/{{unit}}/report.pdf", PDF, Permission.READ_REPORTS
    ),
}

ONLY_POSTED = {
    "/officer/sign-out",
    "/q/<code>/send",
    "/q/<code>/send/begun",
    "/officer/rounds/<code>/tickets/slips.pdf",
    "/officer/rounds/<code>/tickets/links.csv",
    "/try/<token>/send",
    "/officer/rounds/<code>/report/restore",
    "/reports/<code>/issues/<int:number>/public",
    *(f"/reports/<code>/issues/{deed}" for deed in ISSUE_DEEDS),
    "/officer/counter/<code>/restore",
    "/officer/units/import/<token>/drop",
    "/officer/rounds/<code>/tallies/send",
    "/officer/rounds/<code>/loads/send",
    "/officer/rounds/<code>/paper/begin",
    "/officer/rounds/<code>/paper/<int:number>/store",
    *(
        f"/officer/rounds/<code>/{part}/<token>/{deed}"
        for part in ("frame", "tallies", "loads")
        for deed in ("preview", "apply", "drop")
    ),
    *(f"/officer/questionnaires/drafts/<int:draft>/{deed}" for deed in DRAFT_DEEDS),
}


def methods(app: Flask, rule: str) -> set[str]:
    """The methods that the application takes at a rule."""
    return {method for r in app.url_map.iter_rules() if r.rule == rule for method in r.methods or ()}


def in_language(path: str, language: str) -> str:
    """The address in another language."""
    return f"{path}{'&' if '?' in path else '?'}lang={language}"
