"""Keyed hashes: what only this instance can make, each for one purpose."""

import hashlib
import hmac


def keyed(purpose: str, *parts: str, key: bytes) -> bytes:
    """HMAC-SHA-256 of the parts: 32 bytes that nobody without the key can make or trace back.

    Args:
        purpose: names what it is for, so that a hash made for one purpose is of no use for another.
        parts: what is hashed; none may hold a NUL character, which separates them.
        key: the instance's secret.
    """
    message = "\0".join((purpose, *parts))
    if message.count("\0") != len(parts):
        raise ValueError("a part holds the separator")
    return hmac.new(key, message.encode(), hashlib.sha256).digest()
