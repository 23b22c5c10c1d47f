"""The sizes in which posters are printed, alone on a sheet or several on one to be cut apart or folded."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class PosterFormat:
    """How posters stand on a sheet; lengths in millimetres.

    Attributes:
        sheet: width and height of a page.
        face: width and height of what is read at once.
        places: top left corner of every face on a page.
        is_tent: whether all faces of a page show the same poster, the first one upside down: folded between them,
            the sheet stands and is read from both sides.
    """

    sheet: tuple[float, float]
    face: tuple[float, float]
    places: tuple[tuple[float, float], ...] = ((0.0, 0.0),)
    is_tent: bool = False

    @property
    def on_a_sheet(self) -> int:
        """How many posters are printed on a page."""
        return 1 if self.is_tent else len(self.places)

    def sheets(self, posters: int) -> int:
        """Pages that so many posters take."""
        return -(-posters // self.on_a_sheet)


FORMATS: Mapping[str, PosterFormat] = {
    "a4": PosterFormat((210, 297), (210, 297)),
    "a5": PosterFormat((148, 210), (148, 210)),
    "a6": PosterFormat((105, 148), (105, 148)),
    "tent": PosterFormat((210, 297), (210, 148.5), ((0, 0), (0, 148.5)), is_tent=True),
    "2xa5": PosterFormat((297, 210), (148.5, 210), ((0, 0), (148.5, 0))),
    "4xa6": PosterFormat((210, 297), (105, 148.5), ((0, 0), (105, 0), (0, 148.5), (105, 148.5))),
}
"""By the code that addresses and the command line use."""

STANDARD_FORMAT = "a5"
