"""The application: puts settings, database, pages and guards together."""

from flask import Flask
from flask_bootstrap import Bootstrap5

from survey.settings import PROJECT, Settings
from survey.store.database import Database
from survey.store.schema import require_current
from survey.web import (
    approval,
    at_counter,
    citizen,
    comparing,
    counters,
    coverage,
    dashboard,
    desk,
    devices,
    editor,
    errors,
    fields,
    files,
    frame,
    issues,
    keying,
    language,
    leader,
    loading,
    looks,
    naming,
    officer,
    open_data,
    openid,
    own_account,
    people,
    posters,
    published,
    questionnaires,
    report_texts,
    reported,
    round_schedule,
    rounds,
    seals,
    security,
    signing_in,
    site,
    tallies,
    tickets,
    trail,
    trial,
    unit_import,
    units,
    usual_visit,
)
from survey.web.opening_counts import OpeningCounts

CITIZEN_BODY_LIMIT = 16 * 1024
"""Bytes; the largest honest submission is a few kilobytes."""


PARTS = (
    citizen,
    at_counter,
    seals,
    published,
    signing_in,
    openid,
    rounds,
    round_schedule,
    reported,
    coverage,
    officer,
    posters,
    looks,
    naming,
    questionnaires,
    editor,
    approval,
    trial,
    comparing,
    leader,
    dashboard,
    open_data,
    report_texts,
    issues,
    tickets,
    devices,
    people,
    own_account,
    trail,
    units,
    counters,
    fields,
    unit_import,
    frame,
    tallies,
    loading,
    keying,
)
"""The modules that hold pages."""


def create_app(settings: Settings, database: Database | None = None) -> Flask:
    """Build the WSGI application.

    Args:
        settings: checked settings.
        database: an open database, or None to open the one in the settings.

    Raises:
        SchemaOutdated: if the database was not upgraded; schema work never happens here.
    """
    database = database or Database(settings.database_url)
    require_current(database)
    app = Flask(__name__, template_folder=str(PROJECT / "templates"), static_folder="web/static")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="__Host-sipas" if settings.is_https else "sipas",
        SESSION_COOKIE_SECURE=settings.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=CITIZEN_BODY_LIMIT,
        WTF_CSRF_TIME_LIMIT=None,
        BOOTSTRAP_SERVE_LOCAL=True,
    )
    app.extensions["sipas"] = services = site.Services(settings, database, OpeningCounts(database))
    Bootstrap5(app)
    for part in (site, desk, language, files, security, errors, openid):
        part.install(app)
    for part in PARTS:
        app.register_blueprint(part.pages)
    usual_visit.install(app, services)
    return app
