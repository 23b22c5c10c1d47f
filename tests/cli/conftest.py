"""Fixtures of the command-line tests: an environment of its own, and the commands run in this process."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from survey.cli import main
from survey.store.database import Database
from tests.conftest import SECRET

PROGRAM = Path(sys.executable).with_name("sipas")
REFUSED = 2


@dataclass(frozen=True)
class Outcome:
    """What a command said and how it ended."""

    code: object
    out: str
    err: str

    @property
    def refusal(self) -> str:
        """The one message of a command that refused."""
        assert self.code == REFUSED, self
        assert self.err.startswith("sipas: "), self.err
        assert self.err.count("\n") == 1, self.err
        return self.err.removeprefix("sipas: ").rstrip("\n")

    @property
    def faults(self) -> list[str]:
        """The faults of a command that refused, one per line, after the line that announces them."""
        assert self.code == REFUSED, self
        announced, *lines = self.err.splitlines()
        assert announced.startswith("sipas: "), self.err
        assert announced.endswith(":"), announced
        return lines

    @property
    def success(self) -> str:
        """What a command that worked printed."""
        assert (self.code, self.err) == (0, ""), self
        return self.out


Run = Callable[..., Outcome]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The instance's data folder; it does not exist yet."""
    return tmp_path / "data"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, data: Path) -> None:
    """Settings that lead nowhere outside the test's folder."""
    for name in ("PUBLIC_URL", "SIPAS_PASSWORD", "OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SIPAS_DATA", str(data))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{data / 'sipas.sqlite'}")
    monkeypatch.setenv("SECRET_KEY", SECRET)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def sipas(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command as the installed program does, without starting Python anew."""

    def run(*arguments: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["sipas", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        return Outcome(end.value.code, said.out, said.err)

    return run


@pytest.fixture
def program() -> Run:
    """Runs the installed program as a shell does."""

    def run(*arguments: object, **changes: str) -> Outcome:
        done = subprocess.run(
            [PROGRAM, *map(str, arguments)],
            env=os.environ | changes,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def filled(sqlite_small: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The small place as the instance's database."""
    monkeypatch.setenv("DATABASE_URL", sqlite_small.url)
    return sqlite_small


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too, apart from the databases."""
    found = (path for path in folder.rglob("*") if path.is_file() and ".sqlite" not in path.name)
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}
