"""Commands that take questionnaires to other tools and back."""

from pathlib import Path

import click

from questionnaires.definition import Definition
from questionnaires.reading import read_definition
from questionnaires.writing import WRITERS
from survey.actions import comparing
from survey.cli.files import NEW_FILE, OLD_FILE, write_whole
from survey.cli.instance import open_database
from survey.cli.refusals import Refused
from survey.library import shipped_definitions


@click.command("export", help="Ghi một phiếu thành XLSForm (.xlsx), JSON (.json) hoặc YAML (.yaml).")
@click.argument("source")
@click.option("--out", type=NEW_FILE, required=True, help="Tệp để ghi; đuôi tệp chọn định dạng.")
def export(source: str, out: Path) -> None:
    """Write a questionnaire: a shipped one by its code, a published one by code.number, or a file."""
    if (writer := WRITERS.get(out.suffix.lower())) is None:
        raise Refused(f"không ghi được tệp {out.suffix or 'không đuôi'}; các đuôi: {', '.join(WRITERS)}")
    write_whole(out, writer(_definition(source)))
    click.echo(f"Đã ghi {out}")


@click.command("import", help="Đọc XLSForm (.xlsx), JSON hoặc YAML, nêu mọi lỗi, ghi thành tệp để sửa tiếp.")
@click.argument("file", type=OLD_FILE)
@click.option("--out", type=NEW_FILE, default=Path("phieu.yaml"), show_default=True, help="Tệp để ghi.")
@click.option("--force", is_flag=True, help="Ghi đè lên tệp đã có.")
def import_(file: Path, out: Path, *, force: bool) -> None:
    """Read a questionnaire from another tool."""
    definition = read_definition(file.read_bytes(), str(file))
    if out.exists() and not force:
        raise Refused(f"đã có {out}; thêm --force để ghi đè, hoặc chọn tệp khác bằng --out")
    if (writer := WRITERS.get(out.suffix.lower())) is None:
        raise Refused(f"không ghi được tệp {out.suffix or 'không đuôi'}; các đuôi: {', '.join(WRITERS)}")
    write_whole(out, writer(definition))
    click.echo(
        f"Đã ghi {out}: {definition.code}, {len(definition.items)} tiêu chí, "
        f"{len(definition.questions)} câu hỏi khác"
    )


def _definition(source: str) -> Definition:
    """A questionnaire by a file's name, a shipped one's code, or the name of a published version."""
    if Path(source).is_file():
        return read_definition(Path(source).read_bytes(), source)
    if shipped := shipped_definitions().get(source):
        return shipped
    return comparing.version(open_database(), source).definition
