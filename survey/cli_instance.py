"""What commands need of the instance: its database, and a password."""

import os
import sys
from pathlib import Path

import click

from survey.settings import settings_from
from survey.store import schema
from survey.store.database import Database


class Refused(Exception):
    """Something foreseen cannot be done; the text says what and why."""


def open_database() -> Database:
    """The instance's database, which must exist and be current."""
    url = settings_from(os.environ).database_url
    file = Path(url.removeprefix("sqlite:///"))
    if url.startswith("sqlite:///") and not file.is_file():
        raise Refused(f"không có tệp cơ sở dữ liệu {file}; chạy “sipas database upgrade” để tạo")
    database = Database(url)
    schema.require_current(database)
    return database


def given_password() -> str:
    """The password from the environment, or typed twice."""
    if given := os.environ.get("SIPAS_PASSWORD"):
        return given
    if not sys.stdin.isatty():
        raise Refused("không có bàn phím để hỏi mật khẩu; đặt biến môi trường SIPAS_PASSWORD")
    answer: str = click.prompt("Mật khẩu", hide_input=True, confirmation_prompt="Nhập lại mật khẩu")
    return answer
