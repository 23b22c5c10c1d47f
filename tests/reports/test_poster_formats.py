"""Every size of poster is read by a camera at the size in which it is printed, and stays on its sheet."""

from dataclasses import replace
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image, ImageFilter

from reports.look import STANDARD
from reports.poster_formats import FORMATS
from reports.posters import Poster, draw_poster, write_posters
from reports.qr import QUIET_ZONE, qr_path
from survey.core.look import Look
from tests.reports.reading import page_texts, pixels, squeezed
from tests.reports.test_posters import poster

DPI = 127
MILLIMETRE = DPI / 25.4
LEAST_WIDE = {"a4": 95, "a5": 65, "a6": 45, "tent": 65, "2xa5": 65, "4xa6": 45}
"""Millimetres: a code is read from ten times its width."""

POSTERS = [poster(number) for number in range(5)]


def logo(size: tuple[int, int] = (600, 200)) -> bytes:
    """A red picture."""
    out = BytesIO()
    Image.new("RGB", size, "#c01010").save(out, "PNG")
    return out.getvalue()


LOOKS = {"standard": STANDARD, "own": Look("#7a1f1f", "#203020", logo())}


def expected_on(format_: str, page: int) -> list[Poster]:
    """The posters on a page, as often as each is on it."""
    if format_ == "tent":
        return [POSTERS[page]] * 2
    on = FORMATS[format_].on_a_sheet
    return POSTERS[page * on : (page + 1) * on]


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("format_", FORMATS)
def test_every_code_of_every_format_is_read_at_its_printed_size(format_: str, look: str) -> None:
    sheet = write_posters(POSTERS, format_, look=LOOKS[look])
    shape = FORMATS[format_]
    assert len(page_texts(sheet)) == shape.sheets(len(POSTERS))
    for page in range(shape.sheets(len(POSTERS))):
        image = pixels(sheet, page, DPI)
        assert image.size == pytest.approx([side * MILLIMETRE for side in shape.sheet], abs=2)
        codes = zxingcpp.read_barcodes(image.filter(ImageFilter.GaussianBlur(1)))
        wanted = expected_on(format_, page)
        assert sorted(code.text for code in codes) == sorted(each.url for each in wanted)
        for code in codes:
            assert _wide(code) >= LEAST_WIDE[format_]


@pytest.mark.parametrize("format_", FORMATS)
def test_a_code_is_black_on_white_with_its_quiet_zone_whatever_the_colours(format_: str) -> None:
    image = pixels(write_posters(POSTERS, format_, look=LOOKS["own"]), 0, DPI)
    for code in zxingcpp.read_barcodes(image):
        points = [
            getattr(code.position, name) for name in ("top_left", "top_right", "bottom_left", "bottom_right")
        ]
        left, right = min(p.x for p in points), max(p.x for p in points)
        top, bottom = min(p.y for p in points), max(p.y for p in points)
        quiet = int((right - left) / qr_path(code.text)[0] * QUIET_ZONE) - 2
        around = image.crop((left - quiet, top - quiet, right + quiet, bottom + quiet)).convert("RGB")
        assert all(max(colour) - min(colour) < 8 for _, colour in around.getcolors(1 << 20) or ())
        around.paste("white", (quiet - 3, quiet - 3, around.width - quiet + 4, around.height - quiet + 4))
        assert around.convert("L").getextrema() == (255, 255)


def test_a_tent_shows_its_poster_to_both_sides() -> None:
    codes = zxingcpp.read_barcodes(pixels(write_posters(POSTERS[:1], "tent"), 0, DPI))
    upper, lower = sorted(codes, key=lambda code: min(code.position.top_left.y, code.position.bottom_left.y))
    assert upper.position.top_left.y > upper.position.bottom_left.y
    assert lower.position.top_left.y < lower.position.bottom_left.y
    fold = FORMATS["tent"].sheet[1] / 2 * MILLIMETRE
    assert upper.position.top_left.y < fold < lower.position.top_left.y


@pytest.mark.parametrize(
    ("format_", "cuts"), [("2xa5", [(148.5, 2)]), ("4xa6", [(105, 2), (2, 148.5), (105, 148.5)])]
)
def test_sheets_of_several_have_cut_marks(format_: str, cuts: list[tuple[float, float]]) -> None:
    image = pixels(write_posters(POSTERS, format_), 0, 254).convert("L")
    for x, y in cuts:
        around = image.crop((int(x * 10) - 6, int(y * 10) - 6, int(x * 10) + 6, int(y * 10) + 6))
        assert around.getextrema()[0] < 160


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("format_", FORMATS)
def test_long_names_stay_within_every_format(format_: str, look: str) -> None:
    long = replace(
        poster(1),
        unit="Trung tâm Phục vụ hành chính công và Hỗ trợ doanh nghiệp " * 4,
        counter="Quầy" * 60,
        place="Tầng 1, số 27 đường Lê Mao " * 6,
        url="https://khaosat.nghean.gov.vn/khao-sat-hai-long/q/" + "7K3F" * 12,
    )
    sheet = write_posters([long] * 4, format_, look=LOOKS[look])
    faces = len(FORMATS[format_].places)
    for text in page_texts(sheet):
        for part in (long.unit, long.counter, long.place, long.fingerprint):
            assert squeezed(text).count(squeezed(part)) == faces
    codes = zxingcpp.read_barcodes(pixels(sheet, 0, 150))
    assert [code.text for code in codes] == [long.url] * faces


@pytest.mark.parametrize("format_", FORMATS)
def test_the_same_posters_are_the_same_bytes_and_another_look_is_not(format_: str) -> None:
    first = write_posters(POSTERS, format_, look=LOOKS["own"])
    assert write_posters([poster(number) for number in range(5)], format_, look=LOOKS["own"]) == first
    assert write_posters(POSTERS, format_) != first


def test_a_picture_of_a_poster_shows_what_is_printed() -> None:
    image = Image.open(BytesIO(draw_poster(POSTERS[3], "a6", look=LOOKS["own"])))
    assert [code.text for code in zxingcpp.read_barcodes(image)] == [POSTERS[3].url]
    assert image.convert("RGB").getpixel((image.width // 2, int(image.height * 0.08))) == (192, 16, 16)


def _wide(code: zxingcpp.Barcode) -> float:
    left, right = code.position.top_left, code.position.top_right
    return abs(right.x - left.x) / MILLIMETRE
