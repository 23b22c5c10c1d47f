"""A QR code as one small SVG path: the matrix row by row, each run of dark modules one stroke."""

from collections.abc import Iterator

import numpy as np
import zxingcpp
from numpy.typing import NDArray

Modules = NDArray[np.bool_]

QUIET_ZONE = 4
"""Modules of white that a reader needs on every side (ISO/IEC 18004)."""


def qr_path(text: str) -> tuple[int, str]:
    """The code's modules per side (without quiet zone) and its dark modules as an SVG path.

    One unit is one module and the path is to be stroked one unit wide: every row is drawn along its middle,
    from (0, 0.5) on. Error correction Q restores up to a quarter of the code, for scratched counter signs.
    """
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="Q")
    image = np.array(code.to_image(scale=1, add_quiet_zones=False))
    return len(image), "".join(f"M{x} {y}.5h{length}" for x, y, length in _runs(image == 0))


def qr_svg(text: str) -> str:
    """The code as an SVG image with its quiet zone, black on white, without any size of its own."""
    modules, path = qr_path(text)
    side = modules + 2 * QUIET_ZONE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-QUIET_ZONE} {-QUIET_ZONE} {side} {side}">'
        f'<rect x="{-QUIET_ZONE}" y="{-QUIET_ZONE}" width="{side}" height="{side}" fill="#ffffff"/>'
        f'<path d="{path}" stroke="#000000" stroke-width="1" fill="none" shape-rendering="crispEdges"/></svg>'
    )


def _runs(dark: Modules) -> Iterator[tuple[int, int, int]]:
    """Where each run of dark modules begins, row by row, and how long it is."""
    edges = np.diff(np.pad(dark, ((0, 0), (1, 1))).astype(np.int8))
    rows, starts = np.nonzero(edges == 1)
    ends = np.nonzero(edges == -1)[1]
    return zip(starts.tolist(), rows.tolist(), (ends - starts).tolist(), strict=True)
