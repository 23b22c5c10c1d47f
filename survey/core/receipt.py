"""The receipt of a response: proof for the citizen, silent about the answers."""

import hashlib
import hmac

from survey.core.counter import numbers_from, with_check_character

RECEIPT_LENGTH = 10


def receipt_of(response_id: str, fingerprint: str, *, key: bytes) -> str:
    """The receipt of a stored response: nine characters and a check character.

    It is a keyed hash (HMAC-SHA-256) of the response's id and of its answers' fingerprint, so the same
    response always has the same receipt and nobody without the key can make one or learn an answer from it.

    Args:
        response_id: 32 hexadecimal digits.
        fingerprint: SHA-256 of the canonical answers, 64 hexadecimal digits.
        key: the instance's secret.
    """
    digest = hmac.new(key, f"receipt|{response_id}|{fingerprint}".encode(), hashlib.sha256).digest()
    return with_check_character(numbers_from(digest, RECEIPT_LENGTH - 1))
