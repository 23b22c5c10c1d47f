"""A questionnaire as a file that somebody takes along, by the ending of its name."""

from collections.abc import Callable, Mapping

from questionnaires.definition import Definition
from questionnaires.exchange_json import to_json, to_yaml
from questionnaires.xlsform_writing import to_xlsform


def _yaml(definition: Definition) -> bytes:
    return to_yaml(definition).encode()


def _json(definition: Definition) -> bytes:
    return to_json(definition).encode()


WRITERS: Mapping[str, Callable[[Definition], bytes]] = {".yaml": _yaml, ".json": _json, ".xlsx": to_xlsform}
"""By ending, as in :data:`questionnaires.reading.READERS`; a writer may raise ``NotExchangeable``."""
