"""The data of a golden case: columns by their golden name, those derived in its text included."""

import csv
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from survey.statistics.arrays import BoolArray, FloatArray, IntArray

Strings = np.ndarray[tuple[int], np.dtype[np.str_]]
ARITHMETIC = re.compile(r"\b(\w+) = ([\w.]+) ([-+*/]) ([\w.]+)")


@cache
def read_csv(path: Path) -> dict[str, list[str]]:
    """The columns of a file with a header; an empty field and R's NA are missing: ""."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines, restval="")
        rows = list(reader)
        names = reader.fieldnames or ()
        return {name: ["" if row[name] == "NA" else row[name] for row in rows] for name in names}


def label(value: object) -> str:
    """A value as the text that identifies it: 1 and 1.0 and "1" are the same level."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, int | float | np.number) and float(value).is_integer():
        return str(int(value))
    return str(value)


@dataclass(eq=False)
class Table:
    """Columns of one data set, and how to derive others from them."""

    columns: dict[str, Sequence[Any]]
    sipas: dict[str, Any] = field(default_factory=dict)
    derived: dict[str, str] = field(default_factory=dict)
    frame: dict[str, list[str]] = field(default_factory=dict)
    texts: frozenset[str] = frozenset()
    read_labels: dict[str, Strings] = field(default_factory=dict)
    read_answers: list[tuple[BoolArray, BoolArray]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return len(next(iter(self.columns.values())))

    def labels(self, name: str) -> Strings:
        """A column as text, "" where missing; "a x b" and "a|b" join two columns."""
        if name not in self.read_labels:
            self.read_labels[name] = self._labels(name)
        return self.read_labels[name]

    def _labels(self, name: str) -> Strings:
        for joint in (" x ", "|"):
            if joint in name:
                return self._joined(name.split(joint))
        if name in self.columns:
            return np.array([label(value) for value in self.columns[name]], dtype=np.str_)
        if "|" in self.derived.get(name, ""):
            return self._joined(self.derived[name].split("|"))
        if name == "cstratum":
            return self._neighbouring_strata()
        return np.array([label(value) for value in self.numbers(name)], dtype=np.str_)

    def _joined(self, names: Sequence[str]) -> Strings:
        parts = zip(*(self.labels(name.strip()) for name in names), strict=True)
        return np.array(["|".join(part) for part in parts], dtype=np.str_)

    def numbers(self, name: str, text: str = "") -> FloatArray:
        """A column as numbers, nan where missing; also s_q, v_q, L<k>_q, q<z>, S, V, score, hasscore."""
        if name in self.columns:
            missing = (None, "", "NA")
            return np.array([np.nan if v in missing else float(v) for v in self.columns[name]])
        if "/" in self.derived.get(name, name):
            above, below = self.derived.get(name, name).split("/")
            return self.numbers(above.strip()) / self.numbers(below.strip())
        formula = ARITHMETIC.search(text)
        if formula and formula[1] == name:
            return self._combined(formula[2], formula[3], formula[4])
        return self._answers(name)

    def _combined(self, left: str, sign: str, right: str) -> FloatArray:
        a, b = self.numbers(left), self.numbers(right)
        return {"+": a + b, "-": a - b, "*": a * b, "/": a / b}[sign]

    def _answers(self, name: str) -> FloatArray:
        valid, satisfied = self.item_answers()
        if name in {"S", "V"}:
            return (satisfied if name == "S" else valid).sum(axis=1).astype(float)
        if name == "hasscore":
            return valid.any(axis=1).astype(float)
        if name == "score":
            codes = np.column_stack([self.numbers(item) for item in self.sipas["items"]])
            total = np.where(valid, codes, 0.0).sum(axis=1)
            return np.divide(
                total, valid.sum(axis=1), out=np.full(self.rows, np.nan), where=valid.any(axis=1)
            )
        kind, item = name.split("_", 1)
        at = self.sipas["items"].index(item)
        if kind in {"s", "v"}:
            return (satisfied if kind == "s" else valid)[:, at].astype(float)
        return (self.numbers(item) == float(kind[1:])).astype(float)

    def item_answers(self) -> tuple[BoolArray, BoolArray]:
        """Valid and satisfied answers to the items of a SIPAS case."""
        if not self.read_answers:
            codes = np.column_stack([self.numbers(item) for item in self.sipas["items"]])
            kinds = (np.isin(codes, self.sipas[f"{kind}_codes"]) for kind in ("valid", "satisfied"))
            self.read_answers.append(tuple(kinds))
        return self.read_answers[0]

    def where(self, args: dict[str, Any]) -> BoolArray:
        """The rows that an additional domain keeps."""
        conditions = list(args.get("where_all") or []) + ([args["where"]] if args.get("where") else [])
        kept = np.ones(self.rows, bool)
        for condition in conditions:
            kept &= np.isin(self.labels(condition["var"]), [label(value) for value in condition["in"]])
        return kept

    def levels(self, name: str, rows: BoolArray) -> list[str]:
        """Levels in use, sorted: as numbers if all are, unless the case itself writes them as texts."""
        found = {value for value in self.labels(name)[rows] if value}
        if name in self.texts:
            return sorted(found)
        try:
            return sorted(found, key=float)
        except ValueError:
            return sorted(found)

    def coded(self, names: Sequence[str], levels: Sequence[Sequence[object]]) -> IntArray:
        """The position of each row's levels in a list of them, -1 if not there."""
        place = {tuple(label(v) for v in level): code for code, level in enumerate(levels)}
        keys = zip(*(self.labels(name) for name in names), strict=True)
        return np.array([place.get(key, -1) for key in keys], np.int64)

    def _neighbouring_strata(self) -> Strings:
        """Lonely strata merged into the next in alphabetical order, the last one into the one before."""
        from survey.statistics.collapsing import merge_lonely_neighbours  # noqa: PLC0415 - read here only

        strata, code = np.unique(self.labels("stratum"), return_inverse=True)
        pairs = {(int(c), unit) for c, unit in zip(code, self.labels("psu"), strict=True)}
        units = np.bincount([c for c, _ in pairs], minlength=len(strata))
        merged = merge_lonely_neighbours(units)
        return strata[merged.target[code]]


def read_table(folder: Path, case: dict[str, Any], name: str) -> Table:
    """A table of a case by its name in the designs; two rounds may be stacked."""
    if " stacked on " in name:
        parts = [read_table(folder, case, part) for part in name.split(" stacked on ")]
        return _stacked(parts)
    spec = case["tables"][name]
    columns: dict[str, Sequence[Any]] = dict(
        spec["columns"] if "columns" in spec else read_csv(folder / spec["file"])
    )
    frame: dict[str, list[str]] = {}
    if "join" in spec:
        frame = read_csv(folder / spec["join"]["file"])
        columns |= _joined(columns, frame, spec["join"])
    derived = {k: v for k, v in spec.get("derived", {}).items() if isinstance(v, str)}
    inline = spec.get("columns", {})
    texts = frozenset(name for name, values in inline.items() if any(isinstance(v, str) for v in values))
    return Table(columns, case.get("sipas", {}), derived, frame, texts)


def _joined(
    columns: dict[str, Sequence[Any]], frame: dict[str, list[str]], spec: dict[str, Any]
) -> dict[str, list[str]]:
    keys = {key: at for at, key in enumerate(zip(*(frame[name] for name in spec["on"]), strict=True))}
    rows = [keys[key] for key in zip(*(columns[name] for name in spec["on"]), strict=True)]
    return {name: [frame[name][row] for row in rows] for name in spec["adds"]}


def _stacked(parts: Sequence[Table]) -> Table:
    shared = [name for name in parts[0].columns if all(name in part.columns for part in parts)]
    columns: dict[str, Sequence[Any]] = {
        name: [value for part in parts for value in part.columns[name]] for name in shared
    }
    if {"stratum", "psu"} <= set(shared) and "cstratum" not in shared:
        columns["cstratum"] = [value for part in parts for value in part.labels("cstratum")]
    columns["round"] = [code + 1 for code, part in enumerate(parts) for _ in range(part.rows)]
    return Table(columns, parts[0].sipas, parts[0].derived, texts=parts[0].texts)


def read_case(path: Path) -> dict[str, Any]:
    case: dict[str, Any] = json.loads(path.read_text(encoding="utf-8-sig"))
    return case
