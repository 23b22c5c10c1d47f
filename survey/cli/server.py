"""The command that hands over to the production server."""

import os
import socket
import sys
from typing import NoReturn

import click

from survey.cli.instance import open_database
from survey.cli.refusals import Refused
from survey.settings import PROJECT


@click.command("serve", help="Chạy máy chủ thật trên cơ sở dữ liệu đã có.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Cổng.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Địa chỉ lắng nghe.")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Số tiến trình.")
def serve(port: int, host: str, workers: int) -> None:
    """Check everything first, then hand over to the production server."""
    name_port(port)
    open_database().close()
    hand_over(host, port, workers)


def name_port(port: int) -> None:
    """Let papers and devices name the port that is served here, unless the address of the site is set."""
    if not os.environ.get("PUBLIC_URL"):
        os.environ["PUBLIC_URL"] = f"http://127.0.0.1:{port}"


def require_free(host: str, port: int) -> None:
    """Refuse an address at which nobody can listen, before there is work that would be in vain.

    Raises:
        Refused: if so.
    """
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as fault:
            raise Refused(
                f"không mở được {host}:{port} ({fault.strerror}); chọn cổng khác bằng --port"
            ) from fault


def hand_over(host: str, port: int, workers: int) -> NoReturn:
    """Become the production server.

    Raises:
        Refused: if nobody can listen there.
    """
    require_free(host, port)
    # Each worker computes on one core; a pool of threads in each would only make them wait for one another.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    arguments = ["--bind", f"{host}:{port}", "--workers", str(workers), "--chdir", str(PROJECT)]
    # No access log, and a discreet log of errors: they would hold what citizens are promised not to be kept.
    arguments += ["--log-level", "warning", "--logger-class", "survey.web.server_log.DiscreetLogger"]
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *arguments, "wsgi:app"])
