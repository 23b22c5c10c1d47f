"""Commands for when nobody can sign in, and for the trail."""

import sys
from datetime import UTC, datetime

import click

from survey.actions import people, trail
from survey.cli_instance import given_password, open_database
from survey.store.trail import COMMAND_LINE

BROKEN = 1
"""The exit code for a trail that somebody rewrote."""


@click.command(
    "reset",
    help="Khi không ai còn đăng nhập được: mật khẩu mới, gỡ bước xác nhận thứ hai, cho đăng nhập lại.",
)
@click.argument("name")
def reset_user(name: str) -> None:
    """Let somebody sign in again whom no administrator can help."""
    database, now = open_database(), datetime.now(UTC)
    account = people.person(database, name)
    password = given_password()
    people.set_password(database, name, password, by=COMMAND_LINE, now=now)
    people.remove_second_factor(database, name, by=COMMAND_LINE, now=now)
    people.restore(database, name, by=COMMAND_LINE, now=now)
    click.echo(f"Tài khoản {name} ({account.role}) đăng nhập được bằng mật khẩu mới")


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
