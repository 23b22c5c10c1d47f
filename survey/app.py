"""The application: puts settings, database, pages and guards together."""

from flask import Flask
from flask_bootstrap import Bootstrap5

from survey.settings import PROJECT, Settings
from survey.store.database import Database
from survey.store.schema import require_current
from survey.web import (
    approval,
    citizen,
    desk,
    editor,
    errors,
    files,
    language,
    leader,
    officer,
    questionnaires,
    security,
    signing_in,
    site,
    trial,
)

CITIZEN_BODY_LIMIT = 16 * 1024
"""Bytes; the largest honest submission is a few kilobytes."""


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
    app.extensions["sipas"] = site.Services(settings, database)
    Bootstrap5(app)
    for shared in (site, desk, language, files, security, errors):
        shared.install(app)
    for part in (citizen, signing_in, officer, leader, questionnaires, editor, approval, trial):
        app.register_blueprint(part.pages)
    return app
