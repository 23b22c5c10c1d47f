"""Logos that officers send: pictures of unknown origin, taken apart within limits and kept as plain new ones.

Only PNG and JPEG, told by their content. An SVG may run scripts or load from elsewhere, so none is taken.
"""

from enum import Enum
from io import BytesIO

from PIL import Image, ImageOps

MOST_BYTES = 2_000_000
MOST_PIXELS = 16_000_000
LEAST_SIDE = 32
"""Pixels; what is smaller prints as a blot."""

LARGEST = (1000, 400)
"""Pixels in which a logo is kept: 60 mm wide at 400 dots per inch."""

_KINDS = ("PNG", "JPEG")


class LogoFault(Enum):
    """Why a file cannot be a logo."""

    TOO_LARGE = "bytes"
    NO_PICTURE = "no PNG or JPEG"
    TOO_MANY_PIXELS = "pixels"
    TOO_SMALL = "small"
    BROKEN = "broken"


class LogoUnfit(ValueError):
    """The file cannot be a logo; ``fault`` says why."""

    def __init__(self, fault: LogoFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def plain_logo(content: bytes) -> bytes:
    """The picture as a PNG on white, made anew: nothing of the file but its pixels is kept.

    Raises:
        LogoUnfit: if it is no picture of that kind, too large, too small or broken. Its pixels are counted before any
            is unpacked.
    """
    if len(content) > MOST_BYTES:
        raise LogoUnfit(LogoFault.TOO_LARGE)
    try:
        picture = Image.open(BytesIO(content), formats=_KINDS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as fault:
        raise LogoUnfit(LogoFault.TOO_MANY_PIXELS) from fault
    except (OSError, ValueError, SyntaxError) as fault:
        raise LogoUnfit(LogoFault.NO_PICTURE) from fault
    if picture.width * picture.height > MOST_PIXELS:
        raise LogoUnfit(LogoFault.TOO_MANY_PIXELS)
    if min(picture.size) < LEAST_SIDE:
        raise LogoUnfit(LogoFault.TOO_SMALL)
    try:
        return _as_png(_on_white(picture))
    except Exception as fault:
        raise LogoUnfit(LogoFault.BROKEN) from fault


def _on_white(picture: Image.Image) -> Image.Image:
    turned = ImageOps.exif_transpose(picture)
    if turned.mode.startswith("I"):
        # Sixteen bits a pixel, which converting would cut off instead of scaling.
        turned = turned.convert("I").point(lambda value: value / 257).convert("L")
    whole = turned.convert("RGBA")
    whole.thumbnail(LARGEST)
    ground = Image.new("RGBA", whole.size, "white")
    return Image.alpha_composite(ground, whole).convert("RGB")


def _as_png(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
