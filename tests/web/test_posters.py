"""The officer's page for posters: what is chosen is what is counted, shown and printed; and the look of papers."""

import re
from datetime import datetime, timedelta
from html import unescape
from io import BytesIO

import pytest
import zxingcpp
from flask import Flask
from PIL import Image

from survey.actions.posters import EVERYTHING, Paper, poster_sheet
from survey.actions.rounds import close_round
from survey.core.counter import Counter, readable_code, with_check_character
from survey.core.round import Round
from survey.library import shipped_definitions
from survey.store import looks, places, rounds, trail, versions
from survey.store.database import Database
from tests.places import COUNTERS, DOSSIERS, LAND_ONLY, MIXED, NOW, OFFICER, RETIRED, ROUND, five_factors
from tests.reports.reading import page_texts, pixels
from tests.reports.test_look import SVG, file_of
from tests.web.conftest import signed_in
from tests.web.reading import Reading
from tests.web.visitor import Visitor

IN_SERVICE = [counter for counter in COUNTERS if not counter.retired]
PAPER = Paper("http://x")
LOOK = "/officer/look"
RED = Image.new("RGB", (300, 100), "#c01010")

CHOICES = {
    "": [counter.code for counter in IN_SERVICE],
    "unit=PH": [IN_SERVICE[2].code, IN_SERVICE[3].code],
    "field=land": [LAND_ONLY, IN_SERVICE[3].code],
    "field=-": [MIXED, IN_SERVICE[2].code],
    "q=phuong+QUAY": [IN_SERVICE[2].code, IN_SERVICE[3].code],
    f"q={MIXED.lower()}": [MIXED],
    f"q={readable_code(MIXED)}": [MIXED],
    f"counter={MIXED}&counter={LAND_ONLY}": [LAND_ONLY, MIXED],
    f"counter={MIXED}&counter={RETIRED}&counter=nothing": [MIXED],
    "unit=PH&field=land&q=trung+tam": [IN_SERVICE[3].code],
}


@pytest.mark.parametrize(("query", "codes"), CHOICES.items())
def test_what_is_chosen_is_counted_listed_and_printed(officer: Visitor, query: str, codes: list[str]) -> None:
    page = Reading(officer.get(f"/officer/posters?{query}"))
    assert f"{len(codes)} áp phích, {len(codes)} trang" in page.main
    printed = page_texts(officer.fetch(f"/officer/posters.pdf?{query}").data)
    assert len(printed) == len(codes)
    for code, text in zip(codes, printed, strict=True):
        assert readable_code(code) in text
    picture = Image.open(BytesIO(officer.fetch(f"/officer/posters/preview.png?{query}").data))
    assert [found.text[-8:] for found in zxingcpp.read_barcodes(picture)] == codes[:1]


def test_a_unit_is_chosen_with_all_below_it(officer: Visitor, sqlite_small: Database) -> None:
    with sqlite_small.writing() as session:
        so, xa = (places.unit(session, code) for code in ("SO", "XA"))
        places.change_units(session, [type(xa)(xa.code, xa.name, xa.tier, so.code)])
    assert "2 áp phích" in Reading(officer.get("/officer/posters?unit=SO")).main
    assert "1 áp phích" in Reading(officer.get("/officer/posters?unit=XA")).main


@pytest.mark.parametrize(("format_", "sheets"), [("a4", 4), ("2xa5", 2), ("4xa6", 1), ("tent", 4), ("a7", 4)])
def test_the_page_counts_the_sheets_of_the_format(officer: Visitor, format_: str, sheets: int) -> None:
    assert f"4 áp phích, {sheets} trang" in Reading(officer.get(f"/officer/posters?format={format_}")).main
    assert len(page_texts(officer.fetch(f"/officer/posters.pdf?format={format_}").data)) == sheets


@pytest.mark.parametrize("query", ["q=zzz", f"counter={RETIRED}", "unit=XA&field=land", "field=nothing"])
def test_a_choice_without_counters_says_so_and_prints_nothing(officer: Visitor, query: str) -> None:
    page = officer.get(f"/officer/posters?{query}")
    assert "Không có quầy nào khớp" in Reading(page).main
    assert "posters.pdf" not in page
    for rest in (".pdf", "/preview.png"):
        assert officer.client.get(f"/officer/posters{rest}?{query}").status_code == 404


def test_what_was_chosen_is_still_filled_in_and_ticked(officer: Visitor) -> None:
    page = officer.get(f"/officer/posters?q=%22%3E%3Cb%3E&counter={MIXED}&format=tent&fingerprint=1")
    assert '"><b>' not in page
    page = officer.get(f"/officer/posters?unit=XA&counter={MIXED}&format=tent&fingerprint=1")
    assert re.search(rf'value="{MIXED}"[^>]* checked', page)
    assert '<option value="tent" selected>' in page
    assert '<option value="XA" selected>' in page
    (source,) = re.findall(r'src="([^"]*preview[^"]*)"', page)
    assert (
        unescape(source) == f"/officer/posters/preview.png?unit=XA&counter={MIXED}&format=tent&fingerprint=1"
    )


def test_the_page_is_reached_from_units_rounds_and_a_round(officer: Visitor) -> None:
    for address in ("/officer/units", "/officer/unit/XA", "/officer/rounds", f"/officer/rounds/{ROUND}"):
        assert [link for link in Reading(officer.get(address)).links if link.startswith("/officer/posters")]


def test_many_counters_are_listed_page_by_page_and_too_many_are_not_printed(
    officer: Visitor, sqlite_small: Database
) -> None:
    with sqlite_small.writing() as session:
        places.add_counters(
            session,
            [
                Counter(
                    with_check_character([7, *divmod(i // 31, 31), i % 31, 5, 6, 7]), "XA", None, f"Q{i}", ""
                )
                for i in range(3000)
            ],
        )
    page = officer.get("/officer/posters?page=2&unit=XA")
    assert page.count('name="counter"') == 100
    assert {"/officer/posters?page=1&unit=XA&format=a5", "/officer/posters?page=3&unit=XA&format=a5"} <= set(
        Reading(page).links
    )
    assert "Mỗi tệp tối đa 3000 áp phích" in page
    assert "posters.pdf" not in page
    refused = Reading(officer.get("/officer/posters.pdf?unit=XA", 422))
    assert refused.heading == "Quá nhiều áp phích cho một tệp"


def next_round(database: Database) -> datetime:
    """Close the round and open another one that asks another questionnaire; gives a moment of it, a year later."""
    close_round(database, ROUND, by=OFFICER, now=NOW)
    later = NOW + timedelta(days=365)
    with database.writing() as session:
        other = next(form for code, form in shipped_definitions().items() if code != five_factors().code)
        version = versions.add(session, other, published_at=later)
        day = later.date()
        new = Round("2027-q4", "Quý IV", "Q4", day, day, version, "nghe-an-2024", later, None, "nguồn thử")
        rounds.add(session, new, DOSSIERS)
        assert rounds.open_round(session, now=later) is not None
    return later


@pytest.mark.parametrize("format_", ["a5", "tent", "4xa6"])
def test_a_poster_is_the_same_bytes_a_year_later_in_another_round_with_another_questionnaire(
    sqlite_small: Database, format_: str
) -> None:
    plain, marked = (Paper("http://x", format_, with_fingerprint=asked) for asked in (False, True))

    def printed(paper: Paper, moment: datetime) -> bytes:
        return poster_sheet(sqlite_small, EVERYTHING, paper, within=None, now=moment)

    first = [printed(paper, NOW) for paper in (plain, marked)]
    assert [printed(paper, NOW) for paper in (plain, marked)] == first
    later = next_round(sqlite_small)
    assert printed(plain, later) == first[0]
    assert printed(marked, later) not in first


def test_a_fingerprint_is_printed_only_when_it_is_asked_for(officer: Visitor) -> None:
    plain, marked = (
        "".join(page_texts(officer.fetch(f"/officer/posters.pdf?counter={MIXED}{more}").data))
        for more in ("", "&fingerprint=1")
    )
    assert "Phiên bản phiếu" not in plain
    assert "Phiên bản phiếu" in marked


# --- the look ---------------------------------------------------------------------------------------------


def sent_look(officer: Visitor, logo: bytes = b"", status: int = 303, **fields: str) -> str:
    """Send the form of the look."""
    parts = {"csrf_token": officer.token(LOOK), "primary": "#7a1f1f", "ink": "#203020"} | fields
    body = b"".join(
        f'--part\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in parts.items()
    )
    head = f'--part\r\nContent-Disposition: form-data; name="file"; filename="{"logo.png" if logo else ""}"'
    body += head.encode() + b"\r\n\r\n" + logo + b"\r\n--part--\r\n"
    response = officer.client.post(LOOK, data=body, content_type="multipart/form-data; boundary=part")
    assert response.status_code == status, response.text[:300]
    return str(response.text)


def deeds(database: Database) -> list[tuple[str, object]]:
    """What the trail says about looks."""
    with database.reading() as session:
        return [(e.deed, dict(e.detail)) for e in trail.entries(session) if e.deed.startswith("look")]


def test_an_own_look_is_on_posters_and_slips_until_it_is_put_back(
    officer: Visitor, sqlite_small: Database
) -> None:
    standard = officer.fetch("/officer/posters.pdf").data
    sent_look(officer, file_of(RED))
    own = officer.fetch("/officer/posters.pdf").data
    colours = {colour for _, colour in pixels(own, 0, 100).convert("RGB").getcolors(1 << 20) or ()}
    assert {(192, 16, 16), (0x7A, 0x1F, 0x1F), (0x20, 0x30, 0x20)} <= colours
    assert len(page_texts(own)) == len(page_texts(standard))
    slips = f"/officer/rounds/{ROUND}/tickets"
    data = {"csrf_token": officer.token(slips), "list": "H40.16-1,XA,land"}
    paper = officer.client.post(f"{slips}/slips.pdf", data=data).data
    assert (192, 16, 16) in {c for _, c in pixels(paper, 0, 100).convert("RGB").getcolors(1 << 20) or ()}
    Image.open(BytesIO(officer.fetch(f"{LOOK}/sample.png").data)).load()
    page = Reading(officer.post(f"{LOOK}/reset", {"csrf_token": officer.token(f"{LOOK}/reset")}))
    assert "về kiểu chuẩn" in page.main or "về kiểu chuẩn" in str(page.links) or page.heading
    assert officer.fetch("/officer/posters.pdf").data == standard
    assert [deed for deed, _ in deeds(sqlite_small)] == ["look_set", "look_reset"]
    assert deeds(sqlite_small)[0][1]["primary_colour"] == ["#0b4f8a", "#7a1f1f"]  # type: ignore[index]


def test_colours_change_without_the_logo_and_the_logo_goes_when_told(
    officer: Visitor, sqlite_small: Database
) -> None:
    sent_look(officer, file_of(RED))
    sent_look(officer, primary="#004000")
    with sqlite_small.reading() as session:
        look = looks.look(session)
    assert look is not None
    assert look.logo
    assert look.primary == "#004000"
    sent_look(officer, without_logo="y")
    with sqlite_small.reading() as session:
        look = looks.look(session)
    assert look is not None
    assert look.logo == b""
    sent_look(officer)
    assert len(deeds(sqlite_small)) == 3


@pytest.mark.parametrize(
    ("fields", "logo", "said"),
    [
        ({"primary": "#dddddd"}, b"", "quá nhạt"),
        ({"ink": "red"}, b"", "quá nhạt"),
        ({"ink": "#777777"}, file_of(RED), "quá nhạt"),
        ({}, SVG, "không phải là ảnh PNG hoặc JPEG"),
        ({}, file_of(Image.new("RGB", (10, 10))), "quá nhỏ"),
        ({}, b"x" * 2_000_001, "quá lớn"),
        ({}, file_of(RED)[:90], "bị hỏng"),
    ],
)
def test_a_look_that_cannot_be_is_refused_with_its_reason_and_changes_nothing(
    officer: Visitor, sqlite_small: Database, fields: dict[str, str], logo: bytes, said: str
) -> None:
    assert said in sent_look(officer, logo, 422, **fields)
    assert deeds(sqlite_small) == []
    with sqlite_small.reading() as session:
        assert looks.look(session) is None


def test_a_far_too_large_file_is_not_even_read(officer: Visitor) -> None:
    assert "Tệp quá lớn" in sent_look(officer, b"x" * 3_000_000, 413)


def test_putting_back_what_is_standard_changes_nothing(officer: Visitor, sqlite_small: Database) -> None:
    officer.post(f"{LOOK}/reset", {"csrf_token": officer.token(f"{LOOK}/reset")})
    assert deeds(sqlite_small) == []


def test_the_trail_says_what_was_done_in_words(app: Flask, officer: Visitor) -> None:
    sent_look(officer, file_of(RED))
    assert "Đặt logo và màu của bản in" in signed_in(app, "kiemtra").get("/officer/trail")
