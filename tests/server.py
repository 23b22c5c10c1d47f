"""The production server on a test's database, started the way a user starts it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from tests.places import SECRET

SIPAS = Path(sys.executable).with_name("sipas")
START_SECONDS = 300
SYSTEMS_PORTS = Path("/proc/sys/net/ipv4/ip_local_port_range")
FIRST_PORT = 12_000
"""Browsers refuse some of the ports below."""
MOST_PROCESSES = 16


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
            timeout=START_SECONDS,
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
                wait_for(f"{self.address}/health", server)
                yield
            finally:
                server.terminate()
                server.communicate(timeout=START_SECONDS)


def free_port() -> int:
    """A port that nobody has, and that nobody is given before it is listened on."""
    for port in _untaken:
        with socket.socket() as listener, suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


def _own_ports() -> Iterator[int]:
    """Ports of this process alone, each once.

    The system gives the ports of its own range to whoever connects anywhere, so one of those may be gone again before
    a server listens on it. Those below are left to us; processes that test at the same time each have a part.
    """
    first_given = int(SYSTEMS_PORTS.read_text(encoding="ascii").split()[0])
    number = int("".join(filter(str.isdigit, os.environ.get("PYTEST_XDIST_WORKER", ""))) or 0)
    own = range(FIRST_PORT + number % MOST_PROCESSES, max(first_given, 2 * FIRST_PORT), MOST_PROCESSES)
    begin = os.getpid() % len(own)
    return iter([*own[begin:], *own[:begin]])


_untaken = _own_ports()


def wait_for(address: str, server: subprocess.Popen[str]) -> None:
    """Until a server that was started answers."""
    for _ in range(START_SECONDS * 5):
        assert server.poll() is None, server.communicate()[1]
        try:
            with urlopen(address, timeout=5):
                return
        except OSError:  # not there yet, or too busy to answer in time
            time.sleep(0.2)
    raise AssertionError(f"no answer from {address}")
