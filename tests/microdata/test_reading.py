"""Tables as people have them: every format gives the same estimate, every fault its row and column."""

from pathlib import Path

import numpy as np
import pytest

from survey.microdata.loading import EstimateFaults
from tests.microdata.studies import (
    ANSWERS,
    FRAME,
    Rows,
    Spec,
    as_csv,
    as_xlsx,
    estimated,
    refused,
    small,
    written,
)

CELLS = (1.5, "1,5", 1.5, 1.5, "1,5", 1.5, 1.5)


def numbers(content: Spec) -> Spec:
    """What an estimate says, apart from the files that it names."""
    return {name: part for name, part in content.items() if name not in {"inputs", "settings"}}


def of_file(name: str, **form: object) -> Spec:
    return small(data={"file": name, **form})


def padded(rows: Rows) -> Rows:
    """The same rows with what spreadsheets leave around them."""
    width = len(rows[0])
    return [rows[0], *([f" {cell} " for cell in row] for row in rows[1:]), [""] * width, [""] * width]


FORMATS: dict[str, tuple[Spec, str, str | bytes]] = {
    "a workbook": (of_file("a.xlsx"), "a.xlsx", as_xlsx(ANSWERS)),
    "a named sheet": (of_file("a.xlsx", sheet="Số liệu"), "a.xlsx", as_xlsx(ANSWERS, "Số liệu")),
    "an ending in capitals": (of_file("A.XLSX"), "A.XLSX", as_xlsx(ANSWERS)),
    "semicolons": (of_file("a.csv"), "a.csv", as_csv(ANSWERS, ";")),
    "tabs": (of_file("a.tsv"), "a.tsv", as_csv(ANSWERS, "\t")),
    "a mark at the beginning": (of_file("a.csv"), "a.csv", as_csv(ANSWERS).encode("utf-8-sig")),
    "UTF-16": (of_file("a.csv", encoding="utf-16"), "a.csv", as_csv(ANSWERS).encode("utf-16")),
    "old Vietnamese Windows": (
        of_file("a.csv", encoding="windows-1258"),
        "a.csv",
        as_csv(ANSWERS).encode("cp1258"),
    ),
    "lines that end as on Unix": (of_file("a.csv"), "a.csv", as_csv(ANSWERS).replace("\r\n", "\n")),
    "blank lines and blanks": (of_file("a.csv"), "a.csv", as_csv(padded(ANSWERS)) + "\r\n\r\n"),
    "decimals of whole numbers": (
        of_file("a.csv"),
        "a.csv",
        as_csv([ANSWERS[0], *[[*row[:3], f"{row[3]}.0" if row[3] else ""] for row in ANSWERS[1:]]]),
    ),
    "columns in another order": (of_file("a.csv"), "a.csv", as_csv([row[::-1] for row in ANSWERS])),
    "columns that nobody asked for": (
        of_file("a.csv"),
        "a.csv",
        as_csv([[*row, "=1", ""] for row in ANSWERS]),
    ),
    "a text for no answer": (
        of_file("a.csv", missing=["-", "NA"]),
        "a.csv",
        as_csv([["-" if cell == "" else cell for cell in row] for row in ANSWERS]),
    ),
}


@pytest.mark.parametrize("case", FORMATS)
def test_every_format_gives_the_same_numbers(tmp_path: Path, case: str) -> None:
    spec, name, content = FORMATS[case]
    assert numbers(estimated(tmp_path, spec, {name: content})) == numbers(estimated(tmp_path, small()))


def test_the_order_of_rows_is_irrelevant(tmp_path: Path) -> None:
    spec = small(
        scales={"ba": {"scores": {1: 0, 2: 0.1, 3: 0.7, 4: 0.9, 5: 1}, "not_counted": [9]}},
        design={"strata": ["unit"], "weights": "w"},
        adjust=[{"poststratify": {"margin": {"by": ["sex"], "totals": {"M": 61.7, "F": 44.1}}}}],
    )
    rows = [
        (*row, weight) for row, weight in zip(ANSWERS[1:], (0.1, 0.7, 3.3, 1.9, 2.3, 0.3, 1.1), strict=True)
    ]
    seen = set()
    for seed in range(6):
        rows = [rows[at] for at in np.random.default_rng(seed).permutation(len(rows))]
        content = numbers(estimated(tmp_path, spec, {"answers.csv": [(*ANSWERS[0], "w"), *rows]}))
        seen.add(str(content))
    assert len(seen) == 1


def test_the_order_of_the_frame_is_irrelevant(tmp_path: Path) -> None:
    turned = [FRAME[0], *reversed(FRAME[1:])]
    assert numbers(estimated(tmp_path, small(), {"frame.csv": turned})) == numbers(
        estimated(tmp_path, small())
    )


def test_the_same_letters_are_the_same_label_however_they_are_encoded(tmp_path: Path) -> None:
    rows = [["Huế" if cell == "A" else cell for cell in row] for row in ANSWERS]
    frame = [["Hu\u00ea\u0301" if cell == "A" else cell for cell in row] for row in FRAME]
    files = {"answers.csv": rows, "frame.csv": frame}
    content = estimated(tmp_path, small(groups=[{"by": ["unit"]}]), files)
    assert [one["group"] for one in content["estimates"]] == [{}, {"unit": "B"}, {"unit": "Huế"}]


def test_vietnamese_letters_of_old_windows_are_read_right(tmp_path: Path) -> None:
    old = "unit,sex,q1,q2\r\nHu\u00ea\u0301,M,4,4\r\nHu\u00ea\u0301,F,2,4\r\n".encode("cp1258")
    spec = small(
        data={"file": "answers.csv", "encoding": "windows-1258"},
        design={"strata": ["unit"], "frame": {"rows": [{"unit": "Huế", "dossiers": 10}]}},
    )
    assert estimated(tmp_path, spec, {"answers.csv": old})["design"]["rows"] == 2


def test_a_decimal_comma_is_read_where_it_is_announced(tmp_path: Path) -> None:
    design = {"strata": ["unit"], "weights": "w"}
    rows = [(*ANSWERS[0], "w"), *[(*row, "1,5") for row in ANSWERS[1:]]]
    spec = small(data={"file": "answers.csv", "decimal": ","}, design=design)
    files = {"answers.csv": as_csv(rows, ";")}
    assert estimated(tmp_path, spec, files)["weights"]["total"] == 10.5
    faults = refused(tmp_path, small(design=design), files)
    assert len(faults) == 7
    assert faults[0].startswith("answers.csv:2: cột E “w”: “1,5” phải là số từ 0 trở lên")


def test_numbers_of_a_workbook_have_no_decimal_mark_to_announce(tmp_path: Path) -> None:
    design = {"strata": ["unit"], "weights": "w", "frame": {"file": "frame.xlsx", "decimal": ","}}
    rows = [(*ANSWERS[0], "w"), *[(*row, weight) for row, weight in zip(ANSWERS[1:], CELLS, strict=True)]]
    files = {"a.xlsx": as_xlsx(rows), "frame.xlsx": as_xlsx([FRAME[0], ("A", 40.5), ("B", "70,5")])}
    margins = [
        {"by": ["sex"], "totals": {"M": 40.5, "F": 70.5}},
        {"by": ["unit"], "totals": {"A": 40.5, "B": 70.5}},
    ]
    for adjust in ([], [{"rake": {"margins": margins}}]):
        spec = small(data={"file": "a.xlsx", "decimal": ","}, design=design, adjust=adjust)
        assert estimated(tmp_path, spec, files)["weights"]["total"] == pytest.approx(
            111.0 if adjust else 10.5
        )


WRONG_FILES: dict[str, tuple[Spec, dict[str, str | bytes | Rows], str]] = {
    "no file": (of_file("nowhere.csv"), {}, "nowhere.csv:1: cả tệp: Không đọc được tệp"),
    "a folder": (of_file("."), {}, ".:1: cả tệp: Không đọc được"),
    "another kind of file": (of_file("spec.yaml"), {}, "spec.yaml:1: cả tệp: Không đọc được loại tệp này"),
    "a parquet file": (of_file("a.parquet"), {"a.parquet": b"PAR1"}, "CSV UTF-8"),
    "nothing in it": (small(), {"answers.csv": ""}, "answers.csv:1: cả tệp: Không có cột “"),
    "only names": (small(), {"answers.csv": ANSWERS[:1]}, "Không có dòng dữ liệu nào"),
    "bytes of no letter": (
        small(),
        {"answers.csv": b"unit,sex,q1,q2\nA,M,4,5\nA,\xff,4,5\n"},
        "answers.csv:3: ",
    ),
    "UTF-16 unannounced": (small(), {"answers.csv": as_csv(ANSWERS).encode("utf-16")}, "encoding: utf-16"),
    "zeros": (
        small(),
        {"answers.csv": "unit,sex,q1,q2\nA,M,4\0,5\n"},
        "answers.csv:2: cả tệp: Tệp có ký tự rỗng",
    ),
    "an open quote": (small(), {"answers.csv": 'unit,sex,q1,q2\nA,M,"4,5\nA,F,4,5\n'}, "dấu nháy kép"),
    "a missing cell": (
        small(),
        {"answers.csv": "unit,sex,q1,q2\nA,M,4\n"},
        "answers.csv:2: cả dòng: Dòng có 3 ô",
    ),
    "a cell too many": (small(), {"answers.csv": "unit,sex,q1,q2\nA,M,4,5,5\n"}, "Dòng có 5 ô"),
    "a missing column": (
        small(),
        {"answers.csv": "unit,sex,q1,Q2\nA,M,4,5\n"},
        "answers.csv:1: cả tệp: Không có cột “q2”; có phải là",
    ),
    "a column twice": (
        small(),
        {"answers.csv": "unit,sex,q1,q2,q1\nA,M,4,5,5\n"},
        "answers.csv:1: cột C, E: Tên cột “q1” có 2 lần",
    ),
    "a workbook that is none": (
        of_file("a.xlsx"),
        {"a.xlsx": b"PK nonsense"},
        "a.xlsx:1: cả tệp: Tệp XLSX bị hỏng",
    ),
    "an unknown sheet": (
        of_file("a.xlsx", sheet="Hai"),
        {"a.xlsx": as_xlsx(ANSWERS)},
        "Không có trang tính “Hai”; đã có: “Sheet1”",
    ),
    "an unknown code": (
        small(),
        {"answers.csv": "unit,sex,q1,q2\nA,M,4,7\n"},
        "answers.csv:2: cột D “q2”: Mã “7” không có trong thang đo (các mã: 1, 2, 3, 4, 5, 9)",
    ),
    "no stratum": (
        small(),
        {"answers.csv": "unit,sex,q1,q2\n,M,4,5\n"},
        "answers.csv:2: cột A “unit”: Ô trống",
    ),
    "a stratum outside the frame": (
        small(),
        {"answers.csv": "unit,sex,q1,q2\nC,M,4,5\n"},
        "answers.csv:2: cột A “unit”: “C” không có hồ sơ nào trong khung",
    ),
    "a stratum of nothing": (
        small(),
        {"frame.csv": "unit,dossiers\nA,0\nB,9\n"},
        "answers.csv:2: cột A “unit”: “A” không có hồ sơ",
    ),
    "a frame in words": (
        small(),
        {"frame.csv": "unit,dossiers\nA,many\nB,-1\n"},
        "frame.csv:2: cột B “dossiers”: “dossiers” phải là số từ 0 trở lên, không phải “many”",
    ),
    "a stratum twice in the frame": (
        small(),
        {"frame.csv": "unit,dossiers\nA,9\nA,9\nB,9\n"},
        "frame.csv:3: cột B “dossiers”: “A” đã có ở dòng khác",
    ),
}


@pytest.mark.parametrize("case", WRONG_FILES)
def test_a_fault_of_a_table_names_its_place_and_what_to_do(tmp_path: Path, case: str) -> None:
    spec, files, sentence = WRONG_FILES[case]
    faults = refused(tmp_path, spec, files)
    assert any(sentence in fault for fault in faults), faults


def test_all_faults_of_all_tables_are_named_at_once_with_rows_as_a_spreadsheet_counts_them(
    tmp_path: Path,
) -> None:
    rows = [ANSWERS[0], ("A", "M", 5, "x"), ("", "", "", ""), ("A", "F", 8, 4), ("D", "F", 4, 4)]
    for file, content in (("answers.csv", as_csv(rows)), ("answers.xlsx", as_xlsx(rows))):
        faults = refused(tmp_path, of_file(file), {file: content})
        assert [fault.split(": ")[:2] for fault in faults] == [
            [f"{file}:2", "cột D “q2”"],
            [f"{file}:4", "cột C “q1”"],
            [f"{file}:5", "cột A “unit”"],
        ]


def test_a_fault_in_every_row_is_named_fifty_times_and_then_counted_as_more(tmp_path: Path) -> None:
    rows = [ANSWERS[0], *[("A", "M", "?", 4)] * 5000]
    faults = refused(tmp_path, small(), {"answers.csv": rows})
    assert len(faults) == 51
    assert faults[-1].endswith("Còn lỗi nữa; chỉ nêu 50 lỗi đầu tiên.")


@pytest.mark.parametrize("name", ["answers.csv", "answers.xlsx"])
def test_a_file_with_one_broken_bit_is_read_or_refused_and_never_a_crash(tmp_path: Path, name: str) -> None:
    whole = as_xlsx(ANSWERS) if name.endswith("xlsx") else as_csv(ANSWERS).encode()
    spec, chance, refusals = of_file(name), np.random.default_rng(7), 0
    good = numbers(estimated(tmp_path, spec, {name: whole}))
    for _ in range(300):
        broken = bytearray(whole)
        broken[chance.integers(len(broken))] ^= 1 << int(chance.integers(8))
        try:
            content = numbers(estimated(tmp_path, spec, {name: bytes(broken)}))
        except EstimateFaults:
            refusals += 1
            continue
        assert (
            name == "answers.csv" or content == good
        )  # a letter of CSV may become another one; a workbook has checksums
    assert refusals > 100


def test_a_workbook_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    rows: list[list[object]] = [list(row) for row in ANSWERS]
    stray = as_xlsx([*rows, *[[""]] * 200_000, [""] * 5000 + ["x"]])
    (fault,) = refused(tmp_path, of_file("a.xlsx"), {"a.xlsx": stray})
    assert "kéo dài đến ô GJI200009" in fault


def test_the_inputs_are_named_with_their_digests(tmp_path: Path) -> None:
    inputs = estimated(tmp_path, small())["inputs"]
    assert [(one["file"], one["rows"]) for one in inputs] == [
        ("spec.yaml", None),
        ("answers.csv", 7),
        ("frame.csv", 2),
    ]
    assert {len(one["sha256"]) for one in inputs} == {64}


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    assert written(tmp_path, small()).files == written(tmp_path, small()).files
