"""Charts as pictures, for programs that do not draw SVG."""

from base64 import b64decode
from collections.abc import Sequence

from reports.glyphs import drawable_svg
from reports.pdf import Json, run


def pictures(svgs: Sequence[str]) -> list[bytes]:
    """Each chart as PNG, 160 mm wide at 220 dots per inch, drawn by what draws the paper.

    Raises:
        TypesettingFailed: if a chart cannot be drawn.
    """
    if not svgs:
        return []
    drawn: list[Json] = [drawable_svg(svg) for svg in svgs]
    return [b64decode(page) for page in run("pictures.typ", {"pictures": drawn}, "png").split(b"\n")]
