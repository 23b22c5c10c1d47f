"""Commands that print papers for counters: posters."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from reports.poster_formats import FORMATS, STANDARD_FORMAT
from survey.actions import open_data, posters
from survey.actions.drilling import Reader
from survey.cli.files import NEW_FILE, write_whole
from survey.cli.instance import open_database
from survey.core.counter import parse_code
from survey.core.poster_choice import PosterChoice
from survey.settings import settings_from


@click.command("posters", help="In áp phích QR của các quầy đang phục vụ vào một tệp PDF.")
@click.option("--out", type=NEW_FILE, default=Path("ap-phich.pdf"), show_default=True, help="Tệp PDF.")
@click.option(
    "--format",
    "format_",
    type=click.Choice([*FORMATS]),
    default=STANDARD_FORMAT,
    show_default=True,
    help="Khổ giấy; tent là biển để bàn, 2xa5 và 4xa6 là nhiều áp phích trên một tờ A4.",
)
@click.option("--unit", default="", help="Chỉ các quầy của đơn vị có mã này và của đơn vị trực thuộc.")
@click.option("--field", default="", help="Chỉ các quầy của lĩnh vực có mã này; “-”: quầy nhiều lĩnh vực.")
@click.option(
    "--search", default="", help="Chỉ các quầy có những chữ này trong tên, nơi đặt, đơn vị hay mã in."
)
@click.option("--counter", "counters", multiple=True, help="Chỉ quầy có mã in này; dùng được nhiều lần.")
@click.option("--fingerprint", is_flag=True, help="In dấu vân tay của phiên bản phiếu đang hỏi.")
def print_posters(
    *,
    out: Path,
    format_: str,
    unit: str,
    field: str,
    search: str,
    counters: tuple[str, ...],
    fingerprint: bool,
) -> None:
    """Print posters."""
    choice = PosterChoice(unit, field, search, frozenset(map(parse_code, counters)))
    paper = posters.Paper(settings_from(os.environ).public_url, format_, with_fingerprint=fingerprint)
    content = posters.poster_sheet(open_database(), choice, paper, within=None, now=datetime.now(UTC))
    write_whole(out, content)
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
