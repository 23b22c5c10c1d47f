"""The hand example of the method: every number is read out of both texts and recomputed, twice.

Once by working out the calculation that is printed, once by the program from the three strata of the table.
"""

import ast
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import exp, log, sqrt
from pathlib import Path

import numpy as np
import pytest
from scipy.special import logit

from survey.statistics.arrays import FloatArray, IntArray
from survey.statistics.compare import difference
from survey.statistics.design import StratifiedDesign
from survey.statistics.drivers import key_drivers
from survey.statistics.estimate import sipas_table
from survey.statistics.interval import clopper_pearson_interval, policy_interval, t_quantile
from survey.statistics.measures import Estimate
from survey.statistics.moments import collapse
from survey.statistics.planning import (
    allocate_by_neyman,
    allocate_proportionally,
    expected_precision,
    ministry_sample_size,
)
from survey.statistics.priorities import possible_gains
from survey.statistics.ranking import rank_units
from survey.statistics.settle import Spread, responses_to_settle, spread_of_mean
from survey.statistics.weighted_parts import Part, weighted_parts_table
from survey.statistics.weights import summarise_weights

DOCUMENTS = Path(__file__).parents[2] / "docs"
LANGUAGES = {"en": "method.md", "vi": "method.vi.md"}
NUMBER = re.compile(r"\d+(?:\.\d+)?")
LOOKED_UP = {"en": {"table", "computer"}, "vi": {"bảng", "máy tính"}}
OPERATIONS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
FUNCTIONS = {"ln": log, "exp": exp}


@dataclass(frozen=True)
class Line:
    """One line of the example."""

    calculation: str
    printed: str

    @property
    def value(self) -> float:
        return float(self.printed)

    @property
    def unit(self) -> float:
        """One unit of the last digit printed."""
        return 10.0 ** -len(self.printed.partition(".")[2])


@cache
def example(language: str) -> str:
    """The example of one text, with decimal points."""
    text = (DOCUMENTS / LANGUAGES[language]).read_text(encoding="utf-8")
    part = text.split("<!-- example -->")[1].split("<!-- /example -->")[0]
    return re.sub(r"(?<=\d),(?=\d)", ".", part) if language == "vi" else part


def rows(language: str) -> list[list[str]]:
    lines = [line for line in example(language).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def lines(language: str) -> dict[str, Line]:
    """The lines of the example by their symbol; no symbol stands twice."""
    found = [row for row in rows(language) if row[0].startswith("`")]
    assert len({row[0] for row in found}) == len(found)
    return {row[0].strip("`"): Line(row[2], row[3]) for row in found}


def strata(language: str) -> tuple[FloatArray, IntArray, IntArray]:
    """Dossiers, responses and satisfied responses of the three strata, as printed."""
    printed = np.array([row[1:] for row in rows(language) if re.match(r"\d ", row[0])], dtype=np.int64)
    return printed[:, 0].astype(float), printed[:, 1], printed[:, 2]


def worked_out(calculation: str) -> float:
    """The value of a printed calculation."""
    text = calculation.translate(str.maketrans("×−", "*-"))
    text = re.sub(r"√([\d.]+)", r"\1**0.5", text.replace("^", "**").replace("²", "**2"))
    text = re.sub(r"√(\((?:[^()]|\([^()]*\))*\))", r"\1**0.5", text)
    return _value(ast.parse(text, mode="eval").body)


def _value(node: ast.expr) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return FUNCTIONS[node.func.id](_value(node.args[0]))
    assert isinstance(node, ast.BinOp)
    return OPERATIONS[type(node.op)](_value(node.left), _value(node.right))


def correlated(r1: float, r2: float, r12: float) -> FloatArray:
    """Scores of two factors and an overall score (60, 3) with exactly these correlations."""
    raw = np.random.default_rng(1).normal(size=(60, 3))
    raw -= raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(raw.T @ raw / 60)).T
    wanted = np.array([[1, r12, r1], [r12, 1, r2], [r1, r2, 1]])
    scores: FloatArray = white @ np.linalg.cholesky(wanted).T
    return scores


def estimates_and_settling(language: str) -> dict[str, float]:
    """Weights to verdict, and how many more responses would settle it."""
    population, sizes, satisfied = strata(language)
    stratum = np.repeat(np.arange(3), sizes)
    score = np.concatenate([np.arange(n) < s for n, s in zip(sizes, satisfied, strict=True)])[:, np.newaxis]
    design, valid = StratifiedDesign(stratum, population), np.ones_like(score)
    moments = collapse(stratum, numerator=score, denominator=valid)
    whole = sipas_table(design, valid=valid, score=score, factors=[[0]])
    parts = sipas_table(design, valid=valid, score=score, factors=[[0]], domain=stratum, groups=3)
    estimate, units = whole.at(0, 0), [parts.at(h, 0) for h in range(3)]
    interval = policy_interval(estimate)
    assert interval is not None
    spread = spread_of_mean(design, moments, estimate, items=[0])
    found = {
        "N": population.sum(),
        "n": float(sizes.sum()),
        **{f"w{h + 1}": float(design.weights[h]) for h in range(3)},
        **{f"p{h + 1}": units[h].value for h in range(3)},
        **{f"V{h + 1}": units[h].standard_error ** 2 for h in range(3)},
        **{f"c{h + 1}": float(spread.unit_variance[h]) for h in range(3)},
        "p": estimate.value,
        "raw": float(score.mean()),
        "n_eff": summarise_weights(design).effective_size,
        "V": estimate.standard_error**2,
        "SE": estimate.standard_error,
        "deff": float(whole.design_effect[0, 0]),
        "df": estimate.degrees_of_freedom,
        "t": t_quantile(estimate.degrees_of_freedom, 0.95),
        "odds": logit(estimate.value),
        "reach": logit(interval.high) - logit(estimate.value),
        "low": interval.low,
        "high": interval.high,
    }
    return found | settling(spread) | comparison(estimate) | ranks(units)


def settling(spread: Spread) -> dict[str, float]:
    result, value = responses_to_settle(spread, 0.85), spread.estimate.value
    sizes = spread.sample_sizes + result.by_stratum
    variance = float((spread.unit_variance * (1 / sizes - 1 / spread.population)).sum())
    assured = responses_to_settle(spread, 0.85, assurance=0.8).additional
    higher = responses_to_settle(spread, 0.9)
    assert None not in (result.additional, assured, higher.additional)
    assert sizes.tolist() == [114, 57, 28]
    return {
        "odds_target": logit(0.85),
        "distance": logit(spread.estimate.value) - logit(0.85),
        "more": float(result.additional or 0),
        "V_more": variance,
        "t_more": t_quantile(196, 0.95),
        "reach_more": t_quantile(196, 0.95) * sqrt(variance) / (value * (1 - value)),
        "more_assured": float(assured or 0),
        "more_90": float(higher.additional or 0),
        "share_90": higher.share_of_dossiers,
    }


def comparison(estimate: Estimate) -> dict[str, float]:
    change = difference(estimate, Estimate(0.82, 0.035, 60, 64))
    assert change.p_value is not None
    return {
        "d": change.value,
        "SE_d": change.standard_error,
        "df_d": change.degrees_of_freedom,
        "t_d": change.value / change.standard_error,
        "P_d": change.p_value,
    }


def ranks(units: list[Estimate]) -> dict[str, float]:
    level = 0.95 ** (1 / 3)
    ranking = rank_units(units)
    intervals = [policy_interval(unit, confidence_level=level) for unit in units]
    assert set(ranking.best.tolist()) == {1}
    assert set(ranking.worst.tolist()) == {3}
    quantiles = {f"t{h + 1}": t_quantile(unit.degrees_of_freedom, level) for h, unit in enumerate(units)}
    lows = {f"low{h + 1}": part.low for h, part in enumerate(intervals) if part}
    highs = {f"high{h + 1}": part.high for h, part in enumerate(intervals) if part}
    return {"level": level, **quantiles, **lows, **highs, "best": 1.0, "worst": 3.0}


def plans(language: str) -> dict[str, float]:
    population, sizes, satisfied = strata(language)
    share = satisfied / sizes
    deviation = np.sqrt(share * (1 - share))
    size = ministry_sample_size(int(population.sum()))
    proportional = allocate_proportionally(population, size)
    neyman = allocate_by_neyman(population, deviation, size, minimum=2)
    return {
        "size": float(size),
        **{f"prop{h + 1}": float(proportional[h]) for h in range(3)},
        **{f"S{h + 1}": float(population[h] * deviation[h]) for h in range(3)},
        **{f"neyman{h + 1}": float(neyman[h]) for h in range(3)},
        "e_prop": expected_precision(population, proportional, share=share).margin,
        "e_neyman": expected_precision(population, neyman, share=share).margin,
    }


def drivers_and_areas() -> dict[str, float]:
    scores = correlated(0.6, 0.5, 0.3)
    one_stratum = StratifiedDesign(np.zeros(60, int), np.array([600.0]))
    drivers = key_drivers(one_stratum, scores=scores[:, :2], overall=scores[:, 2])
    answers = np.arange(20)[:, np.newaxis] < 20 * np.array([0.95, 0.85, 0.90, 0.70]) - 1e-9
    design = StratifiedDesign(np.zeros(20, int), np.array([200.0]))
    moments = collapse(design.stratum, numerator=answers, denominator=np.ones_like(answers))
    gains = possible_gains(design, moments, [[0, 1], [2, 3]])
    assert gains.gain[0] == pytest.approx(0)
    own = 0.0009 / (0.0009 + 0.0021)
    return {
        "R2": drivers.explained,
        "share1": float(drivers.share[0]),
        "share2": float(drivers.share[1]),
        "index": float(answers.mean()),
        "parts": float(
            weighted_parts_table(design, moments, [[Part((0, 1), 0.6), Part((2, 3), 0.4)]]).at(0, 0).value
        ),
        "gain2": float(gains.gain[1]),
        "score2": float(drivers.share[1] / drivers.explained * gains.gain[1]),
        "g": own,
        "eblup": own * 0.70 + (1 - own) * 0.85,
    }


def recomputed(language: str) -> dict[str, float]:
    return estimates_and_settling(language) | plans(language) | drivers_and_areas()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_program_gives_every_number_of_the_example(language: str) -> None:
    printed, computed = lines(language), recomputed(language)
    assert printed.keys() == computed.keys()
    wrong = {
        symbol: (line.printed, computed[symbol])
        for symbol, line in printed.items()
        if abs(line.value - computed[symbol]) > 0.5001 * line.unit
    }
    assert wrong == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reader_who_follows_the_printed_calculation_gets_the_printed_result(language: str) -> None:
    by_hand = {k: line for k, line in lines(language).items() if line.calculation not in LOOKED_UP[language]}
    assert len(by_hand) > 50
    wrong = {
        symbol: (line.printed, worked_out(line.calculation))
        for symbol, line in by_hand.items()
        if abs(line.value - worked_out(line.calculation)) > 1.0001 * line.unit
    }
    assert wrong == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_of_a_calculation_or_sentence_was_printed_before_or_is_given(language: str) -> None:
    given = {float(cell) for row in rows(language) for cell in row[1:] if re.fullmatch(r"[\d.]+", cell)}
    given |= {0, 1, 2, 3}  # exponents, counts, names of strata and factors
    given |= {0.85, 0.82, 0.035, 60}  # target, the round before
    given |= {0.05, 0.6, 0.5, 0.3, 0.95, 0.90, 0.70, 0.0021, 0.0009, 0.8}  # what the text sets
    given |= {
        39,
        19,
        9,
        4,
        74,
        37,
        18,
        114,
        57,
        28,
        196,
        0.95,
        0.05,
        0.30,
        0.20,
        0.4,
    }  # n - 1, items, additions, sizes, freedom
    text = re.sub(r"`[^`]*`|\b[A-Za-z]+\d\b", "", example(language))
    assert {float(number) for number in NUMBER.findall(text)} - given == set()


def test_both_languages_print_the_same_lines_and_the_same_strata() -> None:
    english, vietnamese = lines("en"), lines("vi")
    assert {k: line.printed for k, line in english.items()} == {k: v.printed for k, v in vietnamese.items()}
    assert [a.tolist() for a in strata("en")] == [a.tolist() for a in strata("vi")]


def test_both_languages_have_the_same_sections_and_the_same_formulas() -> None:
    texts = [(DOCUMENTS / name).read_text(encoding="utf-8") for name in LANGUAGES.values()]
    numbers = [re.findall(r"^## (\d+)\.", text, re.MULTILINE) for text in texts]
    assert numbers[0] == numbers[1] == [str(k) for k in range(1, 15)]
    for formula in (
        "V = Σ_h (1 − n_h/N_h) · n_h/(n_h − 1) · Σ_i (z_hi − z̄_h)²",
        "n = N / (1 + N·e²)",
        "(1 − r)·d",
    ):
        assert all(formula in text for text in texts)


def test_seven_of_seven_leave_the_room_that_the_texts_say() -> None:
    low = clopper_pearson_interval(1.0, valid_answers=7, confidence_level=0.95).low
    for name in LANGUAGES.values():
        assert f"{100 * low:.0f} %" in (DOCUMENTS / name).read_text(encoding="utf-8")


def test_a_wrong_digit_in_the_example_would_be_noticed() -> None:
    line = lines("en")["SE"]
    assert abs(worked_out(line.calculation.replace("0.001073", "0.001173")) - line.value) > line.unit
    assert worked_out("√(0.6² + 2 × (1 − 0.5)) / 2^(1 / 2)") == pytest.approx(sqrt(1.36) / sqrt(2))
