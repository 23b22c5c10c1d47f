"""Commands on the counts that are derived from responses."""

import sys
from datetime import UTC, datetime

import click

from survey.actions import counts, sent_files
from survey.cli.instance import open_database, open_shelf
from survey.core.round import VIETNAM

DIFFERENT = 1


@click.group("counts", help="Số đếm phiếu theo đơn vị: tính tiếp, kiểm tra, dựng lại từ phiếu.")
def counts_group() -> None:
    """Hold the commands on counts."""


@counts_group.command("extend", help="Tính tiếp các giờ đã qua; hẹn chạy mỗi giờ một lần.")
def extend() -> None:
    """Carry the counts on; as it runs every hour, also forget uploaded files that nobody confirmed."""
    database, now = open_database(), datetime.now(UTC)
    sent_files.forget_old(database, open_shelf(), now=now)
    done = counts.extend(database, now=now)
    click.echo(f"Đã đếm thêm {done.responses} phiếu, đến {_hour(done.until)}")


@counts_group.command("rebuild", help="Xóa số đếm và đếm lại mọi phiếu từ đầu.")
def rebuild() -> None:
    """Build the counts anew."""
    done = counts.rebuild(open_database(), now=datetime.now(UTC))
    click.echo(f"Đã đếm lại {done.responses} phiếu, đến {_hour(done.until)}")


@counts_group.command(
    "verify", help="Đếm lại từ phiếu và so với số đếm; khác nhau thì nêu rõ và kết thúc với mã 1."
)
def verify() -> None:
    """Compare the counts with the responses."""
    database = open_database()
    found = counts.differences(database)
    for each in found:
        click.echo(
            f"Đợt {each.round_code}, đơn vị {each.unit_code}, lĩnh vực {each.field_code}, cách trả lời {each.mode}: "
            f"số đếm {each.counted}, phiếu {each.stored}"
        )
    if found:
        click.echo(f"{len(found)} số đếm sai; chạy “sipas counts rebuild” để dựng lại")
        sys.exit(DIFFERENT)
    until = counts.reached(database)
    click.echo(
        f"Số đếm đúng với phiếu, đến {_hour(until)}"
        if until
        else "Chưa đếm giờ nào; phiếu được đếm trực tiếp"
    )


def _hour(moment: datetime) -> str:
    return f"{moment.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}"
