"""Commands on reports: write one as a file, check what was published."""

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from reports.writers import WRITERS
from survey.actions import report_checking
from survey.actions.report import round_document
from survey.actions.report_checking import Checked
from survey.cli.files import NEW_FILE, write_whole
from survey.cli.instance import open_database
from survey.cli.rounds import KINDS, PARTS
from survey.core.published_report import DATED, Figure
from survey.core.round import VIETNAM
from survey.settings import settings_from

CHANGED = 1
"""The exit code for a report that is not as it was published."""

AROUND = {
    "texts": "lời báo cáo",
    "names": "tên của đợt",
    "rewordings": "khai báo chỉ sửa câu chữ",
    "agency": "cơ quan chủ trì",
    "units": "danh sách đơn vị",
    "fields": "danh sách lĩnh vực",
    "unit_changes": "việc sáp nhập, chia tách đơn vị",
    "tickets": "số mã một lần đã phát",
    "reopenings": "các lần mở lại đợt",
    "earlier": "đợt trước",
    "older": "các đợt trước nữa",
    "seal": "niêm phong in trong báo cáo",
    "reported": "số liệu ngoài khảo sát",
    "address": "địa chỉ tra niêm phong",
    "small_cell": "ngưỡng che số liệu nhỏ",
    "issue": "số bản và lý do",
    "replaced": "bản trước",
    DATED: "ngày ban hành",
    **PARTS,
}
"""What a report is made from, beside what a freeze names."""

FIGURES = {
    "index": "chỉ số hài lòng chung",
    "index low": "cận dưới của chỉ số",
    "index high": "cận trên của chỉ số",
    "responses": "số phiếu",
    "dossiers": "số hồ sơ",
    "coverage": "độ phủ",
    "factor": "yếu tố",
    "target": "chỉ tiêu thứ",
    "field": "lĩnh vực",
    "unit": "đơn vị",
}
LANGUAGES = {"vi": "tiếng Việt", "en": "tiếng Anh"}


@click.group(
    "report",
    invoke_without_command=True,
    help="Lập báo cáo của một đợt thành PDF, Word hoặc Excel; kiểm tra báo cáo đã ban hành.",
)
@click.option("--round", "round_code", help="Mã đợt, ví dụ 2026-q4.")
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
@click.pass_context
def report_group(context: click.Context, round_code: str | None, out: Path, language: str) -> None:
    """Write a report, unless another command on reports is meant."""
    if context.invoked_subcommand is not None:
        return
    if round_code is None:
        raise click.MissingParameter(ctx=context, param=context.command.params[0])
    ending = out.suffix.removeprefix(".").lower()
    writer = WRITERS.get(ending)
    if writer is None:
        endings = ", ".join(f".{known}" for known in WRITERS)
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
        every_stratum=ending == "xlsx",
    )
    write_whole(out, writer.write(document))
    click.echo(f"Đã ghi {out}")


@report_group.command(
    "verify",
    help="Lập lại báo cáo đã ban hành từ dữ liệu đang lưu rồi đối chiếu; khác thì nêu rõ chỗ khác và kết thúc với mã 1.",
)
@click.argument("code", required=False, metavar="[ROUND]")
@click.option("--issue", type=click.IntRange(min=1), help="Số của bản; không ghi thì bản mới nhất.")
def verify(code: str | None, issue: int | None) -> None:
    """Check what was published, of one round or of all."""
    if code is None and issue is not None:
        raise click.UsageError("--issue cần kèm mã đợt.")
    database = open_database()
    codes = report_checking.published_codes(database) if code is None else [code]
    if not codes:
        click.echo("Chưa có báo cáo nào được ban hành")
    found = [report_checking.verify(database, each, issue, now=datetime.now(UTC)) for each in codes]
    for checked in found:
        _tell(checked)
    if not all(checked.holds for checked in found):
        sys.exit(CHANGED)


def _tell(checked: Checked) -> None:
    issue = checked.issue
    name = f"Báo cáo đợt {checked.code}, bản số {issue.number}"
    if checked.holds:
        moment = f"{issue.published_at.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}"
        click.echo(f"{name}: nguyên vẹn từ lúc ban hành {moment}")
        click.echo(f"Mã nội dung: {issue.digest}")
        return
    for sentence in _sentences(checked):
        click.echo(f"{name}: {sentence}", err=True)


def _sentences(checked: Checked) -> Iterator[str]:
    if checked.was_refrozen:
        yield "đợt không còn chốt như lúc ban hành, vì đã mở lại hoặc bản chốt đã bị sửa"
    if not checked.is_sound:
        yield "bản ghi đã bị sửa, mã nội dung không khớp nội dung của chính nó"
    for part in checked.parts:
        what = " ".join(filter(None, (AROUND.get(part.part, part.part), part.name)))
        yield f"{what} {KINDS[part.kind]}"
    for figure in checked.figures:
        kind, _slash, code = figure.name.partition("/")
        what = " ".join(filter(None, (FIGURES.get(kind, kind), code)))
        yield f"{what} lúc ban hành là {_number(figure.before)}, tính lại là {_number(figure.after)}"
    for language in checked.files_changed:
        yield f"tệp PDF {LANGUAGES[language]} đang lưu không phải tệp đã ban hành"
    for language in checked.files_differ:
        yield f"tệp PDF {LANGUAGES[language]} lập lại khác tệp đã ban hành"
    if checked.fault:
        yield f"không lập lại được: {checked.fault}"
    if checked.files_differ and checked.is_other_program:
        yield f"chương trình lúc ban hành: {checked.issue.program}; bây giờ: {checked.program}"


def _number(value: Figure) -> str:
    return "không có" if value is None else str(value)
