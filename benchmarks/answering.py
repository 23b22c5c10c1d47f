"""How fast answers are taken, beside a bare Flask page and one raw durable insertion on the same machine.

    python benchmarks/answering.py [--engines sqlite postgresql] [--clients 1 8 32] [--slices 5] [--seconds 2]

One answer is: GET the form, POST its 26 fields as the page's script does, acknowledged. Both servers are gunicorn with
the same number of workers, on the same database; both show the same page, compressed, and answer in alternating slices
of a few seconds; what counts is the ratio of the medians. The clients are raw sockets in a process of their own; they
do the same work for both, and scan one counter after the other. CPU time is that of the server's processes, and,
apart, that of the database's.
"""

import argparse
import gzip
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from sqlalchemy import text

from survey.core.counter import Counter, with_check_character
from survey.store import places
from survey.store.database import Database
from tests.databases import ENGINES, Originals
from tests.places import all_answers

SECRET = "a secret for measuring only, long enough"  # noqa: S105  it opens nothing
COUNTERS = [with_check_character([9, 9, 9, 9, 9, *divmod(number, 31)]) for number in range(400)]
"""Enough that none takes more in an hour than it may."""
TICKS = os.sysconf("SC_CLK_TCK")
PLATFORM, BARE = "platform", "bare"


@dataclass
class Slice:
    """What one slice of a few seconds gave."""

    seconds: float
    latencies: list[float]
    cpu: float = 0.0
    database_cpu: float = 0.0


@dataclass
class Server:
    """A running server and the slices that it was measured in."""

    port: int
    process: subprocess.Popen[bytes]
    slices: list[Slice] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Median of answers per second."""
        return statistics.median(len(s.latencies) / s.seconds for s in self.slices)

    @property
    def p95(self) -> float:
        """The 95th percentile of all latencies, in milliseconds."""
        return 1000 * statistics.quantiles([x for s in self.slices for x in s.latencies], n=100)[94]

    def cpu(self, name: str = "cpu") -> float:
        """Milliseconds of CPU per answer."""
        return 1000 * sum(getattr(s, name) for s in self.slices) / sum(len(s.latencies) for s in self.slices)


# --- the client's process ------------------------------------------------------------------------------------


def exchange(port: int, request: bytes) -> bytes:
    """One request on a connection of its own, as the server closes it."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(request)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


def expect(reply: bytes, status: bytes) -> None:
    """Refuse any other status."""
    if not reply.startswith(b"HTTP/1.1 " + status):
        raise ValueError(reply[:300])


def getting(address: str) -> bytes:
    """A page as a browser asks for it."""
    return f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip, deflate, br\r\n\r\n".encode()


def posting(address: str, body: bytes) -> bytes:
    """A form as the page's script sends it."""
    head = (
        f"POST {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
        "Accept-Encoding: gzip, deflate, br\r\nSec-Fetch-Site: same-origin\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def value_of(page: bytes, name: bytes) -> str:
    """The value of a hidden field."""
    begin = page.index(b'value="', page.index(b'name="' + name + b'"')) + 7
    return page[begin : page.index(b'"', begin)].decode()


def answer(port: int, show: str, send: str, answers: str) -> None:
    """The complete flow: the form, its fields sent, the acknowledgement."""
    reply = exchange(port, getting(show))
    expect(reply, b"200")
    page = gzip.decompress(reply.partition(b"\r\n\r\n")[2])
    hidden = {name: value_of(page, name.encode()) for name in ("id", "visit", "lang")}
    reply = exchange(port, posting(send, f"{urlencode(hidden)}&{answers}".encode()))
    expect(reply, b"201")
    if hidden["id"].encode() not in reply:
        raise ValueError(reply[-300:])


def play(port: int, clients: int, seconds: float) -> None:
    """Be so many clients for so long, and print the latencies."""
    beside = {"field": "land", "sex": "1", "age_group": "2"}
    answers = urlencode(all_answers() | beside | {"comment": "Cán bộ hướng dẫn rõ ràng, chờ hơi lâu."})
    # A slice of its own place to begin at, so that all slices together use all counters alike.
    scanned = count(time.monotonic_ns())
    latencies: list[float] = []
    faults: list[str] = []
    end = time.perf_counter() + seconds

    def client() -> None:
        while (begun := time.perf_counter()) < end and not faults:
            try:
                counter = f"/q/{COUNTERS[next(scanned) % len(COUNTERS)]}"
                answer(port, counter, f"{counter}/send", answers)
            except (OSError, ValueError) as fault:
                faults.append(repr(fault))
            latencies.append(time.perf_counter() - begun)

    begun = time.perf_counter()
    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({"seconds": time.perf_counter() - begun, "latencies": latencies, "faults": faults}))


# --- the servers ---------------------------------------------------------------------------------------------


def cpu_of(root: int) -> float:
    """Seconds of CPU that a process and all below it have used."""
    children: dict[int, list[int]] = {}
    used: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            children.setdefault(int(words[1]), []).append(int(entry.name))
            used[int(entry.name)] = sum(map(int, words[11:15]))
    waiting, total = [root], 0
    while waiting:
        process = waiting.pop()
        total += used.get(process, 0)
        waiting += children.get(process, [])
    return total / TICKS


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def serving(command: list[str], environment: dict[str, str], port: int, address: str) -> Iterator[Server]:
    """A server until the block ends."""
    process = subprocess.Popen(command, env=os.environ | environment, cwd=PROJECT)
    try:
        for _ in range(300):
            try:
                exchange(port, getting(address))
                break
            except ConnectionError:
                time.sleep(0.1)
        yield Server(port, process)
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def both(database: Database, folder: Path, workers: int) -> Iterator[dict[str, Server]]:
    """The platform as `sipas serve` starts it, and the bare page, on one database."""
    port, bare_port = free_port(), free_port()
    settings = {"DATABASE_URL": database.url, "SECRET_KEY": SECRET, "SIPAS_DATA": str(folder)}
    with database.writing() as session:
        session.execute(text("CREATE TABLE bare (id VARCHAR(32) PRIMARY KEY, body TEXT)"))
        places.add_counters(session, [Counter(code, "XA", None, "Quầy", "Trung tâm") for code in COUNTERS])
    program = "from survey.cli import main; main()"
    command = [sys.executable, "-c", program, "serve", "--port", str(port), "--workers", str(workers)]
    with serving(command, settings, port, "/health") as platform:
        page = folder / "page"
        page.write_bytes(exchange(port, getting(f"/q/{COUNTERS[0]}")).partition(b"\r\n\r\n")[2])
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "--log-level",
            "warning",
            "--bind",
            f"127.0.0.1:{bare_port}",
        ]
        command += ["--workers", str(workers), "--chdir", str(Path(__file__).parent), "bare_page:app"]
        with serving(command, settings | {"BARE_PAGE": str(page)}, bare_port, f"/q/{COUNTERS[0]}") as bare:
            yield {PLATFORM: platform, BARE: bare}


def measured(server: Server, clients: int, seconds: float, store: int | None) -> Slice:
    """One slice."""
    before, store_before = cpu_of(server.process.pid), cpu_of(store) if store else 0.0
    arguments = [
        "--play",
        "--port",
        str(server.port),
        "--clients",
        str(clients),
        "--seconds",
        str(seconds),
    ]
    done = subprocess.run(
        [sys.executable, __file__, *arguments], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    if found["faults"]:
        raise RuntimeError(found["faults"])
    cpu = cpu_of(server.process.pid) - before
    return Slice(found["seconds"], found["latencies"], cpu, cpu_of(store) - store_before if store else 0.0)


def compare(engine: str, wanted: argparse.Namespace) -> None:
    """Measure both on one engine and print how they compare."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        originals = Originals(folder)
        database = originals.copy(engine, "small", folder)
        store = None if engine == "sqlite" else postmaster(database)
        print(f"\n{engine}: answers per second, p95 in ms, CPU in ms per answer (server + database)")
        try:
            with both(database, folder, wanted.workers) as servers:
                for clients in wanted.clients:
                    for server in servers.values():
                        server.slices.clear()
                    for server in servers.values():
                        measured(server, clients, 0.5, store)  # warm
                    for _ in range(wanted.slices):
                        for server in servers.values():
                            server.slices.append(measured(server, clients, wanted.seconds, store))
                    show(clients, servers[PLATFORM], servers[BARE])
        finally:
            database.close()
            originals.close()


def postmaster(database: Database) -> int:
    """The process under which PostgreSQL's backends run."""
    with database.reading() as session:
        folder = session.execute(text("SHOW data_directory")).scalar_one()
    return int((Path(folder) / "postmaster.pid").read_text().split()[0])


def show(clients: int, platform: Server, bare: Server) -> None:
    """One line per number of clients."""
    print(
        f"{clients:3} clients: {platform.rate:6.1f}/s of {bare.rate:6.1f}/s = {platform.rate / bare.rate:4.0%}; "
        f"p95 {platform.p95:6.1f} of {bare.p95:6.1f} = {platform.p95 / bare.p95:4.2f}; "
        f"CPU {platform.cpu():4.2f} + {platform.cpu('database_cpu'):4.2f} of {bare.cpu():4.2f} + "
        f"{bare.cpu('database_cpu'):4.2f}",
        flush=True,
    )


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=ENGINES)
    parser.add_argument("--clients", nargs="+", type=int, default=[1, 8, 32])
    parser.add_argument("--slices", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--play", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.play:
        play(wanted.port, wanted.clients[0], wanted.seconds)
        return
    for engine in wanted.engines:
        compare(engine, wanted)


if __name__ == "__main__":
    main()
