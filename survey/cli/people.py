"""Commands on accounts."""

import os
import sys

import click

from survey.actions import people
from survey.cli.instance import open_database
from survey.cli.refusals import Refused
from survey.core.account import ROLES, Account, Role


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
    password = os.environ.get("SIPAS_PASSWORD") or _asked_password()
    people.add_account(database, Account(name, display_name or name, role), password)
    click.echo(f"Đã thêm tài khoản {name} ({role})")


def _asked_password() -> str:
    if not sys.stdin.isatty():
        raise Refused("không có bàn phím để hỏi mật khẩu; đặt biến môi trường SIPAS_PASSWORD")
    answer: str = click.prompt("Mật khẩu", hide_input=True, confirmation_prompt="Nhập lại mật khẩu")
    return answer
