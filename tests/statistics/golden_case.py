"""Golden cases of R survey: read, turned into designs and answers, and compared within their tolerances."""

import csv
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from survey.statistics.arrays import BoolArray, FloatArray, IntArray
from survey.statistics.design import StratifiedDesign

FOLDER = Path(__file__).parent.parent / "golden"
DEFAULT_TOLERANCE = 1e-8
STRUCTURAL_ZERO = 1e-6
INTERVAL_FIELDS = ("ci", "ci_l", "ci_u", "ci_wilson", "ci_xlogit", "ci_beta", "ci_t")


@cache
def read_case(name: str) -> dict[str, Any]:
    case: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return case


@cache
def read_csv(file: str) -> dict[str, list[str]]:
    with (FOLDER / file).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {name: [row[name] for row in rows] for name in rows[0]}


@dataclass(frozen=True, eq=False)
class Sample:
    """A golden design: our design, the columns of its rows, and which rows a subset keeps."""

    design: StratifiedDesign
    columns: dict[str, list[Any]]
    kept: BoolArray
    case: dict[str, Any]

    def numbers(self, name: str) -> FloatArray:
        return np.array([float(value or 0) for value in self.columns[name]])

    def item_answers(self) -> tuple[BoolArray, BoolArray]:
        """Valid and satisfied answers to the items of a SIPAS case."""
        sipas = self.case["sipas"]
        codes = np.column_stack([self.numbers(item) for item in sipas["items"]])
        return np.isin(codes, sipas["valid_codes"]), np.isin(codes, sipas["satisfied_codes"])

    def column(self, name: str) -> FloatArray:
        """A column by its golden name, also the derived s_q, v_q, S, V, L<k>_q."""
        if name in self.columns:
            return self.numbers(name)
        if name in {"S", "V"}:
            return self.item_answers()["VS".index(name)].sum(axis=1).astype(float)
        kind, item = name.split("_")
        answers = self.numbers(item)
        if kind in {"s", "v"}:
            wanted = self.case["sipas"]["satisfied_codes" if kind == "s" else "valid_codes"]
            return np.isin(answers, wanted).astype(float)
        return (answers == float(kind[1:])).astype(float)

    def where(self, args: dict[str, Any]) -> BoolArray:
        """The rows of the design and of the additional domain of an expectation."""
        if "where" not in args:
            return self.kept
        name, wanted = args["where"]["var"], args["where"]["in"]
        if name in self.columns and isinstance(wanted[0], str):
            return self.kept & np.isin(np.array(self.columns[name]), wanted)
        return self.kept & np.isin(self.column(name), wanted)

    def groups(self, by: list[str]) -> tuple[list[tuple[Any, ...]], IntArray]:
        """Sorted levels of one or several variables, and the level of each row (-1 outside the subset)."""
        keys = list(zip(*(self.columns[name] for name in by), strict=True))
        levels = sorted({key for key, kept in zip(keys, self.kept, strict=True) if kept})
        place = {level: code for code, level in enumerate(levels)}
        return levels, np.where(self.kept, [place.get(key, -1) for key in keys], -1)


def read_sample(case_name: str, design_name: str, population: float | None = None) -> Sample:
    """Build a golden design; `population` replaces every stratum's population."""
    case = read_case(case_name)
    spec = case["designs"][design_name]
    if spec["op"] == "subset":
        whole = read_sample(case_name, spec["from"], population)
        return Sample(whole.design, whole.columns, whole.where({"where": spec["where"]}), case)
    assert spec["op"] == "design"
    table = case["tables"][spec["data"]]
    columns = dict(table["columns"] if "columns" in table else read_csv(table["file"]))
    if "join" in table:
        frame = read_csv(table["join"]["file"])
        design = _design_on_frame(columns, frame, merged=spec["strata"] == "vstratum")
    else:
        design = _design_on_rows(columns, spec, population)
    return Sample(design, columns, np.ones(design.responses, bool), case)


def _design_on_frame(
    columns: dict[str, list[Any]], frame: dict[str, list[str]], *, merged: bool
) -> StratifiedDesign:
    """Strata from the frame, with those that nobody answered; optionally merged for the variance."""
    place = {key: code for code, key in enumerate(zip(frame["unit"], frame["domain"], strict=True))}
    stratum = np.array([place[key] for key in zip(columns["unit"], columns["domain"], strict=True)])
    columns["stratum"] = [frame["stratum"][code] for code in stratum]
    population = np.array([float(size) for size in frame["N_h"]])
    if not merged:
        return StratifiedDesign(stratum, population)
    codes = {name: code for code, name in enumerate(frame["stratum"])}
    target = [codes[merged or own] for own, merged in zip(frame["stratum"], frame["vstratum"], strict=True)]
    return StratifiedDesign(stratum, population, variance_stratum=np.array(target))


def _design_on_rows(
    columns: dict[str, list[Any]], spec: dict[str, Any], population: float | None
) -> StratifiedDesign:
    """Strata, weights and populations from columns of the data."""
    _, first, stratum = np.unique(np.array(columns[spec["strata"]]), return_index=True, return_inverse=True)
    totals = np.bincount(stratum, [float(weight) for weight in columns[spec["weights"]]])
    sizes = np.full(len(first), np.inf)
    if "fpc" in spec:
        sizes = np.array([float(columns[spec["fpc"][0]][row]) for row in first])
    if population is not None:
        sizes = np.full(len(first), population)
    return StratifiedDesign(stratum, sizes, totals)


@dataclass(frozen=True)
class Comparison:
    """Numbers compared, and those that are too far apart, in words."""

    numbers: int
    mismatches: tuple[str, ...]


def compare(reference: dict[str, Any], ours: dict[str, Any], tolerance: dict[str, float]) -> Comparison:
    """Compare every field that we computed with the golden output, by the rules of the golden README."""
    numbers, mismatches = 0, []
    estimate = _floats(reference.get("est", np.nan))
    for field, values in ours.items():
        wanted, got = _floats(reference[field]), _floats(values)
        if wanted.shape != got.shape:
            mismatches.append(f"{field}: shape {got.shape} instead of {wanted.shape}")
            continue
        allowed = _allowed(field, wanted, estimate, tolerance)
        close = np.where(np.isnan(wanted), np.isnan(got), np.abs(got - wanted) <= allowed)
        numbers += wanted.size
        places = np.argwhere(~close)
        mismatches += [f"{field}{at.tolist()}: {got[*at]:.17g} not {wanted[*at]:.17g}" for at in places]
    return Comparison(numbers, tuple(mismatches))


def _floats(values: object) -> FloatArray:
    """Numbers as an array; null and "NaN" as nan."""
    return np.array(values, dtype=object).astype(np.float64)


def _allowed(field: str, wanted: FloatArray, estimate: FloatArray, tolerance: dict[str, float]) -> FloatArray:
    """How far from the golden number ours may be."""
    relative = tolerance.get("rel", DEFAULT_TOLERANCE)
    allowed: FloatArray = relative * np.abs(wanted)
    if field == "se":
        allowed = tolerance.get("se_rel", relative) * np.abs(wanted)
        if estimate.shape == wanted.shape:
            zero = wanted <= STRUCTURAL_ZERO * np.abs(estimate)
            allowed = np.where(zero, STRUCTURAL_ZERO * np.abs(estimate), allowed)
    if field.startswith(INTERVAL_FIELDS):
        items = estimate if field == "ci" else estimate[:, : wanted.shape[1]]
        allowed = relative * np.fmax(np.abs(wanted), np.abs(items))
    if field.startswith("p"):
        allowed = allowed + 1e-12
    return allowed
