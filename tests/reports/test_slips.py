"""A printed slip opens its form, for a camera as for a person who types; eight are cut from one sheet."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import zxingcpp
from PIL import ImageFilter

from reports.slips import Slip, write_links, write_slips
from tests.reports.reading import fonts, page_texts, pixels, squeezed, vietnamese_letters

DATED = datetime(2026, 10, 1, tzinfo=UTC)
A4 = (210, 297)


def slip(number: int) -> Slip:
    """A dossier's slip."""
    return Slip(
        unit="Trung tâm Phục vụ hành chính công phường Trường Vinh",
        field="Hộ tịch – Chứng thực",
        dossier=f"H40.16.25-261120-{number:04d}",
        code_text=f"K7M2-9QFX-{number:04d}",
        url=f"https://khaosat.nghean.gov.vn/t/K7M29QFX{number:04d}",
    )


SLIPS = [slip(number) for number in range(10)]


@pytest.fixture(scope="module")
def sheets() -> bytes:
    """Ten slips as printed."""
    return write_slips(SLIPS, DATED)


def test_eight_slips_are_on_an_a4_sheet_and_every_code_opens_its_address(sheets: bytes) -> None:
    texts = page_texts(sheets)
    assert len(texts) == 2
    assert pixels(sheets, 0, 254).size == pytest.approx((A4[0] * 10, A4[1] * 10), abs=2)
    for page, expected in enumerate((SLIPS[:8], SLIPS[8:])):
        codes = zxingcpp.read_barcodes(pixels(sheets, page, 150).filter(ImageFilter.GaussianBlur(1)))
        assert {code.text for code in codes} == {each.url for each in expected}
        for each in expected:
            for part in (each.dossier, each.code_text, each.url):
                assert part in texts[page]


def test_a_code_is_at_least_thirty_millimetres_wide_and_away_from_the_cut(sheets: bytes) -> None:
    for code in zxingcpp.read_barcodes(pixels(sheets, 0, 254)):
        place = code.position
        assert place.top_right.x - place.top_left.x >= 300
        assert place.top_left.x % 1050 >= 50
        assert place.bottom_left.y % 742.5 <= 700


def test_long_names_stay_on_their_slip() -> None:
    long = replace(
        slip(1),
        unit="Trung tâm Phục vụ hành chính công và Hỗ trợ doanh nghiệp " * 4,
        field="Lĩnh vực quản lý " * 8,
        dossier="H40.16.25-" + "26112" * 10,
        url="https://khaosat.nghean.gov.vn/khao-sat-hai-long/t/K7M29QFX3HTA",
        banner="Dữ liệu mô phỏng",
    )
    sheet = write_slips([long] * 8, DATED)
    [text] = page_texts(sheet)
    assert text.count(long.url) == text.count(long.dossier) == 8
    assert len(zxingcpp.read_barcodes(pixels(sheet, 0, 200))) == 8


def test_every_vietnamese_letter_comes_back_from_a_slip_in_our_font() -> None:
    letters = vietnamese_letters()
    spaced = " ".join(letters[start : start + 12] for start in range(0, len(letters), 12))
    sheet = write_slips([replace(slip(1), unit=spaced)], DATED)
    assert letters in squeezed(page_texts(sheet)[0])
    assert {embedded for _, embedded in fonts(sheet)} == {True}
    assert {name.partition("-")[0] for name, _ in fonts(sheet)} == {"BeVietnamPro"}


@pytest.mark.parametrize("dossier", ["H40-💛", "H40-\u4f60", 'H"40\\#[x]$y$', "*H_40_*"])
def test_any_dossier_that_a_list_may_hold_is_printed(dossier: str) -> None:
    assert write_slips([replace(slip(1), dossier=dossier)], DATED).startswith(b"%PDF-")


def test_equal_slips_give_equal_bytes(sheets: bytes) -> None:
    assert write_slips([slip(number) for number in range(10)], DATED) == sheets
    assert write_slips(SLIPS[:9], DATED) != sheets
    assert write_links(SLIPS) == write_links([slip(number) for number in range(10)])
