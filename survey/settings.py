"""Settings from the environment: one frozen value, all faults reported at once, before anything is served."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

PROJECT = Path(__file__).resolve().parent.parent
SHORTEST_SECRET = 32
SMALL_CELL = 5
SMALL_CELLS = range(3, 101)
"""With 2, each of two people could compute what the other one answered."""

OPENID = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
DRIVERS = {"sqlite", "postgresql", "postgresql+psycopg"}


class SettingsFaulty(ValueError):
    """One or more settings cannot be used; ``faults`` has a Vietnamese line for each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class OpenId:
    """The OpenID Connect provider by which staff may sign in.

    Attributes:
        issuer: its address (``OIDC_ISSUER``).
        client_id: our name there (``OIDC_CLIENT_ID``).
        client_secret: our secret there (``OIDC_CLIENT_SECRET``).
    """

    issuer: str
    client_id: str
    client_secret: str


@dataclass(frozen=True)
class Settings:
    """What an instance needs to know from outside.

    Attributes:
        data: folder for the embedded database and the kept secret (``SIPAS_DATA``).
        database_url: SQLAlchemy URL (``DATABASE_URL``).
        secret_key: signs sessions, visits and receipts (``SECRET_KEY``, else the kept one).
        public_url: printed on posters, without a slash at the end (``PUBLIC_URL``).
        openid: the provider by which staff may sign in, or None for passwords only.
        small_cell: groups with fewer responses show no figure (``SMALL_CELL``).
    """

    data: Path
    database_url: str
    secret_key: str
    public_url: str
    openid: OpenId | None = None
    small_cell: int = SMALL_CELL

    @property
    def results(self) -> Path:
        """Folder for what took long to work out."""
        return self.data / "results"

    @property
    def is_only_here(self) -> bool:
        """Whether printed addresses lead nowhere from any other machine."""
        return urlsplit(self.public_url).hostname in {"localhost", "127.0.0.1", "::1"}

    @property
    def is_https(self) -> bool:
        """Whether citizens reach the site over TLS."""
        return self.public_url.startswith("https://")


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Read the settings.

    Raises:
        SettingsFaulty: listing every fault.
    """
    faults: list[str] = []
    data = Path(environment.get("SIPAS_DATA") or PROJECT / "var").resolve()
    settings = Settings(
        data=data,
        database_url=_database_url(
            environment.get("DATABASE_URL") or f"sqlite:///{data / 'sipas.sqlite'}", faults
        ),
        secret_key=_secret_key(environment.get("SECRET_KEY", ""), data, faults),
        public_url=_public_url(environment.get("PUBLIC_URL") or "http://127.0.0.1:8000", faults),
        openid=_openid(environment, faults),
        small_cell=_small_cell(environment.get("SMALL_CELL") or str(SMALL_CELL), faults),
    )
    if faults:
        raise SettingsFaulty(faults)
    return settings


def keep_secret(data: Path) -> None:
    """Make the instance's secret once and keep it in ``data``, readable by its owner only."""
    data.mkdir(parents=True, exist_ok=True)
    file = data / "secret_key"
    if file.exists() and file.stat().st_size:
        return
    # Written aside and renamed, so that an interruption never leaves half a secret.
    part = data / ".secret_key.part"
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    part.write_text(secrets.token_hex(32), encoding="ascii")
    part.replace(file)


def _database_url(text: str, faults: list[str]) -> str:
    """The address as SQLAlchemy wants it; faults never repeat it, since it may hold a password."""
    url = "postgresql" + text.removeprefix("postgres") if text.startswith("postgres://") else text
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):
        parts = None
    # Without a name SQLite would keep everything in memory and forget it at the end.
    if parts is None or parts.drivername not in DRIVERS or not parts.database:
        faults.append(
            "DATABASE_URL: không phải địa chỉ SQLite (sqlite:///đường-dẫn) "
            "hay PostgreSQL (postgresql://người-dùng@máy:cổng/tên)"
        )
    return url


def _secret_key(text: str, data: Path, faults: list[str]) -> str:
    kept = data / "secret_key"
    if not text and kept.is_file():
        text = kept.read_bytes().decode("ascii", errors="replace").strip()
        if not text.isascii():
            faults.append(f"SECRET_KEY: tệp {kept} hỏng; hãy xóa tệp rồi chạy “sipas database upgrade”")
            return text
    if not text:
        faults.append(f"SECRET_KEY: chưa đặt, và chưa có tệp {kept}; hãy chạy “sipas database upgrade” trước")
    elif len(text) < SHORTEST_SECRET:
        faults.append(f"SECRET_KEY: cần ít nhất {SHORTEST_SECRET} ký tự, đang có {len(text)}")
    return text


def _small_cell(text: str, faults: list[str]) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0  # noqa: PLR2004
    if number not in SMALL_CELLS:
        faults.append(f"SMALL_CELL: “{text}” không phải số từ {SMALL_CELLS[0]} đến {SMALL_CELLS[-1]}")
    return number


def _openid(environment: Mapping[str, str], faults: list[str]) -> OpenId | None:
    """The provider, or None where none of the three settings is set."""
    values = {name: environment.get(name, "").strip() for name in OPENID}
    if not any(values.values()):
        return None
    faults += [
        f"{name}: chưa đặt; đăng nhập chung cần cả ba: {', '.join(OPENID)}"
        for name, value in values.items()
        if not value
    ]
    issuer = values["OIDC_ISSUER"]
    if issuer and not _is_safe_issuer(issuer):
        faults.append(f"OIDC_ISSUER: “{issuer}” không phải địa chỉ https://… của hệ thống đăng nhập chung")
    return OpenId(*values.values())


def _is_safe_issuer(text: str) -> bool:
    """Whether it is an https address; plain http only goes to this very machine."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    safe = parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"}
    )
    return safe and bool(parts.hostname) and not (parts.query or parts.fragment)


def _public_url(text: str, faults: list[str]) -> str:
    try:
        parts = urlsplit(text)
        good = (
            parts.scheme in {"http", "https"} and bool(parts.hostname) and not (parts.query or parts.fragment)
        )
        good = good and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if not good:
        faults.append(f"PUBLIC_URL: “{text}” không phải địa chỉ web (http://… hoặc https://…)")
    return text.rstrip("/")
