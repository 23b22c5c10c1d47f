"""A QR code as one small SVG path: the matrix row by row, each run of dark modules one stroke."""

import qrcode  # type: ignore[import-untyped]
from qrcode.constants import ERROR_CORRECT_Q  # type: ignore[import-untyped]

QUIET_ZONE = 4
"""Modules of white that a reader needs on every side (ISO/IEC 18004)."""


def qr_path(text: str) -> tuple[int, str]:
    """The code's modules per side (without quiet zone) and its dark modules as an SVG path.

    One unit is one module and the path is to be stroked one unit wide: every row is drawn along its middle,
    from (0, 0.5) on. Error correction Q restores up to a quarter of the code, for scratched counter signs.
    """
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=0)
    code.add_data(text)
    code.make(fit=True)
    matrix: list[list[bool]] = code.get_matrix()
    return len(matrix), "".join(_runs(row, y) for y, row in enumerate(matrix))


def qr_svg(text: str) -> str:
    """The code as an SVG image with its quiet zone, black on white, without any size of its own."""
    modules, path = qr_path(text)
    side = modules + 2 * QUIET_ZONE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-QUIET_ZONE} {-QUIET_ZONE} {side} {side}">'
        f'<rect x="{-QUIET_ZONE}" y="{-QUIET_ZONE}" width="{side}" height="{side}" fill="#ffffff"/>'
        f'<path d="{path}" stroke="#000000" stroke-width="1" fill="none" shape-rendering="crispEdges"/></svg>'
    )


def _runs(row: list[bool], y: int) -> str:
    strokes: list[str] = []
    x = 0
    while x < len(row):
        end = x
        while end < len(row) and row[end]:
            end += 1
        if end > x:
            strokes.append(f"M{x} {y}.5h{end - x}")
        x = end + 1
    return "".join(strokes)
