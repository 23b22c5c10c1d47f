"""A definition as plain data: JSON with a published schema, and the YAML that people edit."""

import json

import yaml

from questionnaires.definition import Definition

SCHEMA_URL = "https://json-schema.org/draft/2020-12/schema"
_WIDTH = 110


def plain(definition: Definition) -> dict[str, object]:
    """The definition as lists, mappings and words; keys without a value are left out."""
    data: dict[str, object] = definition.model_dump(mode="json", exclude_none=True)
    return data


def to_json(definition: Definition) -> str:
    """The definition as JSON that :func:`schema` describes and :func:`questionnaires.loading.load_definition` reads."""
    return json.dumps(plain(definition), ensure_ascii=False, indent=2) + "\n"


def to_yaml(definition: Definition) -> str:
    """The definition as YAML that :func:`questionnaires.loading.load_definition` reads."""
    text: str = yaml.safe_dump(plain(definition), allow_unicode=True, sort_keys=False, width=_WIDTH)
    return text


def schema() -> dict[str, object]:
    """The JSON Schema of a definition, as published in ``docs/questionnaire.schema.json``."""
    return {"$schema": SCHEMA_URL, **Definition.model_json_schema(by_alias=True)}


def schema_text() -> str:
    """The schema as the published file has it."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"
