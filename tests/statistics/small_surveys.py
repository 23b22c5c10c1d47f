"""Small surveys for Hypothesis, and a second implementation of the table, row by row from the README."""

from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from survey.statistics.arrays import BoolArray, FloatArray, IntArray
from survey.statistics.design import LonelyRule, StratifiedDesign
from survey.statistics.estimate import sipas_table
from survey.statistics.measures import MeasureTable

INVALID, SCORES = -1, (0.0, 0.5, 1.0)


@dataclass(frozen=True, eq=False)
class SmallSurvey:
    """The arguments of `sipas_table`."""

    stratum: IntArray
    population: FloatArray
    valid: BoolArray
    score: FloatArray
    domain: IntArray
    groups: int
    factors: tuple[tuple[int, ...], ...]

    def design(self) -> StratifiedDesign:
        return StratifiedDesign(self.stratum, self.population)

    def table(self, rule: LonelyRule = LonelyRule.REMOVE) -> MeasureTable:
        return sipas_table(
            self.design(),
            valid=self.valid,
            score=self.score,
            factors=self.factors,
            domain=self.domain,
            groups=self.groups,
            lonely=rule,
        )

    def with_rows(self, order: IntArray) -> "SmallSurvey":
        return replace(
            self,
            stratum=self.stratum[order],
            valid=self.valid[order],
            score=self.score[order],
            domain=self.domain[order],
        )


def naive_row(survey: SmallSurvey, group: int, rule: LonelyRule) -> tuple[list[float], list[float]]:
    """Estimates and standard errors of one group, respondent by respondent."""
    sizes = [int((survey.stratum == h).sum()) for h in range(len(survey.population))]
    weights = [survey.population[h] / sizes[h] for h in survey.stratum]
    members = [row for row in range(len(weights)) if survey.domain[row] == group]
    items = survey.valid.shape[1]

    def ratio(columns: list[int]) -> tuple[float, dict[int, float]]:
        """Sum w s / sum w v over some items, and the influence of each member on it."""
        above = sum(weights[i] * survey.score[i, q] for i in members for q in columns)
        below = sum(weights[i] * survey.valid[i, q] for i in members for q in columns)
        if below == 0:
            return float("nan"), dict.fromkeys(members, float("nan"))
        share = above / below
        return share, {
            i: sum(survey.score[i, q] - share * survey.valid[i, q] for q in columns) / below for i in members
        }

    def mean(columns: tuple[int, ...]) -> tuple[float, dict[int, float]]:
        parts = [ratio([q]) for q in columns]
        value = sum(share for share, _ in parts) / len(parts)
        return value, {i: sum(influence[i] for _, influence in parts) / len(parts) for i in members}

    measures = [ratio([q]) for q in range(items)] + [mean(factor) for factor in survey.factors]
    measures += [ratio(list(range(items))), mean(tuple(range(items)))]
    return [value for value, _ in measures], [
        naive_error(survey, weights, sizes, influence, rule) for _, influence in measures
    ]


def naive_error(
    survey: SmallSurvey, weights: list[float], sizes: list[int], influence: dict[int, float], rule: LonelyRule
) -> float:
    """Square root of the variance formula of the golden README, stratum by stratum."""
    present = {int(survey.stratum[i]) for i in influence}
    lonely = {h for h in present if sizes[h] == 1 < survey.population[h]}
    totals = {
        h: [weights[i] * influence.get(i, 0.0) for i in np.flatnonzero(survey.stratum == h)] for h in present
    }
    variance = 0.0
    for h in present - lonely:
        size, centre = sizes[h], sum(totals[h]) / sizes[h]
        unasked = 1 - size / survey.population[h]
        if size > 1:
            variance += unasked * size / (size - 1) * sum((t - centre) ** 2 for t in totals[h])
    if rule is LonelyRule.ADJUST:
        centre = sum(map(sum, totals.values())) / max(1, sum(sizes[h] for h in present))
        variance += sum((1 - 1 / survey.population[h]) * (totals[h][0] - centre) ** 2 for h in lonely)
    if rule is LonelyRule.AVERAGE and lonely:
        others = len(present) - len(lonely)
        variance = variance * len(present) / others if others else float("nan")
    if not all(np.isfinite(value) for value in influence.values()) or not influence:
        return float("nan")
    return sqrt(variance)
