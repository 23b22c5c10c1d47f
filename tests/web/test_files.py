"""Files and pages travel small, and a phone asks once for what does not change."""

import gzip
import re
from pathlib import Path
from shutil import copytree

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey.settings import PROJECT
from tests.places import MIXED

STATIC = PROJECT / "survey" / "web" / "static"
FORM = f"/q/{MIXED}"
ON_THE_WIRE = 14_000
"""Bytes of a first visit that ten packets carry: the first window of a connection."""
GZIP = {"Accept-Encoding": "gzip, deflate, br"}


def files_of(page: str) -> list[str]:
    """The addresses that a browser fetches for a page by itself."""
    return re.findall(r'<(?:link rel="stylesheet" href|script src|img src)="([^"]+)"', page)


def test_a_first_visit_to_the_five_factor_form_fits_into_fourteen_thousand_bytes(client: FlaskClient) -> None:
    page = client.get(FORM, headers=GZIP, buffered=True)
    html = gzip.decompress(page.data).decode()
    files = [client.get(address, headers=GZIP, buffered=True) for address in files_of(html)]
    assert all(file.headers["Content-Encoding"] == "gzip" for file in files)
    assert 1 + len(files) <= 3
    assert sum(len(part.data) for part in (page, *files)) <= ON_THE_WIRE
    assert "font-face" not in "".join(gzip.decompress(file.data).decode() for file in files)


def test_a_second_visit_is_one_request(client: FlaskClient) -> None:
    for address in files_of(client.get(FORM, buffered=True).text):
        file = client.get(address, buffered=True)
        assert file.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert file.data == (STATIC / address.partition("?")[0].rpartition("/")[2]).read_bytes()


@pytest.mark.parametrize("query", ["", "?v=", "?v=0123456789abcdef"])
def test_a_file_under_an_address_that_does_not_name_its_content_is_asked_for_again(
    client: FlaskClient, query: str
) -> None:
    assert client.get(f"/static/citizen.css{query}", buffered=True).headers["Cache-Control"] == "no-cache"


def test_the_address_of_a_file_changes_with_its_content(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    app.static_folder = str(copytree(STATIC, tmp_path / "static"))
    first = files_of(client.get("/", buffered=True).text)
    with (tmp_path / "static" / "citizen.css").open("a") as file:
        file.write("/* changed */")
    assert files_of(client.get("/", buffered=True).text) != first


@pytest.mark.parametrize("address", [FORM, "/", "/privacy", "/static/citizen.css", "/static/report.css"])
def test_what_is_compressed_is_what_is_sent_plain(client: FlaskClient, address: str) -> None:
    plain, small = client.get(address, buffered=True), client.get(address, headers=GZIP, buffered=True)
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    for answer in (plain, small):
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert int(answer.headers["Content-Length"]) == len(answer.data)
    if address != FORM:
        assert gzip.decompress(small.data) == plain.data
    assert len(small.data) < len(plain.data) / 1.3


@pytest.mark.parametrize("accepted", ["identity", "gzip;q=0", "br", ""])
def test_who_does_not_take_gzip_gets_none(client: FlaskClient, accepted: str) -> None:
    assert (
        "Content-Encoding"
        not in client.get(FORM, headers={"Accept-Encoding": accepted}, buffered=True).headers
    )


def test_a_refused_form_is_compressed_too(client: FlaskClient) -> None:
    hidden = dict(
        re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', client.get(FORM, buffered=True).text)
    )
    refused = client.post(f"{FORM}/send", data=hidden, headers=GZIP)
    assert (refused.status_code, refused.headers["Content-Encoding"]) == (422, "gzip")
    assert "Còn 20 câu" in gzip.decompress(refused.data).decode()


def test_pages_of_people_who_are_signed_in_are_never_compressed(client: FlaskClient) -> None:
    page = client.get("/officer/sign-in", headers=GZIP, buffered=True)
    assert "csrf_token" in page.text
    assert "Content-Encoding" not in page.headers


def test_a_file_that_has_not_changed_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/static/citizen.css", headers=GZIP, buffered=True)
    again = client.get(
        "/static/citizen.css", headers=GZIP | {"If-None-Match": first.headers["ETag"]}, buffered=True
    )
    assert (again.status_code, again.data) == (304, b"")


def test_a_head_request_tells_the_same_and_sends_nothing(client: FlaskClient) -> None:
    told = client.head(FORM, headers=GZIP)
    assert (told.status_code, told.data, told.headers["Content-Encoding"]) == (200, b"", "gzip")
    assert client.get("/static/nothing.css", headers=GZIP, buffered=True).status_code == 404
