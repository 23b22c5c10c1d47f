"""How often counters' pages were opened and answering was begun: whole numbers, nothing about who did it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class OpenedAt:
    """What is counted together.

    Attributes:
        round_code: the round that the page asked for.
        counter_code: the counter whose page it was.
        unit_code: whose counter it was then; counters can move.
        field_code: the field of the page, or None where the citizen chooses.
        mode: "qr", "ticket", "kiosk" or "screen".
        day: in Việt Nam.
    """

    round_code: str
    counter_code: str
    unit_code: str
    field_code: str | None
    mode: str
    day: date


@dataclass(frozen=True)
class Openings:
    """Numbers of one place, each at least 0.

    Both are approximate: a page that is loaded again counts again, a link's preview too, a server process that is
    killed loses its last seconds, and phones without the page's script do not say that answering was begun.

    Attributes:
        opened: pages that were opened (lượt mở trang).
        started: pages on which a first answer was touched (lượt bắt đầu), so many at least.
    """

    opened: int = 0
    started: int = 0

    def __add__(self, other: "Openings") -> "Openings":
        """Both together."""
        return Openings(self.opened + other.opened, self.started + other.started)

    def reaching(self, responses: int) -> "Openings":
        """The same where it is known that so many responses came from these pages: each was opened and begun."""
        opened = max(self.opened, responses)
        return Openings(opened, min(max(self.started, responses), opened))
