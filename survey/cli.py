"""The command line: help in plain words, one clear line for every fault, exit code 2."""

import os
import socket
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import click
from sqlalchemy.exc import SQLAlchemyError

from questionnaires.definition import Definition
from questionnaires.loading import DefinitionFaults, load_definition
from questionnaires.version import short_fingerprint
from reports.pdf import write_pdf
from survey.actions import demo as demo_action
from survey.actions import estimating, people, posters, publishing, rounds
from survey.actions.report import round_document
from survey.core.account import ROLES, Account, Role
from survey.library import shipped_definitions, shipped_target_sheets
from survey.microdata.loading import EstimateFaults
from survey.settings import PROJECT, Settings, SettingsFaulty, keep_secret, settings_from
from survey.store import schema
from survey.store.database import Database

DEMO_PASSWORD = "lam-giang-2026"  # noqa: S105  printed on purpose: it opens simulated data only
REFUSED = 2

_file = click.Path(exists=True, dir_okay=False, path_type=Path)
_target = click.Path(dir_okay=False, path_type=Path)


class Refused(Exception):
    """Something foreseen cannot be done; the text says what and why."""


@click.group(help="SIPAS: khảo sát mức độ hài lòng, từ mã QR tại quầy đến báo cáo in được.")
def cli() -> None:
    """Hold the commands."""


@cli.command(
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
    keep_secret(settings_data())
    settings = settings_from(os.environ)
    step = _steps()
    database = _fresh(settings, step)
    if demo_action.is_filled(database) and reset:
        step("xóa dữ liệu mô phỏng cũ")
        schema.downgrade(database, "base")
        schema.upgrade(database)
    if demo_action.is_filled(database):
        step("đã có dữ liệu mô phỏng, dùng lại (thêm --reset để dựng lại từ đầu)")
    else:
        demo_action.fill(
            database, shipped_definitions(), shipped_target_sheets(), password=DEMO_PASSWORD, step=step
        )
    _write_papers(database, settings, out, step)
    database.close()
    click.echo(f"\nĐăng nhập: {demo_action.OFFICER.name} (cán bộ) hoặc {demo_action.LEADER.name} (lãnh đạo)")
    click.echo(f"Mật khẩu:  {DEMO_PASSWORD}")
    if serve:
        click.echo(f"Trang web: http://127.0.0.1:{port}/  (Ctrl+C để dừng)")
        _serve("127.0.0.1", port, workers=2)


@cli.command("serve", help="Chạy máy chủ thật trên cơ sở dữ liệu đã có.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Cổng.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Địa chỉ lắng nghe.")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Số tiến trình.")
def serve(port: int, host: str, workers: int) -> None:
    """Check everything first, then hand over to the production server."""
    _database().close()
    _serve(host, port, workers)


@cli.group("database", help="Cơ sở dữ liệu: nâng cấp cấu trúc.")
def database_group() -> None:
    """Hold the database commands."""


@database_group.command("upgrade", help="Tạo hoặc nâng cấp cấu trúc lên bản mới nhất; dữ liệu giữ nguyên.")
def upgrade() -> None:
    """Bring the schema up."""
    keep_secret(settings_data())
    settings = settings_from(os.environ)
    database = _upgraded(settings, lambda _text: None)
    click.echo(f"Cấu trúc cơ sở dữ liệu: {schema.current_revision(database)}")


@cli.group("questionnaire", help="Phiếu khảo sát: kiểm tra, ban hành, liệt kê.")
def questionnaire() -> None:
    """Hold the questionnaire commands."""


@questionnaire.command("check", help="Đọc tệp YAML và nêu mọi lỗi: tệp, dòng, chỗ, lỗi gì.")
@click.argument("file", type=_file)
def check(file: Path) -> None:
    """Check a definition."""
    definition = load_definition(_read(file), name=str(file))
    click.echo(
        f"Hợp lệ: {definition.code}, {len(definition.items)} tiêu chí, {len(definition.questions)} câu hỏi khác"
    )


@questionnaire.command("publish", help="Ban hành phiếu thành một phiên bản có số, không bao giờ đổi.")
@click.argument("file", type=_file)
@click.option("--round", "round_code", help="Từ nay đợt này dùng phiên bản mới.")
def publish(file: Path, round_code: str | None) -> None:
    """Publish a definition."""
    definition = load_definition(_read(file), name=str(file))
    done = _published(_database(), definition, round_code)
    words = "Đã ban hành" if done.is_new else "Đã ban hành từ trước"
    click.echo(f"{words}: {definition.code} phiên bản {done.version.number}")
    click.echo(f"Dấu vân tay: {done.version.fingerprint}")
    if round_code:
        click.echo(f"Đợt {round_code} dùng phiên bản này từ bây giờ; mã QR đã in giữ nguyên.")


@questionnaire.command("list", help="Liệt kê các phiên bản đã ban hành.")
def list_versions() -> None:
    """List versions."""
    for version in publishing.published_versions(_database()):
        title = version.definition.title.vi
        click.echo(
            f"{version.definition.code}  {version.number}  {short_fingerprint(version.fingerprint)}  {title}"
        )


@cli.command("posters", help="In áp phích QR khổ A5 của mọi quầy vào một tệp PDF.")
@click.option("--out", type=_target, default=Path("ap-phich.pdf"), show_default=True, help="Tệp PDF.")
@click.option("--unit", help="Chỉ các quầy của đơn vị có mã này.")
def print_posters(out: Path, unit: str | None) -> None:
    """Print posters."""
    settings = settings_from(os.environ)
    write_whole(out, posters.poster_sheet(_database(), settings.public_url, unit))
    click.echo(f"Đã ghi {out}")


@cli.command("report", help="Lập báo cáo của một đợt thành PDF.")
@click.option("--round", "round_code", required=True, help="Mã đợt, ví dụ 2026-q4.")
@click.option("--out", type=_target, default=Path("bao-cao.pdf"), show_default=True, help="Tệp PDF.")
@click.option(
    "--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True, help="Ngôn ngữ."
)
def report(round_code: str, out: Path, language: str) -> None:
    """Write a report."""
    write_whole(out, write_pdf(round_document(_database(), round_code, "en" if language == "en" else "vi")))
    click.echo(f"Đã ghi {out}")


@cli.command(
    "estimate", help="Ước lượng từ dữ liệu riêng: đọc bản mô tả YAML cùng các bảng, ghi JSON và XLSX."
)
@click.argument("specification", type=_file)
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
    click.echo(f"Đã ghi {', '.join(str(file) for file in files)}")


@cli.group("user", help="Tài khoản.")
def user() -> None:
    """Hold the account commands."""


@user.command("add", help="Thêm tài khoản; mật khẩu được hỏi, hoặc lấy từ biến môi trường SIPAS_PASSWORD.")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="officer", show_default=True, help="Vai trò.")
@click.option("--display-name", default="", help="Tên hiện trên trang.")
def add_user(name: str, role: Role, display_name: str) -> None:
    """Add an account."""
    database = _database()
    password = os.environ.get("SIPAS_PASSWORD") or _asked_password()
    people.add_account(database, Account(name, display_name or name, role), password)
    click.echo(f"Đã thêm tài khoản {name} ({role})")


def main() -> NoReturn:
    """Run; every foreseen fault is one line on standard error and exit code 2."""
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except (click.Abort, KeyboardInterrupt):
        _refuse("đã dừng theo yêu cầu")
    except tuple(_SAID) as fault:
        _refuse(next(say(fault) for kind, say in _SAID.items() if isinstance(fault, kind)))
    sys.exit(0)


def write_whole(file: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it."""
    write_together({file: content})


def write_together(files: Mapping[Path, bytes]) -> None:
    """Write files so that nobody ever sees half of one, nor one without the others for want of room."""
    parts = {file: file.with_name(f".{file.name}.part") for file in files}
    try:
        for file, content in files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            parts[file].write_bytes(content)
        for file, part in parts.items():
            part.replace(file)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def settings_data() -> Path:
    """The data folder, before the other settings can be checked."""
    return Path(os.environ.get("SIPAS_DATA") or PROJECT / "var").resolve()


def _asked_password() -> str:
    if not sys.stdin.isatty():
        raise Refused("không có bàn phím để hỏi mật khẩu; đặt biến môi trường SIPAS_PASSWORD")
    answer: str = click.prompt("Mật khẩu", hide_input=True, confirmation_prompt="Nhập lại mật khẩu")
    return answer


def _usage(fault: Exception) -> str:
    """What is wrong with the words of a command, and where to look them up."""
    words = {
        click.NoSuchOption: "không có tùy chọn này",
        click.MissingParameter: "thiếu tham số",
        click.BadParameter: "tham số không hợp lệ",
        click.UsageError: "lệnh không đúng",
    }
    said = fault.format_message() if isinstance(fault, click.ClickException) else str(fault)
    reason = next((text for kind, text in words.items() if isinstance(fault, kind)), "không làm được")
    return f"{reason}: {said} (xem --help)"


def _refuse(text: str) -> NoReturn:
    click.echo(f"sipas: {text}", err=True)
    sys.exit(REFUSED)


def _steps() -> Callable[[str], None]:
    begun = datetime.now(UTC)

    def step(text: str) -> None:
        seconds = (datetime.now(UTC) - begun).total_seconds()
        click.echo(f"[{seconds:5.1f} s] {text}")

    return step


def _database() -> Database:
    url = settings_from(os.environ).database_url
    file = Path(url.removeprefix("sqlite:///"))
    if url.startswith("sqlite:///") and not file.is_file():
        raise Refused(f"không có tệp cơ sở dữ liệu {file}; chạy “sipas database upgrade” để tạo")
    database = Database(url)
    schema.require_current(database)
    return database


def _upgraded(settings: Settings, step: Callable[[str], None]) -> Database:
    if settings.database_url.startswith("sqlite:///"):
        Path(settings.database_url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    step("nâng cấp cơ sở dữ liệu")
    database = Database(settings.database_url)
    schema.upgrade(database)
    return database


def _fresh(settings: Settings, step: Callable[[str], None]) -> Database:
    """The demo's database; one of somebody else's with an older schema is not even upgraded."""
    if not settings.database_url.startswith("sqlite:///") or Path(settings.database_url[10:]).is_file():
        database = Database(settings.database_url)
        if schema.current_revision(database) is not None:
            schema.require_current(database)
            return database
        database.close()
    return _upgraded(settings, step)


def _write_papers(database: Database, settings: Settings, out: Path, step: Callable[[str], None]) -> None:
    step("in áp phích QR của mọi quầy")
    write_whole(out / "ap-phich.pdf", posters.poster_sheet(database, settings.public_url))
    newest = rounds.boards(database)[0].round.code
    step("lập báo cáo")
    write_whole(out / "bao-cao.pdf", write_pdf(round_document(database, newest, "vi")))
    step("xong")
    click.echo(f"\nÁp phích:  {out / 'ap-phich.pdf'}\nBáo cáo:   {out / 'bao-cao.pdf'}")


def _published(database: Database, definition: Definition, round_code: str | None) -> publishing.Published:
    now = datetime.now(UTC)
    if round_code:
        return publishing.publish_for(database, definition, round_code, now=now)
    try:
        return publishing.Published(publishing.publish(database, definition, now=now), is_new=True)
    except publishing.AlreadyPublished as same:
        return publishing.Published(same.version, is_new=False)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as fault:
        raise click.FileError(str(file), f"không phải văn bản UTF-8 (byte thứ {fault.start})") from fault


def _serve(host: str, port: int, workers: int) -> NoReturn:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as fault:
            raise Refused(
                f"không mở được {host}:{port} ({fault.strerror}); chọn cổng khác bằng --port"
            ) from fault
    # Each worker computes on one core; a pool of threads in each would only make them wait for one another.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    arguments = ["--bind", f"{host}:{port}", "--workers", str(workers), "--chdir", str(PROJECT)]
    # No access log: it would hold what citizens are promised not to be kept.
    os.execv(
        sys.executable, [sys.executable, "-m", "gunicorn", "--log-level", "warning", *arguments, "wsgi:app"]
    )


_SAID: dict[type[Exception], Callable[[Exception], str]] = {
    click.exceptions.NoArgsIsHelpError: str,
    click.ClickException: _usage,
    SettingsFaulty: lambda fault: "cài đặt sai:\n" + str(fault),
    DefinitionFaults: lambda fault: "phiếu có lỗi:\n" + str(fault),
    EstimateFaults: lambda fault: "không ước lượng được:\n" + str(fault),
    schema.SchemaOutdated: lambda fault: (
        f"cơ sở dữ liệu chưa ở bản mới nhất ({fault}); chạy “sipas database upgrade”"
    ),
    demo_action.NotEmpty: lambda _fault: "cơ sở dữ liệu đã có dữ liệu thật; không đụng vào",
    Refused: str,
    publishing.RoundNotOpen: lambda fault: f"không có đợt “{fault}” đang mở",
    publishing.VersionWithdrawn: lambda _fault: "phiên bản này đã rút, không dùng cho đợt mới được",
    rounds.RoundUnknown: lambda fault: f"không có đợt khảo sát “{fault}”",
    posters.NothingToPrint: lambda fault: f"không có quầy nào để in {fault}".rstrip(),
    people.NameUnfit: lambda _fault: "tên đăng nhập không được để trống và chỉ gồm ký tự nhìn thấy được",
    people.NameTaken: lambda fault: f"tên “{fault}” đã có tài khoản",
    people.PasswordTooShort: lambda _fault: f"mật khẩu cần ít nhất {people.SHORTEST_PASSWORD} ký tự",
    SQLAlchemyError: lambda fault: f"cơ sở dữ liệu không trả lời: {str(fault).splitlines()[0]}",
    OSError: lambda fault: f"không đọc hay ghi được tệp: {fault}",
}
