"""Commands that write papers: posters and reports."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from reports.writers import WRITERS
from survey.actions import open_data, posters
from survey.actions.drilling import Reader
from survey.actions.report import round_document
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


@click.command("report", help="Lập báo cáo của một đợt thành PDF, Word hoặc Excel.")
@click.option("--round", "round_code", required=True, help="Mã đợt, ví dụ 2026-q4.")
@click.option(
    "--out",
    type=NEW_FILE,
    default=Path("bao-cao.pdf"),
    show_default=True,
    help="Tệp ghi ra; đuôi tệp (.pdf, .docx, .xlsx) chọn loại.",
)
@click.option(
    "--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True, help="Ngôn ngữ."
)
def report(round_code: str, out: Path, language: str) -> None:
    """Write a report."""
    writer = WRITERS.get(out.suffix.removeprefix(".").lower())
    if writer is None:
        endings = ", ".join(f".{ending}" for ending in WRITERS)
        raise click.UsageError(f"Tệp {out.name}: đuôi tệp phải là một trong {endings}.")
    settings = settings_from(os.environ)
    document = round_document(
        open_database(),
        round_code,
        "en" if language == "en" else "vi",
        public_url=settings.public_url,
        small_cell=settings.small_cell,
        within=None,
        now=datetime.now(UTC),
    )
    write_whole(out, writer.write(document))
    click.echo(f"Đã ghi {out}")


@click.command("open-data", help="Ghi dữ liệu mở của một đợt: số liệu, mô tả, phiếu ẩn danh, phiếu hỏi.")
@click.option("--round", "round_code", required=True, help="Mã đợt, ví dụ 2026-q4.")
@click.option(
    "--out",
    type=NEW_FILE,
    required=True,
    help="Tệp ghi ra; đuôi tệp chọn loại: .csv, .json (số liệu), .xml (DDI), .sav (phiếu ẩn danh), .xlsx (XLSForm).",
)
@click.option(
    "--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True, help="Ngôn ngữ."
)
def write_open_data(round_code: str, out: Path, language: str) -> None:
    """Write one of a round's open files."""
    ending = out.suffix.removeprefix(".").lower()
    if ending not in open_data.ENDINGS:
        endings = ", ".join(f".{known}" for known in open_data.ENDINGS)
        raise click.UsageError(f"Tệp {out.name}: đuôi tệp phải là một trong {endings}.")
    settings = settings_from(os.environ)
    reader = Reader(None, "en" if language == "en" else "vi", settings.public_url, settings.small_cell)
    content = open_data.open_file(open_database(), round_code, ending, reader, now=datetime.now(UTC))
    write_whole(out, content)
    click.echo(f"Đã ghi {out}")
