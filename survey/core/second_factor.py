"""The second factor: six digits from a clock and a secret that only the person's phone and we share (RFC 6238)."""

import hmac
from datetime import datetime

import pyotp

EARLY_OR_LATE = (0, -1, 1)
"""Steps of half a minute by which a phone's clock may differ."""


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The step of the clock to which a code belongs, or None if it is not a code of this secret now.

    Args:
        secret: in base 32.
        code: as typed; spaces do not count.
        now: UTC.
    """
    typed = "".join(code.split())
    clock = pyotp.TOTP(secret)
    for offset in EARLY_OR_LATE:
        step = clock.timecode(now) + offset
        if hmac.compare_digest(clock.generate_otp(step).encode(), typed.encode()):
            return step
    return None


def enrolment_address(secret: str, name: str, issuer: str) -> str:
    """What the QR code says that a phone reads to keep the secret."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)
