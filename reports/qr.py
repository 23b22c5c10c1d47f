"""A QR code as one small SVG path: the matrix row by row, each run of dark modules one stroke."""

import re
from functools import lru_cache

import numpy as np
import zxingcpp

QUIET_ZONE = 4
"""Modules of white that a reader needs on every side (ISO/IEC 18004)."""

_RUNS = re.compile(rb"(\xff*)(\x00+)")
"""White modules, then dark ones."""


def qr_path(text: str) -> tuple[int, str]:
    """The code's modules per side (without quiet zone) and its dark modules as an SVG path.

    One unit is one module and the path is to be stroked one unit wide: every row is drawn along its middle, which
    is at a whole number, the first at 0; whole numbers take the least to read, to write and to compress. Error
    correction Q restores up to a quarter of the code, for scratched counter signs.
    """
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="Q")
    image = np.asarray(code.to_image(scale=1, add_quiet_zones=False))
    side, modules = len(image), image.tobytes()
    rows = (modules[at : at + side] for at in range(0, len(modules), side))
    return side, "".join(f"M0 {y}{_strokes(row)}" for y, row in enumerate(rows))


def qr_svg(text: str) -> str:
    """The code as an SVG image with its quiet zone, black on white, without any size of its own."""
    modules, path = qr_path(text)
    side, top = modules + 2 * QUIET_ZONE, -QUIET_ZONE - 0.5
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-QUIET_ZONE} {top} {side} {side}">'
        f'<rect x="{-QUIET_ZONE}" y="{top}" width="{side}" height="{side}" fill="#ffffff"/>'
        f'<path d="{path}" stroke="#000000" stroke-width="1" fill="none" shape-rendering="crispEdges"/></svg>'
    )


def _strokes(row: bytes) -> str:
    """The dark runs of a row, from left to right, each from where the one before ends."""
    return "".join([_stroke(len(light), len(dark)) for light, dark in _RUNS.findall(row)])


@lru_cache(maxsize=1024)
def _stroke(light: int, dark: int) -> str:
    return f"m{light} 0h{dark}" if light else f"h{dark}"
