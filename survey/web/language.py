"""The language of a page; the choice travels in the address or the form, never in a cookie.

Two things are kept apart. The *interface* (buttons, errors) is in Vietnamese or English, by gettext. A
*questionnaire* is in the languages that its definition declares; where the interface does not speak the language
in which it is read, buttons and errors are Vietnamese and say so (``lang``).
"""

from collections.abc import Collection
from typing import Literal, cast
from urllib.parse import quote, urlencode

from flask import Flask, g, request
from flask_babel import Babel, get_locale, refresh
from markupsafe import Markup

from questionnaires.languages import own_name
from survey.settings import PROJECT

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")

SWITCH = "lang_to"
"""The name of the buttons that show a form, with all its answers, in another language."""


def install(app: Flask) -> None:
    """Read the language of each request, and keep it in every address that a page links to."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(PROJECT / "survey" / "translations")
    app.config["BABEL_DEFAULT_LOCALE"] = LANGUAGES[0]
    Babel(app, locale_selector=current)
    app.before_request(_choose)
    app.url_defaults(_keep)
    app.jinja_env.globals["lang"] = attribute
    app.jinja_env.globals["language_name"] = name_here
    app.context_processor(
        lambda: {"language": of_page(), "interface": current(), "other_languages": other_languages()}
    )


def current() -> Language:
    """The language of the interface in this request."""
    return cast("Language", g.get("language", LANGUAGES[0]))


def of_page() -> str:
    """The language of the page as a whole."""
    return str(g.get("language_of_page", LANGUAGES[0]))


def read_in(languages: Collection[str]) -> str:
    """The language in which a questionnaire is read: the one asked for if it is among ``languages``, else Vietnamese.

    From now on the page of this request is in that language.
    """
    _set(g.get("language_wanted", ""), languages)
    refresh()
    return of_page()


def go_on_in(language: str) -> None:
    """From now on this request and what it links to are in a language of the interface chosen before."""
    _set(language, LANGUAGES)


def names(languages: Collection[str]) -> list[tuple[str, str]]:
    """Code and own name of each language."""
    return [(language, own_name(language)) for language in languages]


def name_here(language: str) -> str:
    """What the interface calls a language, for those who cannot read its own name; "" if it has no word for it."""
    locale = get_locale()
    return locale.languages.get(language, "") if locale else ""


def attribute(language: str, around: str) -> Markup:
    """The attribute ``lang`` for words in ``language`` where the text around them is in another."""
    return Markup("") if language == around else Markup(' lang="{}"').format(language)


def other_languages() -> list[tuple[str, str, str]]:
    """Code, own name and address of this page in each other language of the interface."""
    if request.endpoint is None or request.method != "GET":
        return []
    kept = {name: value for name, value in request.args.items() if name != "lang"}
    return [
        (language, name, f"{quote(request.path)}?{urlencode({**kept, 'lang': language})}")
        for language, name in names(LANGUAGES)
        if language != of_page()
    ]


def _choose() -> None:
    # The address before the form: reading a form that is too large would fail before the page has a language.
    _want(request.args.get("lang", ""))
    _want(_sent(SWITCH) or g.language_wanted or _sent("lang"))


def _want(language: str) -> None:
    g.language_wanted = language
    _set(language, LANGUAGES)


def _set(wanted: str, languages: Collection[str]) -> None:
    g.language_of_page = wanted if wanted in languages else LANGUAGES[0]
    g.language = g.language_of_page if g.language_of_page in LANGUAGES else LANGUAGES[0]


def _sent(name: str) -> str:
    too_large = (request.content_length or 0) > (request.max_content_length or 0)
    return "" if request.method != "POST" or too_large else request.form.get(name, "")


def _keep(endpoint: str, values: dict[str, object]) -> None:
    if endpoint not in {"static", "fonts"} and of_page() != LANGUAGES[0]:
        values.setdefault("lang", of_page())
