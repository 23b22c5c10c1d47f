"""Commands on questionnaires: check, publish, list, and those of :mod:`survey.cli.exchange`."""

from datetime import UTC, datetime
from pathlib import Path

import click

from questionnaires.definition import Definition
from questionnaires.loading import load_definition
from questionnaires.version import short_fingerprint
from survey.actions import publishing
from survey.cli.exchange import export, import_
from survey.cli.files import OLD_FILE, read_text
from survey.cli.instance import open_database
from survey.store.database import Database


@click.group("questionnaire", help="Phiếu khảo sát: kiểm tra, ban hành, liệt kê.")
def questionnaire() -> None:
    """Hold the questionnaire commands."""


questionnaire.add_command(export)
questionnaire.add_command(import_)


@questionnaire.command("check", help="Đọc tệp YAML và nêu mọi lỗi: tệp, dòng, chỗ, lỗi gì.")
@click.argument("file", type=OLD_FILE)
def check(file: Path) -> None:
    """Check a definition."""
    definition = load_definition(read_text(file), name=str(file))
    click.echo(
        f"Hợp lệ: {definition.code}, {len(definition.items)} tiêu chí, {len(definition.questions)} câu hỏi khác"
    )


@questionnaire.command("publish", help="Ban hành phiếu thành một phiên bản có số, không bao giờ đổi.")
@click.argument("file", type=OLD_FILE)
@click.option("--round", "round_code", help="Từ nay đợt này dùng phiên bản mới.")
def publish(file: Path, round_code: str | None) -> None:
    """Publish a definition."""
    definition = load_definition(read_text(file), name=str(file))
    done = _published(open_database(), definition, round_code)
    words = "Đã ban hành" if done.is_new else "Đã ban hành từ trước"
    click.echo(f"{words}: {definition.code} phiên bản {done.version.number}")
    click.echo(f"Dấu vân tay: {done.version.fingerprint}")
    if round_code:
        click.echo(f"Đợt {round_code} dùng phiên bản này từ bây giờ; mã QR đã in giữ nguyên.")


@questionnaire.command("list", help="Liệt kê các phiên bản đã ban hành.")
def list_versions() -> None:
    """List versions."""
    for version in publishing.published_versions(open_database()):
        title = version.definition.title.vi
        click.echo(
            f"{version.definition.code}  {version.number}  {short_fingerprint(version.fingerprint)}  {title}"
        )


def _published(database: Database, definition: Definition, round_code: str | None) -> publishing.Published:
    now = datetime.now(UTC)
    if round_code:
        return publishing.publish_for(database, definition, round_code, now=now)
    try:
        return publishing.Published(publishing.publish(database, definition, now=now), is_new=True)
    except publishing.AlreadyPublished as same:
        return publishing.Published(same.version, is_new=False)
