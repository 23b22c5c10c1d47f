"""Commands on the database itself."""

import os

import click

from survey.cli.instance import settings_data, upgraded
from survey.settings import keep_secret, settings_from
from survey.store import schema


@click.group("database", help="Cơ sở dữ liệu: nâng cấp cấu trúc.")
def database_group() -> None:
    """Hold the database commands."""


@database_group.command("upgrade", help="Tạo hoặc nâng cấp cấu trúc lên bản mới nhất; dữ liệu giữ nguyên.")
def upgrade() -> None:
    """Bring the schema up."""
    keep_secret(settings_data())
    settings = settings_from(os.environ)
    database = upgraded(settings, lambda _text: None)
    click.echo(f"Cấu trúc cơ sở dữ liệu: {schema.current_revision(database)}")
