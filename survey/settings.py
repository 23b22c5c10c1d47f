"""Settings from the environment: one frozen value, all faults reported at once, before anything is served."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

PROJECT = Path(__file__).resolve().parent.parent
SHORTEST_SECRET = 32


class SettingsFaulty(ValueError):
    """One or more settings cannot be used; ``faults`` has a Vietnamese line for each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Settings:
    """What an instance needs to know from outside.

    Attributes:
        data: folder for the embedded database and the kept secret (``SIPAS_DATA``).
        database_url: SQLAlchemy URL (``DATABASE_URL``).
        secret_key: signs sessions, visits and receipts (``SECRET_KEY``, else the kept one).
        public_url: printed on posters, without a slash at the end (``PUBLIC_URL``).
    """

    data: Path
    database_url: str
    secret_key: str
    public_url: str

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
    )
    if faults:
        raise SettingsFaulty(faults)
    return settings


def keep_secret(data: Path) -> None:
    """Make the instance's secret once and keep it in ``data``, readable by its owner only."""
    data.mkdir(parents=True, exist_ok=True)
    file = data / "secret_key"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32), encoding="ascii")


def _database_url(text: str, faults: list[str]) -> str:
    if not text.startswith(("sqlite:///", "postgresql://", "postgres://", "postgresql+psycopg://")):
        faults.append(
            f"DATABASE_URL: “{text}” không phải địa chỉ SQLite (sqlite:///…) hay PostgreSQL (postgresql://…)"
        )
    return "postgresql" + text.removeprefix("postgres") if text.startswith("postgres://") else text


def _secret_key(text: str, data: Path, faults: list[str]) -> str:
    kept = data / "secret_key"
    if not text and kept.is_file():
        text = kept.read_text(encoding="ascii").strip()
    if not text:
        faults.append(f"SECRET_KEY: chưa đặt, và chưa có tệp {kept}; hãy chạy “sipas database upgrade” trước")
    elif len(text) < SHORTEST_SECRET:
        faults.append(f"SECRET_KEY: cần ít nhất {SHORTEST_SECRET} ký tự, đang có {len(text)}")
    return text


def _public_url(text: str, faults: list[str]) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        faults.append(f"PUBLIC_URL: “{text}” không phải địa chỉ web (http://… hoặc https://…)")
    return text.rstrip("/")
