"""A one-time ticket (mã một lần): given out with a dossier, it makes one response verified.

The code is derived from the round and the dossier, so the same list gives the same tickets again, and only its
keyed hash is stored: neither the dossier nor the code can be read from the store.
"""

import unicodedata
from dataclasses import dataclass

from survey.core.counter import MistypedCode, numbers_from, parse_code, with_check_character
from survey.core.keyed import keyed

TICKET_LENGTH = 12
"""Eleven characters and a check character: 31¹¹ codes, so that no number of guesses finds one of a million."""

GROUP = 4


class MistypedTicket(ValueError):
    """The text cannot be a ticket."""


@dataclass(frozen=True)
class Ticket:
    """What is stored of a ticket.

    Attributes:
        hash: see :func:`ticket_hash`.
        round_code: the only round in which it counts.
        counter_code: where the dossier was handled.
        field_code: the dossier's field.
        used: whether a response was stored with it; when, and which one, nobody notes.
    """

    hash: str
    round_code: str
    counter_code: str
    field_code: str
    used: bool = False


def ticket_code(round_code: str, dossier: str, *, key: bytes) -> str:
    """The ticket of a dossier in a round, see :data:`TICKET_LENGTH`.

    Args:
        round_code: another round gives another ticket.
        dossier: the dossier's code, see :func:`dossier_code`.
        key: the instance's secret.
    """
    digest = keyed("ticket", round_code, dossier, key=key)
    return with_check_character(numbers_from(digest, TICKET_LENGTH - 1))


def ticket_hash(code: str, *, key: bytes) -> str:
    """What is stored instead of the code: 64 hexadecimal digits."""
    return keyed("ticket-hash", code, key=key).hex()


def parse_ticket(text: str) -> str:
    """The ticket in what somebody typed or scanned.

    Raises:
        MistypedTicket: if it cannot be one.
    """
    try:
        return parse_code(text, TICKET_LENGTH)
    except MistypedCode as fault:
        raise MistypedTicket from fault


def readable_ticket(code: str) -> str:
    """The ticket in groups of four, as printed: ``K7M2-9QFX-3HTA``."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def dossier_code(text: str) -> str:
    """A dossier's code in its one spelling: capitals, no spaces at its ends, letters composed."""
    return unicodedata.normalize("NFC", text).strip().upper()
