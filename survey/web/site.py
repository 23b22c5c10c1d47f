"""What all pages share: the services behind them, template rules, fonts and the health page."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask import Flask, Response, current_app, render_template, request, send_from_directory
from jinja2 import StrictUndefined
from sqlalchemy.exc import SQLAlchemyError

from questionnaires.version import short_fingerprint
from reports import formats
from reports.glyphs import FONTS
from survey.actions.rounds import instance
from survey.core.counter import readable_code
from survey.core.place import Instance
from survey.core.round import VIETNAM
from survey.settings import Settings
from survey.store.database import Database
from survey.store.shelf import Shelf
from survey.web.opening_counts import OpeningCounts

YEAR_SECONDS = 365 * 24 * 3600

UNNAMED = Instance(superior="", agency="SIPAS", place="", number_suffix="BC", simulated=False)


@dataclass(frozen=True)
class Services:
    """What a request works with."""

    settings: Settings
    database: Database
    openings: OpeningCounts

    @property
    def shelf(self) -> Shelf:
        """Where what took long is kept for all workers."""
        return Shelf(self.settings.results)

    @property
    def key(self) -> bytes:
        """The secret that makes receipts."""
        return self.settings.secret_key.encode()


def services() -> Services:
    """The services of the running application."""
    found: Services = current_app.extensions["sipas"]
    return found


def now() -> datetime:
    """The server's clock, the only one that counts."""
    return datetime.now(UTC)


def wants_json() -> bool:
    """Whether a script asks, which needs an answer that no other page could give by accident."""
    return request.accept_mimetypes.best == "application/json"


def install(app: Flask) -> None:
    """Make undefined template names an error and give templates their few helpers."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.filters["readable_code"] = readable_code
    app.jinja_env.filters["short_fingerprint"] = short_fingerprint
    app.jinja_env.filters["count"] = formats.count
    app.jinja_env.filters["percent"] = formats.percent
    app.jinja_env.filters["local_time"] = local_time
    app.jinja_env.filters["local_day"] = local_day
    app.jinja_env.globals["report_words"] = formats.words
    app.context_processor(_shared)
    app.add_url_rule("/health", "health", health)
    app.add_url_rule("/fonts/<name>", "fonts", fonts)


def local_time(moment: datetime) -> str:
    """A moment as people in Việt Nam read it: 14:05 20/11/2026."""
    return moment.astimezone(VIETNAM).strftime("%H:%M %d/%m/%Y")


def local_day(moment: datetime) -> date:
    """The day in Việt Nam on which a moment lies."""
    return moment.astimezone(VIETNAM).date()


def health() -> str:
    """Which store runs and how durable a commit is."""
    return render_template("officer/health.html", health=services().database.health())


def fonts(name: str) -> Response:
    """A font file of the report's pages."""
    return send_from_directory(FONTS, name, max_age=YEAR_SECONDS)


def _shared() -> dict[str, object]:
    return {"instance": instance_shown()}


def instance_shown() -> Instance:
    """Whose page it is; when the store is silent the page that says so must still appear."""
    try:
        return instance(services().database) or UNNAMED
    except SQLAlchemyError:
        return UNNAMED
