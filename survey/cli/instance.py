"""The instance that a command works on: its settings and its database."""

import os
from collections.abc import Callable
from pathlib import Path

from survey.cli.refusals import Refused
from survey.settings import PROJECT, Settings, settings_from
from survey.store import schema
from survey.store.database import Database
from survey.store.shelf import Shelf


def settings_data() -> Path:
    """The data folder, before the other settings can be checked."""
    return Path(os.environ.get("SIPAS_DATA") or PROJECT / "var").resolve()


def open_database() -> Database:
    """The database in the settings.

    Raises:
        Refused: if it is a file that does not exist.
        SchemaOutdated: if it was not upgraded.
    """
    url = settings_from(os.environ).database_url
    file = Path(url.removeprefix("sqlite:///"))
    if url.startswith("sqlite:///") and not file.is_file():
        raise Refused(f"không có tệp cơ sở dữ liệu {file}; chạy “sipas database upgrade” để tạo")
    database = Database(url)
    schema.require_current(database)
    return database


def open_shelf() -> Shelf:
    """Where the server keeps what took long to work out."""
    return Shelf(settings_from(os.environ).results)


def upgraded(settings: Settings, step: Callable[[str], None]) -> Database:
    """The database in the settings, made if need be and brought to the newest schema."""
    if settings.database_url.startswith("sqlite:///"):
        Path(settings.database_url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    step("nâng cấp cơ sở dữ liệu")
    database = Database(settings.database_url)
    schema.upgrade(database)
    return database
