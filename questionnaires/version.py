"""Published versions: a numbered definition that never changes, known by its fingerprint.

The canonical JSON holds every key of the definition, defaults included, with sorted keys and without spaces,
in UTF-8; the fingerprint is the SHA-256 of these bytes. How a YAML file was laid out leaves no trace in it; a
changed word does. What is stored is the canonical JSON together with its fingerprint: a later release that
gives :class:`Definition` a further key changes what ``fingerprint`` computes, not what was stored.
"""

import hashlib
import json
from dataclasses import dataclass, field

from questionnaires.definition import Definition

_SHORT = 12
_GROUP = 4


@dataclass(frozen=True)
class Version:
    """A published definition.

    Attributes:
        number: counted from 1 within one questionnaire.
        definition: what is asked.
        fingerprint: SHA-256 of the canonical JSON, in hexadecimal.
    """

    number: int
    definition: Definition = field(compare=False)
    """Not compared: the fingerprint says the same at once."""
    fingerprint: str


def canonical_json(definition: Definition) -> bytes:
    """The definition as bytes that depend on its content only; nothing is lost."""
    data = definition.model_dump(mode="json")
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def definition_from_json(data: bytes) -> Definition:
    """The definition that :func:`canonical_json` wrote.

    Raises:
        pydantic.ValidationError: if the bytes are something else.
    """
    return Definition.model_validate_json(data, strict=True)


def fingerprint(definition: Definition) -> str:
    """SHA-256 of the canonical JSON: 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(definition)).hexdigest()


def short_fingerprint(full: str) -> str:
    """The first twelve digits of a fingerprint in groups of four, for people: ``1a2b-3c4d-5e6f``."""
    return "-".join(full[start : start + _GROUP] for start in range(0, _SHORT, _GROUP))
