"""The designs of a golden case, as values of survey.statistics."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from survey.statistics.adjustments import Calibration, Margin, Poststratification, Raking, Trimming, adjust
from survey.statistics.arrays import FloatArray
from survey.statistics.distance import Distance
from survey.statistics.replicates import Replicates, jackknife, replicate
from survey.statistics.sample import Adjustment, Sample, draw
from tests.golden.tables import Table, label, read_csv, read_table


@dataclass(frozen=True, eq=False)
class Node:
    """A design and the data that it describes."""

    design: Sample | Replicates
    table: Table


class Designs:
    """The designs of one case, each built once."""

    def __init__(self, folder: Path, case: dict[str, Any]) -> None:
        self.folder, self.case = folder, case
        self.built: dict[tuple[str, float | None], Node] = {}
        self.tables: dict[str, Table] = {}

    def build(self, name: str, population: float | None = None) -> Node:
        """Build a design and all it starts from; `population` replaces every population size."""
        if (name, population) not in self.built:
            self.built[name, population] = self._new(self.case["designs"][name], population)
        return self.built[name, population]

    def _new(self, spec: dict[str, Any], population: float | None) -> Node:
        if spec["op"] != "design":
            return apply(self.folder, self.build(spec["from"], population), spec)
        table = self.tables.get(spec["data"]) or read_table(self.folder, self.case, spec["data"])
        self.tables[spec["data"]] = table
        return Node(drawn(table, spec, population), table)


def apply(folder: Path, node: Node, spec: dict[str, Any]) -> Node:
    """Apply one operation to a design."""
    design, table = node.design, node.table
    if spec["op"] == "subset":
        return Node(design.within(table.where(spec)), table)
    if spec["op"] == "replicate":
        assert isinstance(design, Sample)
        return Node(replicated(folder, design, table, spec), table)
    change = adjustment(table, spec)
    if isinstance(design, Replicates):
        return Node(design.adjusted(change), table)
    return Node(adjust(design, change), table)


def drawn(table: Table, spec: dict[str, Any], population: float | None) -> Sample:
    """A design from columns of the data."""
    fpc = spec.get("fpc") or []
    sizes = [table.numbers(name) for name in ([fpc] if isinstance(fpc, str) else fpc)]
    if population is not None:
        sizes = [np.full(table.rows, float(population)) for _ in sizes or [None]]
    named = spec.get("ids") or []
    ids = [name for name in ([named] if isinstance(named, str) else named) if name]
    return draw(
        table.rows,
        strata=table.labels(spec["strata"]) if spec.get("strata") else None,
        clusters=[table.labels(name) for name in ids],
        populations=sizes,
        weights=design_weights(table, spec),
        nested=bool(spec.get("nest")),
    )


def design_weights(table: Table, spec: dict[str, Any]) -> FloatArray | None:
    """The weights that a design names: a column, a quotient of columns, or none (product of N/n)."""
    if "weights_from" in spec or not spec.get("weights"):
        return None
    name = spec["weights"].split(" (")[0].strip()
    if name == "w" and name not in table.columns and not table.derived:
        return clustered_weights(table)
    return table.numbers(name)


def clustered_weights(table: Table) -> FloatArray:
    """(N_psu/n_psu)(M_i/m_i) with n and m counted from the data, as the notes of the cluster case say."""
    rounds = table.labels("round") if "round" in table.columns else np.full(table.rows, "")
    sizes = [table.numbers("N_psu"), table.numbers("M_i")]
    both = ["|".join(pair) for pair in zip(rounds, table.labels("stratum"), strict=True)]
    units = ["|".join(pair) for pair in zip(rounds, table.labels("psu"), strict=True)]
    persons = np.arange(table.rows)
    return draw(table.rows, strata=both, clusters=[units, persons], populations=sizes).weights


def adjustment(table: Table, spec: dict[str, Any]) -> Adjustment:
    """What an operation does to the weights."""
    if spec["op"] == "poststratify":
        return Poststratification(margin(table, spec), partial=bool(spec.get("partial")))
    if spec["op"] == "rake":
        return Raking(tuple(margin(table, one) for one in spec["margins"]))
    if spec["op"] == "trim":
        limits = {name: spec[name] for name in ("lower", "upper") if spec.get(name) is not None}
        return Trimming(**limits, strict=bool(spec.get("strict")))
    terms = spec["terms"]
    low, high = spec.get("bounds") or (-np.inf, np.inf)
    return Calibration(
        np.column_stack([regressor(table, term) for term in terms]),
        np.array([float(term["total"]) for term in terms]),
        tuple(term.get("name", term.get("var", term["kind"])) for term in terms),
        Distance(spec.get("calfun", "linear")),
        -np.inf if low is None else float(low),
        np.inf if high is None else float(high),
    )


def regressor(table: Table, term: dict[str, Any]) -> FloatArray:
    if term["kind"] == "const":
        return np.ones(table.rows)
    if term["kind"] == "level":
        return (table.labels(term["var"]) == label(term["level"])).astype(float)
    return table.numbers(term["var"])


def margin(table: Table, spec: dict[str, Any]) -> Margin:
    """Cells with known totals; their key is one text, or one column per variable."""
    population, names = spec["population"], spec["by"]
    names = [names] if isinstance(names, str) else names
    if "level" in population and "level" not in names:
        levels = [
            tuple(label(value).split("|")) if len(names) > 1 else (label(value),)
            for value in population["level"]
        ]
    else:
        levels = list(zip(*(population[name] for name in names), strict=True))
    labels = tuple("|".join(label(value) for value in level) for level in levels)
    return Margin("|".join(names), table.coded(names, levels), np.array(population["N"], np.float64), labels)


def replicated(folder: Path, sample: Sample, table: Table, spec: dict[str, Any]) -> Replicates:
    """Replicate weights, computed or read."""
    mse, scale = bool(spec.get("mse")), spec.get("scale")
    if not spec.get("weights_file"):
        return jackknife(sample, stratified=spec["type"] == "JKn", scale=scale, around_full=mse)
    stored = read_csv(folder / spec["weights_file"])
    place = {key: row for row, key in enumerate(stored[spec["weights_key"]])}
    rows = [place[key] for key in table.labels(spec["weights_key"])]
    names = [name for name in stored if name != spec["weights_key"]]
    multipliers = np.column_stack([np.array(stored[name], np.float64)[rows] for name in names])
    rscales = spec.get("rscales")
    unique = spec.get("rscales_unique")
    if rscales is None and unique and len(unique) == 1:
        rscales = [unique[0]] * len(names)
    if isinstance(rscales, int | float):
        rscales = [rscales] * len(names)
    scale = 1.0 / (len(names) - 1) if scale is None else scale
    return replicate(sample, multipliers, scale=scale, rscales=rscales, around_full=mse)
