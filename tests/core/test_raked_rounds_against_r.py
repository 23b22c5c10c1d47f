"""A round of 60 units, raked to sex, age and channel, has the figures of R's ``survey`` (golden case sipas_a_rake)."""

import csv
import json
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from questionnaires.definition import Definition, Option, Question, Section, Text
from survey.core.breakdown import break_down
from survey.core.estimation_settings import USUAL
from survey.core.evaluation import evaluate
from survey.core.evidence import NOT_ANSWERED_CODE, Evidence
from survey.core.measure import Measure
from survey.core.place import Field, Unit
from survey.core.raking import Raked
from survey.core.result import RoundResult
from survey.core.scoring import score_round
from survey.settings import PROJECT
from survey.statistics.design import LonelyRule
from tests.core.tiny import definition, evidence, item

CASES = PROJECT / "tests" / "golden" / "cases"
LEVELS = {"sex": ("M", "F"), "age": tuple("123456"), "channel": ("TT", "TN", "BC")}
CODES = {"sex": "sex", "age": "age_group", "channel": "channel"}


@cache
def case() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((CASES / "sipas_a_rake.json").read_text())
    return found


def expected(name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one["out"] for one in case()["expect"] if one["id"] == name)
    return found


def table(name: str) -> list[dict[str, str]]:
    with (CASES / "data" / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def asked() -> Definition:
    plain, factors = definition(), case()["sipas"]["factors"]
    sections = [
        Section(code=code.lower(), title=Text(vi=code), items=tuple(item(one) for one in items))
        for code, items in factors.items()
    ]
    groups = [
        Question(
            code=CODES[margin],
            kind="single",
            text=Text(vi=margin),
            options=tuple(Option(code=at, text=Text(vi=level)) for at, level in enumerate(levels, start=1)),
        )
        for margin, levels in LEVELS.items()
    ]
    return plain.model_copy(update={"sections": tuple(sections), "questions": (*plain.questions, *groups)})


@cache
def found() -> Evidence:
    frame, rows = table("sipas_a_frame_r1.csv"), table("sipas_a_r1.csv")
    items = case()["sipas"]["items"]
    answers = [[int(row[one] or NOT_ANSWERED_CODE) for one in items] for row in rows]
    plain = evidence(
        {(row["unit"], row["domain"]): int(row["N_h"]) for row in frame},
        [(row["unit"], row["domain"], codes) for row, codes in zip(rows, answers, strict=True)],
        asked=asked(),
        units=[Unit(code, code, "commune") for code in sorted({row["unit"] for row in frame})],
        fields=[Field(code, code, code) for code in sorted({row["domain"] for row in frame})],
    )
    margins = {
        margin["by"][0]: dict(zip(margin["population"]["level"], margin["population"]["N"], strict=True))
        for margin in case()["designs"]["ipf"]["margins"]
    }
    choices = {
        CODES[margin]: np.array([levels.index(row[margin]) + 1 for row in rows], np.int8)
        for margin, levels in LEVELS.items()
    }
    return replace(plain, choices=choices, margins=margins)


@cache
def result(lonely: LonelyRule = LonelyRule.ADJUST) -> RoundResult:
    settings = replace(USUAL, weights="raked", lonely=lonely)
    return evaluate(score_round(replace(found(), round=replace(found().round, settings=settings))), None)


def check(measure: Measure, out: dict[str, Any], group: str, name: str) -> None:
    row, column = out["groups"].index(group), out["measures"].index(name)
    assert measure.value == pytest.approx(out["est"][row][column], rel=1e-9)
    assert measure.estimate.standard_error == pytest.approx(out["se"][row][column], rel=1e-6)


def test_the_index_the_factors_and_the_items_are_those_of_r() -> None:
    out = expected("rk_adjust_all")
    assert isinstance(result().raked, Raked)
    check(result().index, out, "ALL", "SIPAS_MEAN")
    [everybody] = result().groupings[0].groups  # all came in one mode; groups across strata go another way
    check(everybody.measure, out, "ALL", "SIPAS_MEAN")
    for factor in result().factors:
        check(factor.measure, out, "ALL", factor.section.code.upper())
    for one in result().items:
        check(one.measure, out, "ALL", one.item.code)


@pytest.mark.parametrize("rule", [LonelyRule.AVERAGE, LonelyRule.REMOVE])
def test_so_they_are_under_the_other_rules_for_a_single_response(rule: LonelyRule) -> None:
    check(result(rule).index, expected(f"rk_{rule.value}_all"), "ALL", "SIPAS_MEAN")


def test_fields_are_those_of_r() -> None:
    for field in result().fields:
        check(field.measure, expected("rk_adjust_domain"), field.field.code, "SIPAS_MEAN")


def test_units_are_those_of_r() -> None:
    out = expected("rk_adjust_unit")
    known = [unit for unit in result().units if unit.unit.code in out["groups"] and unit.measure.is_known]
    assert len(known) > 50
    for unit in known:
        check(unit.measure, out, unit.unit.code, "SIPAS_MEAN")


def test_the_breakdown_shows_the_same() -> None:
    settings = replace(USUAL, weights="raked")
    scored = score_round(replace(found(), round=replace(found().round, settings=settings)))
    broken = break_down(scored, 1)
    out = expected("rk_adjust_domain")
    for at, field in enumerate(broken.fields):
        for place, figure in enumerate(broken.figures):
            name = figure.item.code if figure.item else figure.section.code.upper() if figure.section else ""
            check(broken.measure("field", at, place), out, field.code, name or "SIPAS_MEAN")


def test_weights_move_as_far_as_those_of_r() -> None:
    raked, out = result().raked, expected("rk_w")
    assert isinstance(raked, Raked)
    assert raked.effect_after == pytest.approx(out["n"] / out["n_eff_kish"], rel=1e-9)
    assert [margin.margin for margin in raked.margins] == ["sex", "age", "channel"]
