"""The production server on a test's database, started the way a user starts it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from tests.conftest import SECRET

SIPAS = Path(sys.executable).with_name("sipas")
START_SECONDS = 60


@dataclass(frozen=True)
class Installation:
    """Where a test's instance lives: its database, its folder, the port it will be served on."""

    database_url: str
    folder: Path
    port: int

    @property
    def address(self) -> str:
        """What posters and browsers use."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The settings, as an administrator sets them."""
        return os.environ | {
            "DATABASE_URL": self.database_url,
            "SIPAS_DATA": str(self.folder),
            "SECRET_KEY": SECRET,
            "PUBLIC_URL": self.address,
        }

    def run(self, *arguments: str) -> str:
        """What a command prints; a failing command fails the test."""
        done = subprocess.run(
            [SIPAS, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Serve until the block ends."""
        command = [SIPAS, "serve", "--port", str(self.port)]
        with subprocess.Popen(command, env=self.environment, stderr=subprocess.PIPE, text=True) as server:
            try:
                _wait_for(f"{self.address}/health", server)
                yield
            finally:
                server.terminate()
                server.communicate(timeout=30)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_for(address: str, server: subprocess.Popen[str]) -> None:
    for _ in range(START_SECONDS * 5):
        assert server.poll() is None, server.communicate()[1]
        try:
            with urlopen(address, timeout=5):
                return
        except OSError:  # refused, or a busy machine answers late
            time.sleep(0.2)
    raise AssertionError(f"no answer from {address}")
