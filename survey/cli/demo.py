"""The command that shows the product on a simulated province."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from reports.pdf import write_pdf
from survey.actions import demo as demo_action
from survey.actions import posters, rounds
from survey.actions.report import round_document
from survey.cli.files import write_whole
from survey.cli.instance import settings_data, upgraded
from survey.cli.server import hand_over, name_port, require_free
from survey.library import shipped_definitions, shipped_target_sheets
from survey.settings import Settings, keep_secret, settings_from
from survey.store import schema
from survey.store.database import Database

HERE = "127.0.0.1"
DEMO_PASSWORD = "lam-giang-2026"  # noqa: S105  printed on purpose: it opens simulated data only


@click.command(
    "demo", help="Dựng tỉnh mô phỏng: nạp dữ liệu, in áp phích QR và báo cáo, rồi chạy thử trang web."
)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=Path("out"), help="Thư mục để PDF."
)
@click.option("--serve/--no-serve", default=True, help="Có chạy trang web sau khi dựng hay không.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Cổng của trang web."
)
@click.option("--reset", is_flag=True, help="Xóa dữ liệu mô phỏng cũ và dựng lại từ đầu.")
def demo(out: Path, port: int, *, serve: bool, reset: bool) -> None:
    """Fill the demo, write its papers, serve it."""
    name_port(port)
    if serve:
        require_free(HERE, port)
    keep_secret(settings_data())
    settings = settings_from(os.environ)
    step = _steps()
    database = _fresh(settings, step)
    if demo_action.is_filled(database) and (reset or not demo_action.is_whole(database)):
        step("xóa dữ liệu mô phỏng cũ" if reset else "lần dựng trước dở dang, dựng lại từ đầu")
        schema.downgrade(database, "base")
        schema.upgrade(database)
    if demo_action.is_filled(database):
        step("đã có dữ liệu mô phỏng, dùng lại (thêm --reset để dựng lại từ đầu)")
    else:
        _build(database, settings, step)
    _write_papers(database, settings, out, step)
    names = ", ".join(f"{account.name} ({account.role})" for account in demo_action.people(database))
    database.close()
    click.echo(f"\nĐăng nhập: {names}")
    click.echo(f"Mật khẩu:  {DEMO_PASSWORD}")
    if serve:
        click.echo(f"Trang web: http://{HERE}:{port}/  (Ctrl+C để dừng)")
        hand_over(HERE, port, workers=2)


def _build(database: Database, settings: Settings, step: Callable[[str], None]) -> None:
    """Fill the province, publish the report of its closed round, seal."""
    demo_action.fill(
        database, shipped_definitions(), shipped_target_sheets(), password=DEMO_PASSWORD, step=step
    )
    step("niêm phong, ban hành báo cáo của đợt đã chốt")
    demo_action.publish_closed_round(database, public_url=settings.public_url, small_cell=settings.small_cell)
    step("niêm phong các phiếu")
    demo_action.seal_all(database)


def _steps() -> Callable[[str], None]:
    begun = datetime.now(UTC)

    def step(text: str) -> None:
        seconds = (datetime.now(UTC) - begun).total_seconds()
        click.echo(f"[{seconds:5.1f} s] {text}")

    return step


def _fresh(settings: Settings, step: Callable[[str], None]) -> Database:
    """The demo's database; one of somebody else's with an older schema is not even upgraded."""
    if not settings.database_url.startswith("sqlite:///") or Path(settings.database_url[10:]).is_file():
        database = Database(settings.database_url)
        if schema.current_revision(database) is not None:
            schema.require_current(database)
            return database
        database.close()
    return upgraded(settings, step)


def _write_papers(database: Database, settings: Settings, out: Path, step: Callable[[str], None]) -> None:
    now = datetime.now(UTC)
    step("in áp phích QR của mọi quầy")
    paper = posters.Paper(settings.public_url)
    sheet = posters.poster_sheet(database, posters.EVERYTHING, paper, within=None, now=now)
    write_whole(out / "ap-phich.pdf", sheet)
    newest = rounds.boards(database, within=None, now=now)[0].round.code
    step("lập báo cáo")
    document = round_document(
        database,
        newest,
        "vi",
        public_url=settings.public_url,
        small_cell=settings.small_cell,
        within=None,
        now=now,
    )
    write_whole(out / "bao-cao.pdf", write_pdf(document))
    published = demo_action.published_paper(database)
    if published is not None:
        write_whole(out / "bao-cao-da-ban-hanh.pdf", published)
    step("xong")
    click.echo(f"\nÁp phích:  {out / 'ap-phich.pdf'}\nBáo cáo:   {out / 'bao-cao.pdf'} (đợt đang mở)")
    if published is not None:
        click.echo(f"           {out / 'bao-cao-da-ban-hanh.pdf'} (đợt đã chốt, ban hành)")
