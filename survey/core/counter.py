"""The printed code of a counter (quầy): short, without look-alikes, with a check character.

A code addresses a place, never a survey: which round and which questionnaire version it opens is decided
when it is scanned, so a poster never has to be reprinted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""31 characters, a prime number; without 0/O, 1/I/L."""

BODY_LENGTH = 7
CODE_LENGTH = BODY_LENGTH + 1

MOST_IN_AN_HOUR = 1200
"""Responses taken at one counter in one hour of arrival: one every three seconds.

A counter serves some twenty people in an hour. A hall where several hundred scan the same poster stays far below it;
a script that floods a photographed code does not.
"""


class MistypedCode(ValueError):
    """The text cannot be a code: a wrong length, a foreign character or a wrong check character."""


@dataclass(frozen=True)
class Counter:
    """A place where citizens are served.

    Attributes:
        code: eight characters, see :func:`with_check_character`.
        unit_code: the serving unit (cơ quan).
        field_code: the only field served here, or None when the citizen says which one.
        name: for example "Quầy số 1 – Đất đai".
        place: where it stands.
        retired: whether the counter is out of service; its code answers all the same.
    """

    code: str
    unit_code: str
    field_code: str | None
    name: str
    place: str
    retired: bool = False


def check_character(body: str) -> str:
    """The check character of ``body``: the weighted sum of its characters modulo 31.

    The weights 2, 3, 4 … are distinct and smaller than the prime 31, so every single wrong character and every
    swap of two characters changes the sum (the principle of ISO 7064 and ISBN-10).
    """
    total = sum(weight * ALPHABET.index(character) for weight, character in enumerate(body, start=2))
    return ALPHABET[total % len(ALPHABET)]


def numbers_from(data: bytes, length: int) -> list[int]:
    """The last ``length`` digits of ``data`` read as one large number to the base 31, the last digit first.

    Args:
        data: far more than 5 bits per digit, so that every code is practically as likely as any other.
        length: how many numbers in 0..30 are wanted.
    """
    rest = int.from_bytes(data, "big")
    numbers = []
    for _ in range(length):
        rest, number = divmod(rest, len(ALPHABET))
        numbers.append(number)
    return numbers


def with_check_character(numbers: Sequence[int]) -> str:
    """A code from random numbers.

    Args:
        numbers: each in 0..30, one per character of the body.

    Returns:
        The body followed by its check character.
    """
    body = "".join(ALPHABET[number] for number in numbers)
    return body + check_character(body)


def characters_of(text: str) -> str:
    """What was typed without spaces and hyphens, which do not matter."""
    return "".join(character for character in text if character not in " -–\u00a0")


def parse_code(text: str, length: int = CODE_LENGTH) -> str:
    """The code in what somebody typed: case, spaces and hyphens do not matter.

    Raises:
        MistypedCode: if the text cannot be a code of ``length`` characters.
    """
    code = characters_of(text)
    # Some foreign letters become Latin ones in capitals: refuse them first.
    if not code.isascii():
        raise MistypedCode(text)
    code = code.upper()
    if len(code) != length or any(character not in ALPHABET for character in code):
        raise MistypedCode(text)
    if check_character(code[:-1]) != code[-1]:
        raise MistypedCode(text)
    return code


def readable_code(code: str) -> str:
    """The code in two groups, as printed: ``K7M2-9QFX``."""
    middle = len(code) // 2
    return f"{code[:middle]}-{code[middle:]}"
