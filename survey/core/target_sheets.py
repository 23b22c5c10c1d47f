"""Target sheets read from YAML text, with every fault named at once (see ``questionnaires/loading.py``)."""

from collections.abc import Iterator
from functools import lru_cache

from questionnaires.loading import load_value, repeated, undeclared_languages
from questionnaires.source import Faults, Finding, Source, parts
from survey.core.target import TargetSheet

LANGUAGES = ("vi", "en")
"""Reports are written in these."""


class TargetSheetFaults(Faults):
    """A target sheet could not be read."""


@lru_cache(maxsize=32)
def load_target_sheet(text: str, name: str) -> TargetSheet:
    """The target sheet written in ``text``; ``name`` is the file's name, for messages.

    Pages read a sheet again and again, and YAML takes long to read: what was read lately is given again, being frozen.

    Raises:
        TargetSheetFaults: with every fault at once.
    """
    return load_value(text, name=name, model=TargetSheet, check=_findings, raising=TargetSheetFaults)


def _findings(source: Source) -> Iterator[Finding]:
    """What ``TargetSheet.parts_fit_together`` refuses, each at its own line."""
    yield from repeated(source, parts(source.data, "targets"), "indicator")
    yield from undeclared_languages(source.data, LANGUAGES)
    if isinstance(source.data, dict):
        first, last = source.data.get("year_from"), source.data.get("year_to")
        if isinstance(first, int) and isinstance(last, int) and last < first:
            yield ("year_to",), f"Năm cuối phải từ năm đầu ({first}) trở đi; hãy sửa một trong hai năm."
