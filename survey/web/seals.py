"""The public pages of the seals: the chain, the lists behind it, and what became of a receipt."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

import orjson
from flask import Blueprint, Response, render_template, request

from survey.actions.seals import by_round, chain, entries, look_up, with_number
from survey.core.counter import MistypedCode, parse_code
from survey.core.receipt import RECEIPT_LENGTH
from survey.core.seal import Seal
from survey.web.site import now, services

pages = Blueprint("seals", __name__, url_prefix="/seal")

SHOWN = 24
"""Seals shown per round; the chain's file has all."""

JSON = "application/json"


@pages.get("")
def show() -> tuple[str, int]:
    """The seals of each round, and where a receipt is among them."""
    typed = request.args.get("receipt", "").strip()
    receipt, found = "", None
    if typed:
        try:
            receipt = parse_code(typed, RECEIPT_LENGTH)
        except MistypedCode:
            found = None
        else:
            found = look_up(services().database, receipt, now=now(), key=services().key)
    page = render_template(
        "citizen/seal.html",
        sealed=by_round(services().database, now=now()),
        shown=SHOWN,
        typed=typed,
        receipt=receipt,
        found=found,
    )
    return page, 422 if typed and not receipt else 200


@pages.get("/chain.json")
def all_seals() -> Response:
    """Every seal in its canonical form, the first one first."""
    seals = [_head(seal) for seal in reversed(chain(services().database))]
    return Response(orjson.dumps(seals), mimetype=JSON)


@pages.get("/<int:number>.json")
def one_seal(number: int) -> Response:
    """One seal with the lists behind it, sent as it is read."""
    seal = with_number(services().database, number)
    listed = entries(services().database, number)
    return Response(_written(seal, listed), mimetype=JSON)


def _written(seal: Seal, listed: Iterator[tuple[str, tuple[bytes, bytes]]]) -> Iterator[bytes]:
    yield orjson.dumps(_head(seal))[:-1] + b',"responses":{'
    for position, (code, of_round) in enumerate(groupby(listed, key=itemgetter(0))):
        yield (b"," if position else b"") + orjson.dumps(code) + b":["
        for line, (_code, (receipt, digest)) in enumerate(of_round):
            yield (b"," if line else b"") + orjson.dumps([receipt.hex(), digest.hex()])
        yield b"]"
    yield b"}}"


def _head(seal: Seal) -> dict[str, object]:
    return {"number": seal.number, "digest": seal.digest, "content": seal.content}
