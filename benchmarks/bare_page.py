"""The ceiling that benchmarks/answering.py compares with: a bare Flask page and one raw, durable insertion.

It does what no platform on this server and this database can avoid: the platform's own page, compressed already, and
the posted body kept in one committed row, through the driver itself and with the same durability.
"""

import os
import secrets
from pathlib import Path

import psycopg
import pysqlite3.dbapi2 as sqlite
from flask import Flask, Response, request

app = Flask(__name__)
page = Path(os.environ["BARE_PAGE"]).read_bytes()
url = os.environ["DATABASE_URL"]

if url.startswith("sqlite"):
    connection = sqlite.connect(url.removeprefix("sqlite:///"), isolation_level=None, timeout=10)
    connection.execute("PRAGMA journal_mode=wal")
    connection.execute("PRAGMA synchronous=full")
    insertion = "INSERT INTO bare VALUES (?, ?)"
else:
    connection = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
    insertion = "INSERT INTO bare VALUES (%s, %s)"


@app.get("/q/<code>")
def show(code: str) -> Response:
    """A page."""
    del code
    return Response(page, headers={"Content-Type": "text/html; charset=utf-8", "Content-Encoding": "gzip"})


@app.post("/q/<code>/send")
def keep(code: str) -> tuple[dict[str, str], int]:
    """One durable row."""
    del code
    sent = request.get_data(as_text=True)
    connection.execute(insertion, (secrets.token_hex(16), sent))
    return {"id": sent[3:35]}, 201
