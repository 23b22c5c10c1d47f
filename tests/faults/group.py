"""The server group that `sipas serve` starts, in a process group of its own that can be killed whole."""

import multiprocessing
import os
import runpy
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from survey.actions import answering
from tests.server import Installation

START_SECONDS = 300
WORKERS = 2
"""What `sipas serve` starts unless told otherwise."""
PRODUCT = "wsgi:app"

# Importing the program takes a second or two of computing and touches no database. A process that has done it once
# and is copied for every start lets a thousand starts be tried where a hundred could.
_starter = multiprocessing.get_context("forkserver")
_starter.set_forkserver_preload(["survey.cli", "survey.app", "gunicorn.app.wsgiapp", "gunicorn.workers.sync"])


class Group:
    """The master and its workers: started, killed and started again at one port on one database."""

    def __init__(self, installation: Installation, app: str = PRODUCT) -> None:
        self.port = installation.port
        self.log = installation.folder / "server.log"
        self._settings = {
            name: value for name, value in installation.environment.items() if os.environ.get(name) != value
        }
        self._app = app
        self._process: Any = None

    def start(self) -> None:
        """Start, without waiting for an answer."""
        _wait_until_free(self.port)
        self._process = _starter.Process(
            target=serve, args=(self._settings, self.port, self._app, self.log), daemon=False
        )
        self._process.start()

    def kill(self) -> None:
        """SIGKILL to every process of the group at once: nobody gets to finish anything."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()  # in case it had not become a group yet
        self._process.join()

    def wait(self) -> None:
        """Until it answers, with all its workers: the first can answer before the next is there."""
        wait_for_answer(self.port, self.log)
        end = time.monotonic() + START_SECONDS
        while len(self.workers()) < WORKERS:
            assert time.monotonic() < end, f"only {self.workers()} came"
            time.sleep(0.01)

    def workers(self) -> set[str]:
        """Process ids of the workers."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return set(children.read_text(encoding="ascii").split())

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Serve until the block ends."""
        self.start()
        try:
            self.wait()
            yield
        finally:
            self.kill()


def wait_for_answer(port: int, log: Path) -> None:
    """Until the health page is there."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            with urlopen(f"http://127.0.0.1:{port}/health", timeout=5):
                return
        except OSError:
            time.sleep(0.05)
    said = log.read_text(encoding="utf-8")[-2000:] if log.exists() else "nothing"
    raise AssertionError(f"no answer; the log says: {said}")


def serve(settings: Mapping[str, str], port: int, app: str, log: Path) -> None:
    """Be what `sipas serve` becomes, with ``app`` in the place of the product's where a control wants it."""
    os.setsid()
    answering.MOST_IN_AN_HOUR = 10**9  # a trial sends within minutes what counters receive in years
    with log.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.environ.update(settings)

    def become_gunicorn(_file: str, arguments: list[str]) -> None:
        _python, _m, program, *rest = arguments
        sys.argv = [program, *(app if each == PRODUCT else each for each in rest)]
        runpy.run_module(program, run_name="__main__", alter_sys=True)

    os.execv = become_gunicorn  # type: ignore[assignment]
    sys.argv = ["sipas", "serve", "--port", str(port)]
    from survey import cli  # noqa: PLC0415  after the settings, as in a process of its own

    cli.main()


def _wait_until_free(port: int) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with suppress(OSError):
                listener.bind(("127.0.0.1", port))
                return
        time.sleep(0.01)
    raise AssertionError(f"port {port} stays taken")


if __name__ == "__main__":
    serve({}, int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
