"""The published JSON Schema is the program's own, and every shipped questionnaire satisfies it."""

import json
from pathlib import Path

import jsonschema
import pytest

from questionnaires.exchange_json import plain, schema_text
from survey.library import shipped_definitions

PUBLISHED = Path(__file__).parents[2] / "docs" / "questionnaire.schema.json"
SHIPPED = shipped_definitions()


def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads(PUBLISHED.read_text(encoding="utf-8")))


def test_the_published_schema_is_the_one_that_the_program_follows() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == schema_text()
    jsonschema.Draft202012Validator.check_schema(json.loads(schema_text()))


@pytest.mark.parametrize("code", SHIPPED)
def test_every_shipped_questionnaire_satisfies_the_published_schema(code: str) -> None:
    assert list(validator().iter_errors(plain(SHIPPED[code]))) == []


@pytest.mark.parametrize(
    "change", [{"code": "Có Dấu"}, {"sections": []}, {"hidden": 1}, {"scoring": {"rule": "magic"}}]
)
def test_the_published_schema_refuses_what_the_program_refuses(change: dict[str, object]) -> None:
    assert not validator().is_valid(plain(SHIPPED["quay_5_yeu_to"]) | change)
