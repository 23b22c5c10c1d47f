"""A printed poster opens its counter's page, for a camera as for a person who types."""

import re
from dataclasses import replace
from io import BytesIO

import numpy as np
import pypdfium2
import pytest
import qrcode  # type: ignore[import-untyped]
import zxingcpp
from PIL import Image, ImageFilter

from reports.posters import Poster, write_posters
from reports.qr import QUIET_ZONE, qr_path, qr_png, qr_svg
from tests.reports.reading import fonts, page_texts, pixels, squeezed, vietnamese_letters

A5 = (148, 210)


def poster(number: int, banner: str = "Dữ liệu mô phỏng") -> Poster:
    """A counter's poster."""
    return Poster(
        unit="Trung tâm Phục vụ hành chính công phường Trường Vinh",
        counter=f"Quầy {number}: Đất đai, môi trường",
        place="Tầng 1, số 27 đường Lê Mao",
        code_text=f"7K3F-{number:04d}",
        url=f"https://khaosat.nghean.gov.vn/q/7K3F{number:04d}",
        fingerprint="7c1e 90ab 44d2 f318",
        banner=banner,
    )


POSTERS = [poster(number) for number in range(12)]


@pytest.fixture(scope="module")
def sheet() -> bytes:
    """Twelve posters as printed."""
    return write_posters(POSTERS)


def read_code(image: Image.Image) -> zxingcpp.Barcode:
    """The one code on a picture."""
    (code,) = zxingcpp.read_barcodes(image)
    return code


@pytest.mark.parametrize("number", range(12))
def test_the_code_on_every_poster_opens_its_address(sheet: bytes, number: int) -> None:
    code = read_code(pixels(sheet, number, 200))
    assert code.text == POSTERS[number].url
    assert code.ec_level == "Q"


@pytest.mark.parametrize("number", range(12))
def test_the_code_is_read_from_a_coarse_and_blurred_picture(sheet: bytes, number: int) -> None:
    blurred = pixels(sheet, number, 100).filter(ImageFilter.GaussianBlur(2))
    assert read_code(blurred).text == POSTERS[number].url


def test_the_code_is_read_when_a_tenth_of_it_is_torn_off(sheet: bytes) -> None:
    image = pixels(sheet, 0, 200)
    corner = read_code(image).position.bottom_right
    image.paste("white", (corner.x - 130, corner.y - 130, corner.x, corner.y))
    assert read_code(image).text == POSTERS[0].url


def test_the_code_is_at_least_sixty_millimetres_wide_with_four_modules_of_white_around(sheet: bytes) -> None:
    image = pixels(sheet, 0, 200).convert("L")
    place = read_code(image).position
    wide = place.top_right.x - place.top_left.x
    assert wide / 200 * 25.4 >= 60
    module = wide / qr_path(POSTERS[0].url)[0]
    quiet = int(QUIET_ZONE * module)
    left, top = place.top_left.x - quiet, place.top_left.y - quiet
    around = image.crop((left, top, place.bottom_right.x + quiet, place.bottom_right.y + quiet))
    around.paste(255, (quiet - 3, quiet - 3, around.width - quiet + 4, around.height - quiet + 4))
    assert around.getextrema() == (255, 255)


def test_each_poster_is_one_a5_page_with_its_words_in_vietnamese_before_english(sheet: bytes) -> None:
    texts = page_texts(sheet)
    assert len(texts) == len(POSTERS)
    image = pixels(sheet, 0, 254)
    assert image.size == pytest.approx((A5[0] * 10, A5[1] * 10), abs=2)
    for text, made in zip(texts, POSTERS, strict=True):
        for part in (made.unit, made.counter, made.place, made.code_text, made.fingerprint, made.banner):
            assert squeezed(part) in squeezed(text)
        assert text.index("ẩn danh, vài phút") < text.index("anonymous, a few minutes")


def test_the_address_is_on_the_page_as_text_in_one_piece(sheet: bytes) -> None:
    for text, made in zip(page_texts(sheet), POSTERS, strict=True):
        assert made.url in text.splitlines()


def test_the_bookmark_of_a_poster_is_its_unit_s_name_with_a_space_where_the_line_breaks(sheet: bytes) -> None:
    titles = [mark.get_title() for mark in pypdfium2.PdfDocument(sheet).get_toc()]
    assert titles == [made.unit for made in POSTERS]


def test_long_names_and_addresses_still_fit_on_one_page() -> None:
    long = replace(
        poster(1),
        unit="Trung tâm Phục vụ hành chính công và Hỗ trợ doanh nghiệp " * 4,
        counter="Quầy tiếp nhận và trả kết quả lĩnh vực " * 4,
        place="Tầng 1, số 27 đường Lê Mao " * 6,
        url="https://khaosat.nghean.gov.vn/khao-sat-hai-long/q/" + "7K3F" * 12,
    )
    sheet = write_posters([long, poster(2)])
    texts = page_texts(sheet)
    assert len(texts) == 2
    assert long.url in texts[0].splitlines()
    assert read_code(pixels(sheet, 0, 200)).text == long.url


def test_every_vietnamese_letter_comes_back_from_a_poster() -> None:
    text = vietnamese_letters()
    spaced = " ".join(text[i : i + 12] for i in range(0, len(text), 12))
    found = squeezed(page_texts(write_posters([replace(poster(1), unit=spaced, counter=spaced)]))[0])
    assert found.count(text) == 2


def test_posters_without_place_banner_or_fingerprint_are_printed() -> None:
    bare = replace(poster(1), place="", banner="", fingerprint="")
    (text,) = page_texts(write_posters([bare]))
    assert "Dữ liệu" not in text


def test_equal_posters_give_equal_bytes_with_our_fonts_only(sheet: bytes) -> None:
    assert write_posters([poster(number) for number in range(12)]) == sheet
    assert write_posters(POSTERS[:11]) != sheet
    assert {embedded for _, embedded in fonts(sheet)} == {True}
    assert {name.partition("-")[0] for name, _ in fonts(sheet)} == {"BeVietnamPro"}


def test_a_code_is_a_small_drawing_with_its_quiet_zone() -> None:
    modules, path = qr_path("https://khaosat.nghean.gov.vn/q/7K3F0001")
    assert modules == 33
    assert path.startswith("M0 0h7")
    assert len(qr_svg("https://khaosat.nghean.gov.vn/q/7K3F0001")) < 4000
    assert 'viewBox="-4 -4.5 41 41"' in qr_svg("https://khaosat.nghean.gov.vn/q/7K3F0001")


@pytest.mark.parametrize("length", [1, 20, 40, 100, 300, 1000])
def test_a_code_for_paper_has_a_pixel_for_each_module_and_four_of_white_around(length: int) -> None:
    text = "https://khaosat.nghean.gov.vn/q/" + "7" * length
    written = qr_png(text)
    image = Image.open(BytesIO(written))
    image.load()
    side = qr_path(text)[0] + 2 * QUIET_ZONE
    assert (image.format, image.mode, image.size) == ("PNG", "1", (side, side))
    around = image.copy()
    around.paste(255, (QUIET_ZONE, QUIET_ZONE, side - QUIET_ZONE, side - QUIET_ZONE))
    assert around.getextrema() == (255, 255)
    assert read_code(image.convert("L").resize((side * 4, side * 4), Image.Resampling.NEAREST)).text == text
    assert len(written) < 100 + side * (side + 15) / 8


def test_a_code_on_paper_is_never_smoothed_however_large_it_is_drawn(sheet: bytes) -> None:
    codes = re.findall(rb"<<[^>]*/Subtype/Image[^>]*>>", sheet)
    assert len(codes) == len(POSTERS)
    assert not [code for code in codes if b"/Interpolate true" in code]
    large = np.asarray(pixels(sheet, 0, 600).convert("L"))
    grey = (large > 60) & (large < 195)
    top, left = int(large.shape[0] * 0.4), int(large.shape[1] * 0.3)
    assert grey[top : top + 900, left : left + 900].mean() < 0.002


@pytest.mark.parametrize("text", ["https://khaosat.nghean.gov.vn/q/khaosat", "otpauth://totp/sipas?secret=a"])
def test_a_code_is_the_one_that_a_second_program_draws_with_one_of_the_eight_masks(text: str) -> None:
    drawn = []
    for mask in range(8):
        other = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q, border=0, mask_pattern=mask)
        other.add_data(text, optimize=0)
        other.make(fit=True)
        drawn.append(other.get_matrix())
    modules, path = qr_path(text)
    dark = np.zeros((modules, modules), dtype=bool)
    x = y = 0
    for letter, first, second in re.findall(r"([Mmh])(\d+)(?: (\d+))?", path):
        if letter == "M":
            x, y = int(first), int(second)
        elif letter == "m":
            x += int(first)
        else:
            dark[y, x : x + int(first)] = True
            x += int(first)
    assert dark.tolist() in drawn
