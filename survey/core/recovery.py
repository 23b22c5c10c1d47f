"""Recovery codes: each stands in once for the code of a phone that is lost."""

from collections.abc import Callable

from survey.core.keyed import keyed

CODES = 10
"""In a set."""

DIGITS = 12
"""Of a code: forty bits, typed on the keys that the phone's codes are typed on; guesses are slowed down as theirs are."""

_GROUP = 4


def fresh_codes(draw: Callable[[int], int]) -> tuple[str, ...]:
    """A set of different codes in groups of four digits, as shown: ``0123-4567-8901``.

    Args:
        draw: gives a number below its argument that nobody can guess.
    """
    found: dict[str, None] = {}
    while len(found) < CODES:
        digits = f"{draw(10**DIGITS):0{DIGITS}}"
        found["-".join(digits[at : at + _GROUP] for at in range(0, DIGITS, _GROUP))] = None
    return tuple(found)


def recovery_hash(name: str, typed: str, *, key: bytes) -> bytes | None:
    """What is stored instead of a code of the account ``name``; None if what was typed cannot be one.

    Spaces and hyphens do not count.
    """
    digits = "".join(character for character in typed if character not in " -–\u00a0")
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdecimal()):
        return None
    return keyed("recovery-code", name, digits, key=key)
