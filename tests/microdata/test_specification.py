"""What a specification may say: every fault by file, line and place, all at once."""

from pathlib import Path
from typing import Any

import pytest

from survey.actions.estimating import estimate
from survey.microdata.loading import EstimateFaults
from tests.microdata.studies import Spec, estimated, figures, refused, small

DESIGN: Spec = {"strata": ["unit"], "frame": {"file": "frame.csv"}}
RAKE = {
    "rake": {
        "margins": [
            {"by": ["sex"], "totals": {"M": 50, "F": 60}},
            {"by": ["unit"], "totals": {"A": 40, "B": 70}},
        ]
    }
}

FAULTS: dict[str, tuple[Any, str]] = {
    "nothing": ("", "spec.yaml:1: cả tệp: Tệp trống"),
    "no YAML": ("name: [", "spec.yaml:"),
    "a list": ("- a\n- b\n", "Phải gồm các dòng “tên: nội dung”"),
    "an unknown key": (small(wieghts="w"), "wieghts: Không có mục nào tên “wieghts”"),
    "no name": (small(name=None), "name: Thiếu mục này"),
    "a name with a path": (small(name="../x"), "name: Mã không hợp lệ"),
    "no items": (small(items=[]), "items: Cần ít nhất 1 mục"),
    "an item twice": (small(items=[{"code": "q1"}, {"code": "q1"}]), "Mã “q1” đã dùng ở dòng 1"),
    "an item called index": (small(items=[{"code": "index"}]), "Mã “index” dành riêng"),
    "an undeclared scale": (
        small(items=[{"code": "q1", "scale": "muc4"}, {"code": "q2"}]),
        "Thang đo “muc4” chưa khai báo; có phải là “muc5”?",
    ),
    "an undeclared item": (
        small(factors=[{"code": "F", "items": ["q1", "q3"]}]),
        "factors[F].items[2]: Tiêu chí “q3” chưa khai báo",
    ),
    "an item twice in a factor": (
        small(factors=[{"code": "F", "items": ["q1", "q1"]}]),
        "“q1” đã có trong danh sách",
    ),
    "a scale without worth": (small(scales={"m": {"valid": [1, 2]}}), "scales.m: Thiếu satisfied"),
    "a satisfied code that does not count": (
        small(scales={"m": {"valid": [1, 2], "satisfied": [3]}}),
        "Mã hài lòng phải nằm trong valid",
    ),
    "a code that counts and does not": (
        small(scales={"m": {"valid": [1, 2], "satisfied": [2], "not_counted": [2]}}),
        "một mã không thể",
    ),
    "scores above 1": (small(scales={"m": {"scores": {"1": 0, "2": 2}}}), "Số quá lớn; không được quá 1"),
    "weights from nowhere": (small(design={"strata": ["unit"]}), "design: Thiếu nguồn trọng số"),
    "weights from two places": (
        small(design=DESIGN | {"equal_weights": True}),
        "equal_weights không đi cùng",
    ),
    "a frame and populations": (small(design=DESIGN | {"populations": ["N"]}), "dùng frame hoặc populations"),
    "a frame without rows": (small(design={"frame": {}}), "design.frame: Cần hoặc file, hoặc rows"),
    "collapsing within a column that makes no strata": (
        small(
            design=DESIGN | {"frame": {"file": "frame.csv", "empty": "collapse", "collapse_within": ["sex"]}}
        ),
        "collapse_within chỉ nhận",
    ),
    "an unknown rule for lonely strata": (
        small(design=DESIGN | {"lonely": "ignore"}),
        "Chỉ nhận một trong các giá trị",
    ),
    "two steps in one": (small(adjust=[RAKE | {"trim": {"upper": 9}}]), "adjust[1]: Mỗi bước gồm đúng một"),
    "one margin to rake to": (
        small(adjust=[{"rake": {"margins": RAKE["rake"]["margins"][:1]}}]),
        "Cần ít nhất 2 mục",
    ),
    "a trim without limits": (small(adjust=[{"trim": {}}]), "adjust[1].trim: Cần lower hoặc upper"),
    "a margin without totals": (
        small(adjust=[{"poststratify": {"margin": {"by": ["sex"]}}}]),
        "cần đúng một trong ba",
    ),
    "labels of two columns for one": (
        small(adjust=[{"poststratify": {"margin": {"by": ["sex"], "totals": {"M|1": 3}}}}]),
        "nhãn trong totals phải gồm 1 phần",
    ),
    "a negative total": (
        small(adjust=[{"poststratify": {"margin": {"by": ["sex"], "totals": {"M": -3, "F": 9}}}}]),
        "Số quá nhỏ; phải từ 0",
    ),
    "a level of 95": (small(interval={"level": 95}), "interval.level: Số quá lớn; phải nhỏ hơn 1"),
    "a level of 0": (small(interval={"level": 0}), "interval.level: Số quá nhỏ; phải lớn hơn 0"),
    "a level in words": (small(interval={"level": "high"}), "interval.level: Phải là số"),
    "an unknown measure": (
        small(targets=[{"indicator": "a", "comparator": ">=", "value": 80, "measure": "F2"}]),
        "Đại lượng “F2” chưa khai báo; có phải là “F”?",
    ),
    "a target above 100": (
        small(targets=[{"indicator": "a", "comparator": ">=", "value": 180}]),
        "không được quá 100",
    ),
    "an unknown comparator": (
        small(targets=[{"indicator": "a", "comparator": "=>", "value": 80}]),
        "Chỉ nhận một trong",
    ),
    "a target for nobody": (
        small(targets=[{"indicator": "a", "comparator": ">=", "value": 80, "group": {"unit": "Z"}}]),
        "targets[a].group: Không dòng nào thuộc “Z”; đã có: “A”, “B”",
    ),
    "a target for a pair that nobody is": (
        small(
            targets=[{"indicator": "a", "comparator": ">=", "value": 80, "group": {"sex": "F", "unit": "M"}}]
        ),
        "Không dòng nào thuộc “F / M”",
    ),
    "a group by a column that is not there": (
        small(groups=[{"by": ["age"]}]),
        "answers.csv:1: cả tệp: Không có cột “age”",
    ),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_fault_of_a_specification_names_its_place_and_what_to_do(tmp_path: Path, case: str) -> None:
    spec, sentence = FAULTS[case]
    faults = refused(tmp_path, spec)
    assert any(sentence.casefold() in fault.casefold() for fault in faults), faults
    assert all(fault.split(":")[1].isdigit() for fault in faults)


def test_all_faults_are_named_at_once_with_their_lines(tmp_path: Path) -> None:
    text = """\
name: X
data: {file: answers.csv}
scales: {m: {valid: [1, 2], satisfied: [2]}}
items:
  - {code: q1, scale: n}
design:
  equal_weights: 1
"""
    assert [fault.split(":")[:3] for fault in refused(tmp_path, text)] == [
        ["spec.yaml", "1", " name"],
        ["spec.yaml", "5", " items[q1].scale"],
        ["spec.yaml", "7", " design.equal_weights"],
    ]


def test_a_specification_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_bytes(b"name: x\n\xff\xfe")
    with pytest.raises(EstimateFaults, match=r"spec\.yaml:2: cả tệp: Không phải văn bản UTF-8"):
        estimate(tmp_path / "spec.yaml", "vi")


def test_codes_may_be_written_as_numbers_or_as_text(tmp_path: Path) -> None:
    text = {"m": {"valid": ["1", "2", "3", "4", "5"], "satisfied": ["4", "05"], "not_counted": ["9.0"]}}
    assert figures(estimated(tmp_path, small(scales=text))) == figures(estimated(tmp_path, small()))


def test_a_column_may_be_called_otherwise_than_its_item(tmp_path: Path) -> None:
    items = [{"code": "polite", "column": "q1"}, {"code": "clear", "column": "q2"}]
    spec = small(items=items, factors=None)
    assert list(figures(estimated(tmp_path, spec))) == ["polite", "clear", "pooled", "index"]
