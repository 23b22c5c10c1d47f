"""How fast the officers' pages are with many responses stored, beside an empty page on the same machine.

    python benchmarks/desk.py [--engines sqlite postgresql] [--responses 1000000] [--units 200] [--times 9]

The database is the tests' small place with so many communes, eight fields, and responses in every one of them. Every
page that a role opens is asked for in this process by somebody who is signed in; between two pages comes the empty one,
the page about privacy. What counts is the median, and its ratio to the empty page's.
"""

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from flask.testing import FlaskClient
from sqlalchemy import text

from survey.core.counter import Counter, with_check_character
from survey.core.place import Field, Unit
from survey.store import counts, places
from survey.store.database import Database
from tests.conftest import application
from tests.databases import ENGINES, Originals
from tests.places import MIXED, PASSWORD, PEOPLE, ROUND
from tests.web.addresses import ADDRESSES, HTML, ONLY_POSTED
from tests.web.visitor import Visitor

EMPTY = "/privacy"
GOAL = 100
WAITING = 202
FIELDS = [Field(f"f{number}", f"Lĩnh vực {number}", f"Field {number}") for number in range(6)]
HOURS = 24 * 45
OPINIONS = 1000

RANDOM_ID = {
    "sqlite": "lower(hex(randomblob(16)))",
    "postgresql": "replace(gen_random_uuid()::text, '-', '')",
}
CHANCE = {"sqlite": "abs(random() % {})", "postgresql": "floor(random() * {})::int"}


MANY = """
WITH RECURSIVE many(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM many WHERE i < :responses),
drawn AS MATERIALIZED (SELECT {somewhere} AS w, {something} AS t, {sometime} AS h, {somehow} AS o FROM many)
INSERT INTO response (
    id, round_id, version_id, counter_id, unit_id, field_id, mode, language, answers, fingerprint, received_hour, late_hours
)
SELECT {id}, :round_id, :version_id, w.b, w.a, t.a, :mode, :language, o.a, :fingerprint, h.a, 0
FROM drawn JOIN somewhere w ON w.n = drawn.w JOIN something t ON t.n = drawn.t
JOIN sometime h ON h.n = drawn.h JOIN somehow o ON o.n = drawn.o
"""


def fill(database: Database, responses: int, units: int) -> None:
    """Many communes, each with a counter and dossiers in every field, and responses spread over them."""
    with database.writing() as session:
        places.add_units(session, [Unit(f"X{n}", f"Xã số {n}", "commune") for n in range(units)])
        places.add_fields(session, FIELDS)
        codes = [with_check_character([5, 5, n // 961, n // 31 % 31, n % 31, 1, 2]) for n in range(units)]
        places.add_counters(
            session, [Counter(c, f"X{n}", None, "Quầy số 1", "") for n, c in enumerate(codes)]
        )
        session.execute(
            text(
                "INSERT INTO frame (round_id, unit_id, field_id, dossiers) SELECT r.id, u.id, f.id, 900 "
                "FROM round r, unit u, field f WHERE u.code LIKE 'X_%' AND u.code <> 'XA'"
            )
        )
    with tempfile.TemporaryDirectory() as name:
        citizen = Visitor(application(database, Path(name)).test_client())
        citizen.send(f"/q/{MIXED}", citizen.filled(MIXED))
    _multiply(database, responses)
    with database.writing() as session:
        counts.extend(
            session, datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=2)
        )
        if not database.is_sqlite:
            session.execute(text("ANALYZE"))


def _multiply(database: Database, responses: int) -> None:
    """One real answer many times, each elsewhere and at another time."""
    engine = "sqlite" if database.is_sqlite else "postgresql"
    full = datetime.now(UTC).replace(minute=0, second=0, microsecond=0, tzinfo=None)
    with database.writing() as session:
        row = session.execute(text("SELECT * FROM response")).mappings().one()
        counters = session.execute(
            text("SELECT unit_id, min(id) FROM counter GROUP BY unit_id ORDER BY 1")
        ).all()
        choices = {
            "somewhere": [{"n": n, "a": unit, "b": counter} for n, (unit, counter) in enumerate(counters)],
            "something": [
                {"n": n, "a": f, "b": 0} for n, f in enumerate(session.scalars(text("SELECT id FROM field")))
            ],
            "sometime": [{"n": n, "a": full - timedelta(hours=n), "b": 0} for n in range(HOURS)],
            "somehow": [
                {"n": n, "a": json.dumps(answers), "b": 0}
                for n, answers in enumerate(opinions(row["answers"]))
            ],
        }
        for name, rows in choices.items():
            kind = {"sometime": "TIMESTAMP", "somehow": "TEXT"}.get(name, "INTEGER")
            session.execute(
                text(f"CREATE TEMPORARY TABLE {name} (n INTEGER PRIMARY KEY, a {kind}, b INTEGER)")
            )
            session.execute(text(f"INSERT INTO {name} VALUES (:n, :a, :b)"), rows)  # noqa: S608  constants
        drawn = {name: CHANCE[engine].format(len(rows)) for name, rows in choices.items()}
        session.execute(text(MANY.format(id=RANDOM_ID[engine], **drawn)), {**row, "responses": responses})


def opinions(answers: str) -> Iterator[dict[str, int]]:
    """Answers to the questions that one response answers, of people who are more or less content."""
    chance = random.Random(1)  # noqa: S311  nothing is secret here
    for _ in range(OPINIONS):
        mood = chance.choice((2, 3, 4, 4, 5))
        yield {code: min(5, max(1, mood + chance.choice((-1, 0, 0, 0, 1)))) for code in json.loads(answers)}


def pages() -> Iterator[tuple[str, str]]:
    """Who opens which page."""
    for rule, address in ADDRESSES.items():
        if (
            address.kind != HTML
            or not rule.startswith("/officer")
            or rule in ONLY_POSTED
            or address.demands == "anybody"
        ):
            continue
        who = next((person.name for person in PEOPLE if person.may(address.demands)), None)
        if who is None:
            raise ValueError(f"nobody may open {rule}")
        yield address.of("XA"), who


def seconds(client: FlaskClient, address: str) -> float:
    """One request."""
    begun = time.perf_counter()
    reply = client.get(address)
    taken = time.perf_counter() - begun
    if reply.status_code not in {200, WAITING, 302, 303, 409}:
        raise RuntimeError(f"{address}: {reply.status}")
    return taken


def wait_for(client: FlaskClient, address: str) -> None:
    """The first request; figures that take long are worked out apart, and asked for until they are there."""
    seconds(client, address)
    while client.get(address).status_code == WAITING:
        time.sleep(1)


def measure(engine: str, wanted: argparse.Namespace) -> None:
    """All pages on one engine."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        originals = Originals(folder)
        database = originals.copy(engine, "small", folder)
        try:
            fill(database, wanted.responses, wanted.units)
            app = application(database, folder)
            show(
                engine, wanted, {person.name: signed_in(app.test_client(), person.name) for person in PEOPLE}
            )
        finally:
            database.close()
            originals.close()


def signed_in(client: FlaskClient, name: str) -> FlaskClient:
    """A browser of one of the people."""
    Visitor(client).sign_in(name, PASSWORD)
    return client


def show(engine: str, wanted: argparse.Namespace, clients: dict[str, FlaskClient]) -> None:
    """One line per page, the slowest first."""
    lines, empty = [], []
    for address, who in pages():
        wait_for(clients[who], address)
        taken = []
        for _ in range(wanted.times):
            empty.append(seconds(clients[who], EMPTY))
            taken.append(seconds(clients[who], address))
        lines.append((1000 * statistics.median(taken), address))
    least = 1000 * statistics.median(empty)
    slow = sum(taken >= GOAL for taken, _ in lines)
    print(
        f"\n{engine}, {wanted.responses:,} responses, {wanted.units:,} units: empty page {least:.1f} ms; round {ROUND}"
    )
    for taken, address in sorted(lines, reverse=True):
        print(f"{taken:8.1f} ms = {taken / least:6.1f} times the empty page  {address}")
    print(f"{len(lines)} pages, {slow} of them not under {GOAL} ms", flush=True)


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=ENGINES)
    parser.add_argument("--responses", type=int, default=1_000_000)
    parser.add_argument("--units", type=int, default=200)
    parser.add_argument("--times", type=int, default=9)
    wanted = parser.parse_args()
    for engine in wanted.engines:
        measure(engine, wanted)


if __name__ == "__main__":
    main()
