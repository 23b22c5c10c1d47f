"""Commands on rounds: freeze what is due, check what was frozen."""

import sys
from datetime import UTC, datetime

import click

from survey.actions import closing_units, freezing
from survey.cli.instance import open_database
from survey.core.freeze import Difference
from survey.core.round import VIETNAM

CHANGED = 1
"""The exit code for a round that is not as it was frozen."""

PARTS = {
    "round": "thông tin của đợt",
    "settings": "cách ước lượng",
    "targets": "chỉ tiêu",
    "versions": "phiên bản phiếu",
    "editorial": "khai báo chỉ sửa câu chữ",
    "population": "số hồ sơ của đơn vị",
    "margins": "số hồ sơ theo biên",
    "responses": "phiếu trả lời của đơn vị",
}
KINDS = {"changed": "đã bị sửa", "removed": "đã bị xóa", "added": "mới xuất hiện"}


@click.group("rounds", help="Đợt khảo sát: chốt số liệu khi đến hạn, kiểm tra số liệu đã chốt.")
def rounds_group() -> None:
    """Hold the commands on rounds."""


@rounds_group.command("tick", help="Chốt mọi đợt đã hết hạn nhận phiếu gửi muộn; hẹn chạy mỗi giờ một lần.")
def tick() -> None:
    """Freeze what is due; as it runs every hour, also pass on the counters of units that ended."""
    database, now = open_database(), datetime.now(UTC)
    passed = closing_units.carry_out_due(database, now=now)
    if passed:
        click.echo(f"Đã chuyển hoặc cho ngừng {len(passed)} quầy của các đơn vị đã kết thúc")
    done = freezing.tick(database, now=now)
    for round_, frozen in done:
        click.echo(f"Đã chốt đợt {round_.code}: {frozen.responses} phiếu, mã chốt {frozen.digest}")
    if not done:
        click.echo("Không có đợt nào đến hạn chốt")


@rounds_group.command(
    "verify", help="Tính lại mã chốt của một đợt; khác thì nêu rõ chỗ khác và kết thúc với mã 1."
)
@click.argument("code")
def verify(code: str) -> None:
    """Check a frozen round."""
    found = freezing.verify(open_database(), code, now=datetime.now(UTC))
    if found.frozen is None:
        click.echo(f"Đợt {code} chưa chốt; mã của số liệu lúc này: {found.found}", err=True)
        sys.exit(CHANGED)
    moment = f"{found.frozen.frozen_at.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}"
    if found.was_reopened:
        click.echo(f"Đợt {code} đã được mở lại hoặc đóng lại sau lần chốt lúc {moment}", err=True)
    if not found.is_sound:
        click.echo(f"Bản chốt lúc {moment} đã bị sửa: mã chốt không khớp nội dung của chính nó", err=True)
    for difference in found.differences:
        click.echo(_sentence(difference), err=True)
    if not found.holds:
        click.echo(f"Mã chốt {found.frozen.digest}, mã tính lại {found.found}", err=True)
        sys.exit(CHANGED)
    click.echo(f"Đợt {code} nguyên vẹn từ lúc chốt {moment}: {found.frozen.responses} phiếu")
    click.echo(f"Mã chốt: {found.frozen.digest}")


def _sentence(difference: Difference) -> str:
    name = f" {difference.name}" if difference.name else ""
    return f"Khác lúc chốt: {PARTS[difference.part]}{name} {KINDS[difference.kind]}"
