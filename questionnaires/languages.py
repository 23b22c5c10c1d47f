"""The languages that a questionnaire may be written in, each under its own name."""

from collections.abc import Mapping

REQUIRED_LANGUAGE = "vi"

OWN_NAMES: Mapping[str, str] = {
    "vi": "Tiếng Việt",
    "en": "English",
    "bdq": "Bahnar",
    "hmn": "Hmoob",
    "jra": "Jrai",
    "km": "ភាសាខ្មែរ",
    "lo": "ພາສາລາວ",
    "mtq": "Mường",
    "nut": "Nùng",
    "rad": "Êđê",
    "tyz": "Tày",
    "zh": "中文",
}
"""By code of ISO 639 (two letters where there are two); a language that is missing here only needs a line."""


def own_name(language: str) -> str:
    """The language's name as its readers write it; the code itself where it stands in no table."""
    return OWN_NAMES.get(language, language)
