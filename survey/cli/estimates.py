"""Estimates from somebody's own data, without the web site."""

from pathlib import Path

import click

from survey.actions import estimating
from survey.cli.files import OLD_FILE, write_together
from survey.cli.refusals import Refused
from survey.wording import translator


@click.command(
    "estimate", help="Ước lượng từ dữ liệu riêng: đọc bản mô tả YAML cùng các bảng, ghi JSON và XLSX."
)
@click.argument("specification", type=OLD_FILE)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Thư mục để ghi."
)
@click.option(
    "--language", "--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True, help="Ngôn ngữ."
)
@click.option("--force", is_flag=True, help="Ghi đè lên kết quả đã có.")
def estimate(specification: Path, out: Path, language: str, *, force: bool) -> None:
    """Estimate from a file of one's own."""
    done = estimating.estimate(specification, language)
    files = {out / name: content for name, content in done.files.items()}
    standing = ", ".join(str(file) for file in files if file.exists())
    if standing and not force:
        raise Refused(f"đã có {standing}; thêm --force để ghi đè, hoặc chọn thư mục khác bằng --out")
    write_together(files)
    click.echo(done.summary)
    _ = translator(language)
    click.echo(_("Đã ghi %(files)s") % {"files": ", ".join(str(file) for file in files)})
