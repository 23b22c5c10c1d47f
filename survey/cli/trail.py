"""Commands on the trail."""

import sys

import click

from survey.actions import trail
from survey.cli.instance import open_database

BROKEN = 1
"""The exit code for a trail that somebody rewrote."""


@click.group("trail", help="Nhật ký: ai đã làm gì.")
def trail_group() -> None:
    """Hold the commands on the trail."""


@trail_group.command("verify", help="Kiểm tra cả chuỗi; mã thoát 1 nếu có việc bị sửa, bị xóa hoặc bị chèn.")
@click.option("--noted", default="", help="Mã chuỗi đã ghi lại lần trước; báo lỗi nếu phần cuối đã bị cắt.")
def verify_trail(noted: str) -> None:
    """Check the chain, and print its newest hash to be noted elsewhere."""
    proof = trail.verify(open_database(), noted)
    if proof.broken_at is not None:
        click.echo(
            f"Nhật ký đã bị can thiệp: việc số {proof.broken_at} không nối tiếp các việc trước", err=True
        )
        sys.exit(BROKEN)
    if noted and not proof.has_noted:
        click.echo(
            "Nhật ký thiếu: không còn việc mang mã đã ghi lại; phần cuối đã bị cắt hoặc thay", err=True
        )
        sys.exit(BROKEN)
    click.echo(f"Nhật ký nguyên vẹn: {proof.entries} việc")
    click.echo(f"Mã chuỗi mới nhất: {proof.newest}")
