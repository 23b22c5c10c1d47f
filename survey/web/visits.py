"""What a page remembers of its visit, and what comes back with a form, whoever reads the request."""

from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache

from itsdangerous import BadSignature, URLSafeSerializer

from survey.actions.answering import NotAPage
from survey.core.counter import parse_code
from survey.core.visit import Visit

LONGEST_AGE_DIGITS = 9
"""Thirty years in seconds; whether it is too late is for the action to say."""


def signed(visit: Visit, secret: str) -> str:
    """A visit in letters that a page carries and nobody else can make."""
    return _signer(secret).dumps(tuple(vars(visit).values()))


def visit_in(form: Mapping[str, str], code: str, secret: str) -> Visit:
    """The visit that a form carries.

    Args:
        form: what was sent.
        code: the counter's code in the address that it was sent to.
        secret: that :func:`signed` was given.

    Raises:
        NotAPage: if the form carries none of ours, or that of another counter.
        MistypedCode: if ``code`` cannot be a code.
    """
    try:
        visit = Visit(*_signer(secret).loads(form.get("visit", "")))
    except (BadSignature, TypeError) as fault:
        raise NotAPage(code) from fault
    if visit.counter_code != parse_code(code):
        raise NotAPage(code)
    return visit


def waited_in(form: Mapping[str, str]) -> timedelta:
    """How long the form lay on the phone, in whole seconds; nothing without a script.

    Raises:
        NotAPage: if no page of ours can have written it.
    """
    text = form.get("age", "0")
    if not text.isascii() or not text.isdigit() or len(text) > LONGEST_AGE_DIGITS:
        raise NotAPage(text)
    return timedelta(seconds=int(text))


@lru_cache(maxsize=1)
def _signer(key: str) -> URLSafeSerializer:
    return URLSafeSerializer(key, salt="visit")
