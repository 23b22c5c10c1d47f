"""A device at a counter: a tablet on which people answer (kiosk), or a screen that shows a changing code."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from survey.core.counter import numbers_from, with_check_character
from survey.core.keyed import keyed

Kind = Literal["kiosk", "screen"]
KINDS: tuple[Kind, ...] = ("kiosk", "screen")

WINDOW_SECONDS = 30
"""How long a screen shows one code; it is taken until the next one has had its time too."""

TOKEN_LENGTH = 9
"""Eight characters and a check character: about 40 bits for a minute's life."""


@dataclass(frozen=True)
class Device:
    """A device with a secret address.

    Attributes:
        id: number, for officers' pages.
        kind: "kiosk" or "screen".
        counter_code: where it stands.
        name: what officers call it.
        added_at: UTC.
        withdrawn_at: UTC, or None while it is in service.
    """

    id: int
    kind: Kind
    counter_code: str
    name: str
    added_at: datetime
    withdrawn_at: datetime | None


def secret_hash(secret: str, *, key: bytes) -> str:
    """What is stored instead of a device's secret: 64 hexadecimal digits."""
    return keyed("device", secret, key=key).hex()


def screen_token(counter_code: str, now: datetime, *, key: bytes) -> str:
    """The token that a counter's screen shows at a moment of the server's clock."""
    return _token(counter_code, _window(now), key)


def is_current(token: str, counter_code: str, now: datetime, *, key: bytes) -> bool:
    """Whether a screen of this counter shows the token now or showed it just before.

    So a token is taken for 30 to 60 seconds after it appeared, which gives everybody half a minute to scan it.
    """
    window = _window(now)
    return token in {_token(counter_code, window, key), _token(counter_code, window - 1, key)}


def seconds_left(now: datetime) -> float:
    """How long the code of this moment will be shown, in seconds: above 0, at most :data:`WINDOW_SECONDS`."""
    return WINDOW_SECONDS - now.timestamp() % WINDOW_SECONDS


def _window(now: datetime) -> int:
    return int(now.timestamp() // WINDOW_SECONDS)


def _token(counter_code: str, window: int, key: bytes) -> str:
    digest = keyed("screen", counter_code, str(window), key=key)
    return with_check_character(numbers_from(digest, TOKEN_LENGTH - 1))
