"""Commands on accounts."""

import os
import sys
from datetime import UTC, datetime

import click

from survey.actions import people
from survey.cli.instance import open_database
from survey.cli.refusals import Refused
from survey.core.account import ROLES, Account, Role
from survey.store.trail import COMMAND_LINE


@click.group("user", help="Tài khoản.")
def user() -> None:
    """Hold the account commands."""


@user.command("add", help="Thêm tài khoản; mật khẩu được hỏi, hoặc lấy từ biến môi trường SIPAS_PASSWORD.")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="officer", show_default=True, help="Vai trò.")
@click.option("--display-name", default="", help="Tên hiện trên trang.")
def add_user(name: str, role: Role, display_name: str) -> None:
    """Add an account."""
    database = open_database()
    account = Account(name, display_name or name, role)
    people.add_account(database, account, _given_password(), by=COMMAND_LINE, now=datetime.now(UTC))
    click.echo(f"Đã thêm tài khoản {name} ({role})")


@user.command(
    "reset",
    help="Khi không ai còn đăng nhập được: mật khẩu mới, gỡ bước xác nhận thứ hai, cho đăng nhập lại.",
)
@click.argument("name")
def reset_user(name: str) -> None:
    """Let somebody sign in again whom no administrator can help."""
    database, now = open_database(), datetime.now(UTC)
    account = people.person(database, name)
    password = _given_password()
    people.set_password(database, name, password, by=COMMAND_LINE, now=now)
    people.remove_second_factor(database, name, by=COMMAND_LINE, now=now)
    people.restore(database, name, by=COMMAND_LINE, now=now)
    click.echo(f"Tài khoản {name} ({account.role}) đăng nhập được bằng mật khẩu mới")


def _given_password() -> str:
    """The password from the environment, or typed twice."""
    if given := os.environ.get("SIPAS_PASSWORD"):
        return given
    if not sys.stdin.isatty():
        raise Refused("không có bàn phím để hỏi mật khẩu; đặt biến môi trường SIPAS_PASSWORD")
    answer: str = click.prompt("Mật khẩu", hide_input=True, confirmation_prompt="Nhập lại mật khẩu")
    return answer
