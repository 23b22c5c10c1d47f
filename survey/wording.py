"""Vietnamese words and their English, through gettext, for what is not a web page."""

import gettext
from collections.abc import Callable
from functools import cache

from survey.settings import PROJECT

Translate = Callable[[str], str]

TRANSLATIONS = PROJECT / "survey" / "translations"


@cache
def translator(language: str) -> Translate:
    """The function that turns a Vietnamese phrase into ``language``; itself where there is no translation."""
    return gettext.translation("messages", str(TRANSLATIONS), [language], fallback=True).gettext
