"""Commands that print papers for counters: posters."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from survey.actions import posters
from survey.cli.files import NEW_FILE, write_whole
from survey.cli.instance import open_database
from survey.settings import settings_from


@click.command("posters", help="In áp phích QR khổ A5 của mọi quầy vào một tệp PDF.")
@click.option("--out", type=NEW_FILE, default=Path("ap-phich.pdf"), show_default=True, help="Tệp PDF.")
@click.option("--unit", help="Chỉ các quầy của đơn vị có mã này.")
def print_posters(out: Path, unit: str | None) -> None:
    """Print posters."""
    settings = settings_from(os.environ)
    write_whole(
        out,
        posters.poster_sheet(open_database(), settings.public_url, unit, within=None, now=datetime.now(UTC)),
    )
    click.echo(f"Đã ghi {out}")
