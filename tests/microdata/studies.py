"""Specifications with their tables in a folder, estimated as the command does it."""

import csv
import json
from collections.abc import Mapping, Sequence
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from survey.actions.estimating import Written, estimate
from survey.microdata.loading import EstimateFaults

Rows = Sequence[Sequence[object]]
Spec = dict[str, Any]


def small(**changes: Any) -> Spec:
    """Two strata of known size, two items on a scale of five; ``changes`` replace whole parts."""
    spec: Spec = {
        "name": "nho",
        "data": {"file": "answers.csv"},
        "scales": {"muc5": {"valid": [1, 2, 3, 4, 5], "satisfied": [4, 5], "not_counted": [9]}},
        "items": [{"code": "q1"}, {"code": "q2"}],
        "factors": [{"code": "F", "items": ["q1", "q2"]}],
        "design": {"strata": ["unit"], "frame": {"file": "frame.csv"}},
    }
    return {name: part for name, part in (spec | changes).items() if part is not None}


ANSWERS: Rows = (
    ("unit", "sex", "q1", "q2"),
    ("A", "M", 5, 4),
    ("A", "F", 4, 2),
    ("A", "M", 1, 9),
    ("A", "F", 5, 5),
    ("B", "M", 2, 3),
    ("B", "F", 4, ""),
    ("B", "F", 3, 4),
)
FRAME: Rows = (("unit", "dossiers"), ("A", 40), ("B", 70))


def as_csv(rows: Rows, delimiter: str = ",") -> str:
    stream = StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    return stream.getvalue()


def as_xlsx(rows: Rows, sheet: str = "Sheet1") -> bytes:
    """The same rows as a workbook, numbers as numbers."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell != "":
                    page.write(number, column, cell)
    return stream.getvalue()


def laid_out(folder: Path, spec: Spec | str, files: Mapping[str, str | bytes | Rows] | None = None) -> Path:
    """Write a specification and its tables; rows become CSV."""
    for name, content in ({"answers.csv": ANSWERS, "frame.csv": FRAME} | dict(files or {})).items():
        if isinstance(content, str | bytes):
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        else:
            (folder / name).write_bytes(as_csv(content).encode())
    path = folder / "spec.yaml"
    path.write_text(spec if isinstance(spec, str) else json.dumps(spec, ensure_ascii=False), encoding="utf-8")
    return path


def written(folder: Path, spec: Spec | str, files: Any = None, language: str = "vi") -> Written:
    return estimate(laid_out(folder, spec, files), language)


def estimated(folder: Path, spec: Spec | str, files: Any = None) -> Spec:
    """The JSON of an estimate."""
    done = written(folder, spec, files)
    content: Spec = json.loads(next(done.files[name] for name in done.files if name.endswith(".json")))
    return content


def refused(folder: Path, spec: Spec | str, files: Any = None) -> list[str]:
    """Every fault of an estimate that cannot be made, as the command prints them."""
    with pytest.raises(EstimateFaults) as found:
        written(folder, spec, files)
    return str(found.value).splitlines()


def figures(content: Spec, **group: str) -> dict[str, Spec]:
    """The measures of one group by code."""
    found = next(one for one in content["estimates"] if one["group"] == group)
    return {measure["measure"]: measure for measure in found["measures"]}
