"""The public pages of the seals: the chain to be checked by anybody, a receipt to be looked up by its holder."""

import hashlib
import json
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from survey.actions import seals
from survey.core.receipt import receipt_of
from survey.store.database import Database
from tests.places import KEY, LAND_ONLY, NOW, ROUND, add_responses
from tests.tampering import Hand
from tests.web.visitor import EVERY_ITEM, Visitor, hidden


@pytest.fixture
def sealed(sqlite_small: Database) -> Database:
    """Three sealed responses of one unit and one of another."""
    add_responses(sqlite_small, "XA", "land", [5, 4, 1])
    add_responses(sqlite_small, "PH", "land", [2])
    assert seals.write(sqlite_small, now=NOW + timedelta(hours=1), key=KEY)
    return sqlite_small


def receipts(database: Database) -> list[str]:
    return [receipt_of(row["id"], row["fingerprint"], key=KEY) for row in Hand(database).rows("response")]


def test_the_holder_of_a_receipt_reads_in_which_seal_it_is_however_it_is_typed(
    visitor: Visitor, sealed: Database
) -> None:
    [receipt, *_] = receipts(sealed)
    for typed in (receipt, f" {receipt[:5].lower()}-{receipt[5:]} "):
        page = visitor.client.get("/seal", query_string={"receipt": typed}).text
        assert "có trong danh sách đã niêm phong số 2" in page


def test_whoever_just_answered_reads_until_when_it_will_be_sealed(visitor: Visitor) -> None:
    form = visitor.get(f"/q/{LAND_ONLY}")
    opened = {name: hidden(form, name) for name in ("id", "visit", "lang")}
    thanks = visitor.client.post(f"/q/{LAND_ONLY}/send", data=opened | EVERY_ITEM)
    receipt = thanks.location.removeprefix("/x/").partition("?")[0]
    assert f'href="/seal?receipt={receipt}"' in visitor.get(thanks.location)
    assert "sẽ được niêm phong trước" in visitor.get(f"/seal?receipt={receipt}")


def test_a_receipt_that_nobody_holds_is_not_found(visitor: Visitor, sealed: Database) -> None:
    assert "2222222222" not in receipts(sealed)
    assert "Không tìm thấy mã biên nhận này" in visitor.get("/seal?receipt=2222222222")


@pytest.mark.parametrize("typed", ["x", "2222222223", "'; DROP TABLE seal; --", "<b>2222222222</b>", "\0"])
def test_what_cannot_be_a_receipt_is_shown_again_with_what_is_wrong(visitor: Visitor, typed: str) -> None:
    answer = visitor.client.get("/seal", query_string={"receipt": typed})
    assert answer.status_code == 422
    assert "Mã biên nhận chưa đúng" in answer.text
    assert "<b>" not in answer.text


def test_the_files_tell_everything_that_is_needed_to_check_and_nothing_about_units_or_answers(
    client: FlaskClient, sealed: Database
) -> None:
    chain = client.get("/seal/chain.json").json
    previous = "0" * 64
    for seal in chain:
        assert hashlib.sha256(seal["content"].encode()).hexdigest() == seal["digest"]
        assert json.loads(seal["content"])["previous"] == previous
        previous = seal["digest"]
    file = client.get("/seal/2.json")
    lines = "".join(f"{receipt} {digest}\n" for receipt, digest in file.json["responses"][ROUND])
    said = json.loads(file.json["content"])["responses"]
    assert said == {ROUND: [4, hashlib.sha256(lines.encode()).hexdigest()]}
    hashes = {hashlib.sha256(receipt.encode()).hexdigest() for receipt in receipts(sealed)}
    assert {receipt for receipt, _digest in file.json["responses"][ROUND]} == hashes
    for row in Hand(sealed).rows("response"):
        assert row["id"] not in file.text
        assert row["fingerprint"] not in file.text
    for code in ("XA", "PH", "land", "civil_status"):
        assert f'"{code}' not in file.text + client.get("/seal/chain.json").text


def test_a_seal_that_does_not_exist_is_not_found(client: FlaskClient) -> None:
    assert client.get("/seal/99.json").status_code == 404


def test_the_page_lists_the_seals_of_each_round_with_their_digests(
    visitor: Visitor, sealed: Database
) -> None:
    page = visitor.get("/seal")
    newest = seals.chain(sealed)[0]
    assert newest.digest in page
    assert "4 phiếu đã niêm phong, trong 1 lần" in page


def test_a_chain_that_was_tampered_with_is_not_shown_as_if_it_were_whole(
    client: FlaskClient, sealed: Database
) -> None:
    Hand(sealed).sql("UPDATE seal SET content = '{}' WHERE number = 2")
    answer = client.get("/seal")
    assert answer.status_code == 500
    assert "sipas seal verify" in answer.text
