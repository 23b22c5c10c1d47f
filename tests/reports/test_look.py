"""An instance's own logo and colours: readable on paper, and nothing of a file but its pixels."""

from io import BytesIO
from random import Random

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from reports.logo import LARGEST, MOST_BYTES, LogoFault, LogoUnfit, plain_logo
from reports.look import STANDARD
from reports.posters import write_posters
from survey.core.look import ColourUnfit, Look, colour, contrast_to_white
from tests.reports.reading import pixels
from tests.reports.test_posters import poster


def file_of(picture: Image.Image, kind: str = "PNG", **how: object) -> bytes:
    """A picture as a file."""
    out = BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def refused(content: bytes) -> LogoFault:
    """Why a logo is not taken."""
    with pytest.raises(LogoUnfit) as fault:
        plain_logo(content)
    return fault.value.fault


@pytest.mark.parametrize(
    ("given", "ratio"),
    [("#ffffff", 1.0), ("#000000", 21.0), ("#777777", 4.48), ("#767676", 4.54), ("#0000ff", 8.59)],
)
def test_contrast_is_that_of_the_accessibility_guidelines(given: str, ratio: float) -> None:
    assert contrast_to_white(given) == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize(
    "given", ["#777777", "#ffffff", "red", "#fff", "", "#12345g", "#0b4f8a;", "url(#a)", "#0b4f8a00"]
)
def test_a_colour_that_is_none_or_too_pale_is_refused(given: str) -> None:
    with pytest.raises(ColourUnfit):
        colour(given)


def test_the_standard_colours_pass_their_own_check() -> None:
    assert (colour(STANDARD.primary), colour(STANDARD.ink.upper())) == (STANDARD.primary, STANDARD.ink)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_logo_is_kept_as_pixels_only(kind: str) -> None:
    how: dict[str, object] = {"exif": b"Exif\0\0secret place"} if kind == "JPEG" else {}
    if kind == "PNG":
        how["pnginfo"] = PngInfo()
        how["pnginfo"].add_text("Author", "secret place")  # type: ignore[attr-defined]
    sent = file_of(Image.new("RGB", (300, 100), "#c01010"), kind, **how)
    assert b"secret place" in sent
    kept = plain_logo(sent)
    assert b"secret place" not in kept
    assert plain_logo(kept) == kept
    assert Image.open(BytesIO(kept)).size == (300, 100)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK", "YCbCr"])
def test_every_kind_of_pixel_is_printed(mode: str) -> None:
    picture = Image.new(mode, (80, 60))
    kind = "JPEG" if mode in {"CMYK", "YCbCr"} else "PNG"
    kept = plain_logo(file_of(picture, kind))
    assert write_posters([poster(1)], look=Look("#0b4f8a", "#1c2733", kept)).startswith(b"%PDF-")


def test_sixteen_bits_are_scaled_and_what_shines_through_is_white() -> None:
    grey = Image.new("I;16", (80, 60), 32896)
    assert Image.open(BytesIO(plain_logo(file_of(grey)))).getpixel((9, 9)) == (128, 128, 128)
    clear = Image.new("RGBA", (80, 60), (255, 0, 0, 0))
    assert Image.open(BytesIO(plain_logo(file_of(clear)))).getpixel((9, 9)) == (255, 255, 255)


def test_a_logo_is_turned_as_its_camera_says() -> None:
    said = Image.Exif()
    said[ORIENTATION] = 6
    turned = plain_logo(file_of(Image.new("RGB", (300, 100)), "JPEG", exif=said.tobytes()))
    assert Image.open(BytesIO(turned)).size == (100, 300)


def test_a_large_logo_is_made_smaller() -> None:
    kept = Image.open(BytesIO(plain_logo(file_of(Image.new("RGB", (4000, 3000))))))
    assert kept.width <= LARGEST[0]
    assert kept.height <= LARGEST[1]
    assert kept.width / kept.height == pytest.approx(4 / 3, abs=0.01)


ORIENTATION, DESCRIPTION = 0x0112, 0x010E
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script><image href="http://a/b"/></svg>'


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", LogoFault.NO_PICTURE),
        (SVG, LogoFault.NO_PICTURE),
        (b"%PDF-1.7", LogoFault.NO_PICTURE),
        (b"\x89PNG\r\n\x1a\n", LogoFault.NO_PICTURE),
        (file_of(Image.new("RGB", (80, 60)), "GIF"), LogoFault.NO_PICTURE),
        (file_of(Image.new("RGB", (80, 60)), "WEBP"), LogoFault.NO_PICTURE),
        (file_of(Image.new("RGB", (20, 300))), LogoFault.TOO_SMALL),
        (file_of(Image.new("1", (5000, 5000))), LogoFault.TOO_MANY_PIXELS),
        (file_of(Image.new("1", (10000, 10000))), LogoFault.TOO_MANY_PIXELS),
        (file_of(Image.new("1", (20000, 20000))), LogoFault.TOO_MANY_PIXELS),
        (b"x" * (MOST_BYTES + 1), LogoFault.TOO_LARGE),
    ],
)
def test_what_is_no_fit_picture_is_refused_with_its_reason(content: bytes, fault: LogoFault) -> None:
    assert refused(content) is fault


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_broken_picture_is_refused_or_made_whole_and_never_more(kind: str) -> None:
    chance = Random(7)
    noise = Image.frombytes("RGB", (90, 70), chance.randbytes(90 * 70 * 3))
    said = Image.Exif()
    said[ORIENTATION], said[DESCRIPTION] = 6, "x" * 40
    whole = file_of(noise, kind, exif=said.tobytes())
    outcomes = set()
    for _ in range(600):
        broken = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            broken[chance.randrange(chance.choice((200, len(broken))))] = chance.randrange(256)
        try:
            Image.open(BytesIO(plain_logo(bytes(broken[: chance.randint(20, len(broken))])))).load()
            outcomes.add("kept")
        except LogoUnfit as fault:
            outcomes.add(fault.fault.name)
    assert "BROKEN" in outcomes
    assert outcomes <= {"kept", "BROKEN", "NO_PICTURE", "TOO_SMALL", "TOO_MANY_PIXELS"}


def test_own_colours_are_on_the_paper() -> None:
    image = pixels(write_posters([poster(1)], look=Look("#7a1f1f", "#203020")), 0, 150).convert("RGB")
    colours = {colour for _, colour in image.getcolors(1 << 20) or ()}
    assert {(0x7A, 0x1F, 0x1F), (0x20, 0x30, 0x20)} <= colours
    assert (0x0B, 0x4F, 0x8A) not in colours
