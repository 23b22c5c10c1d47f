"""Vietnamese first, English second; the choice travels in the address, never in a cookie."""

from typing import Literal, cast
from urllib.parse import quote, urlencode

from flask import Flask, g, request
from flask_babel import Babel

from survey.settings import PROJECT

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")
NAMES: dict[Language, str] = {"vi": "Tiếng Việt", "en": "English"}


def install(app: Flask) -> None:
    """Read the language of each request, and keep it in every address that a page links to."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(PROJECT / "survey" / "translations")
    app.config["BABEL_DEFAULT_LOCALE"] = LANGUAGES[0]
    Babel(app, locale_selector=current)
    app.before_request(_choose)
    app.url_defaults(_keep)
    app.context_processor(lambda: {"language": current(), "other_languages": other_languages()})


def current() -> Language:
    """The language of this request."""
    return cast("Language", g.get("language", LANGUAGES[0]))


def other_languages() -> list[tuple[Language, str, str]]:
    """Code, own name and address of this page in the other languages."""
    if request.endpoint is None or request.method != "GET":
        return []
    kept = {name: value for name, value in request.args.items() if name != "lang"}
    return [
        (language, NAMES[language], f"{quote(request.path)}?{urlencode({**kept, 'lang': language})}")
        for language in LANGUAGES
        if language != current()
    ]


def _choose() -> None:
    # The address first: reading a form that is too large would fail before the page has a language.
    wanted = request.args.get("lang") or _sent()
    g.language = wanted if wanted in LANGUAGES else LANGUAGES[0]


def _sent() -> str:
    too_large = (request.content_length or 0) > (request.max_content_length or 0)
    return LANGUAGES[0] if request.method != "POST" or too_large else request.form.get("lang", LANGUAGES[0])


def _keep(endpoint: str, values: dict[str, object]) -> None:
    if endpoint not in {"static", "fonts"} and current() != LANGUAGES[0]:
        values.setdefault("lang", current())
