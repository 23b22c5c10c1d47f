"""XLSForm out and in: what both know survives whole, and what is wrong is named by sheet and row."""

import io
import json
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from pyxform.xls2xform import convert

from questionnaires.definition import Definition, Text
from questionnaires.loading import DefinitionFaults
from questionnaires.reading import read_definition
from questionnaires.writing import WRITERS
from questionnaires.xlsform import NotExchangeable
from questionnaires.xlsform_reading import from_xlsform
from questionnaires.xlsform_writing import to_xlsform
from survey.library import shipped_definitions

SHIPPED = shipped_definitions()
COUNTER_FORM = SHIPPED["quay_5_yeu_to"]
NAME = "phieu.xlsx"

phrases = (
    st.text(
        st.characters(codec="utf-8", exclude_categories=["C", "Z"], include_characters=" \n"),
        min_size=1,
        max_size=40,
    )
    .map(lambda words: unicodedata.normalize("NFC", words).strip())
    .filter(lambda words: words and "${" not in words)
)


codes = st.from_regex(r"[a-z][a-z0-9_]{2,8}", fullmatch=True)


@st.composite
def texts(draw: st.DrawFn) -> dict[str, str]:
    words = {"vi": draw(phrases)}
    return words | ({"en": draw(phrases)} if draw(st.booleans()) else {})


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    """Every kind of question, conditions on what stands before, scales that may not apply, all scoring rules."""
    names = iter(
        draw(
            st.lists(
                st.from_regex(r"[a-z][a-z0-9_]{2,8}", fullmatch=True).filter(is_free),
                min_size=9,
                max_size=9,
                unique=True,
            )
        )
    )
    levels = draw(st.lists(st.integers(0, 100), min_size=2, max_size=5, unique=True))
    options = [{"code": level, "text": draw(texts())} for level in levels]
    first, second, amount, words, one, two, three = (next(names) for _ in range(7))
    when = {
        "shown_when": {
            "question": first,
            "is": draw(st.lists(st.sampled_from(levels), min_size=1, unique=True)),
        }
    }
    maybe = lambda: when if draw(st.booleans()) else {}  # noqa: E731
    questions = [
        {"code": first, "kind": "single", "text": draw(texts()), "options": options, "place": "before"},
        {
            "code": second, "kind": "multiple", "text": draw(texts()), "options": options, **maybe(),
            **({"alone": levels[:1]} if draw(st.booleans()) else {}),
        },
        {
            "code": amount, "kind": "number", "text": draw(texts()), "required": draw(st.booleans()), **maybe(),
            "min": draw(st.none() | st.integers(-9, 0)), "max": draw(st.none() | st.integers(1, 10**12)),
            "counted_in": draw(st.none() | texts()),
        },
        {"code": words, "kind": "text", "text": draw(texts()), "max_length": draw(st.integers(1, 900))},
        {"code": "field", "kind": "field", "text": draw(texts()), "place": "before"},
    ]  # fmt: skip
    items = [
        {
            "code": code, "text": draw(texts()), "scale": draw(st.sampled_from(["s", "t_na"])),
            "required": draw(st.booleans()), "allow_not_applicable": draw(st.booleans()), **maybe(),
        }
        for code in (one, two, three)
    ]  # fmt: skip
    sections = [
        {"code": draw(st.sampled_from([one, "mot"])), "title": draw(texts()), "items": items[:2], **maybe()},
        {"code": "hai", "title": draw(texts()), "items": items[2:]},
    ]
    rules: list[dict[str, Any]] = [
        {"rule": "top_codes", "satisfied": levels[:1], "index": "pooled", "also": ["all_satisfied"]},
        {"rule": "points", "max_points": 100},
        {
            "rule": "top_codes", "satisfied": levels[:1], "index": "parts",
            "parts": [
                {"code": code, "title": draw(texts()), "sections": [section["code"]], "weight": 50}
                for code, section in zip("ab", sections, strict=True)
            ],
        },
    ]  # fmt: skip
    return Definition.model_validate_json(
        json.dumps(
            {
                "code": next(names),
                "title": draw(texts()),
                "introduction": draw(texts()),
                "thanks": draw(texts()),
                "legal_basis": draw(st.lists(phrases, max_size=2)),
                "population": draw(texts()),
                "source_note": draw(phrases),
                "languages": ["vi", "en"],
                "modes": ["qr", "paper"],
                "scales": {"s": {"options": options}, "t_na": {"options": options[::-1]}},
                "sections": sections,
                "questions": draw(st.permutations(questions)),
                "scoring": {**draw(st.sampled_from(rules)), "provenance": draw(texts())},
            }
        )
    )


def is_free(name: str) -> bool:
    """Names that neither we nor XForms keep for themselves."""
    return name not in {"field", "mot", "hai", "lang", "visit", "age", "meta", "lang_to"}


def round_trip(definition: Definition) -> Definition:
    return from_xlsform(to_xlsform(definition), name=NAME)


@settings(max_examples=40, deadline=None)
@given(definitions())
def test_whatever_both_know_comes_back_the_same(asked: Definition) -> None:
    assert round_trip(asked) == asked


@pytest.mark.parametrize("code", SHIPPED)
@pytest.mark.parametrize("ending", WRITERS)
def test_every_shipped_form_survives_every_format(code: str, ending: str) -> None:
    assert read_definition(WRITERS[ending](SHIPPED[code]), f"phieu{ending}") == SHIPPED[code]


@pytest.mark.parametrize("code", SHIPPED)
def test_pyxform_makes_a_form_of_what_we_write_without_a_warning(code: str) -> None:
    done = convert(xlsform=to_xlsform(SHIPPED[code]), file_type=".xlsx", validate=False)
    translations = [w for w in done.warnings if "missing translations" not in w]
    assert translations == []
    assert SHIPPED[code].items[0].text.vi.split()[0] in done.xform


def test_no_cell_is_ever_computed_whatever_it_begins_with() -> None:
    evil = '=HYPERLINK("http://x";"y")'
    asked = COUNTER_FORM.model_copy(update={"introduction": Text(vi=evil), "thanks": Text(vi="@SUM(A1)")})
    book = load_workbook(io.BytesIO(to_xlsform(asked)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert evil in {cell.value for cell in cells}
    assert round_trip(asked) == asked


def test_a_text_that_xlsform_would_take_for_a_reference_is_refused_before_anything_is_written() -> None:
    asked = COUNTER_FORM.model_copy(update={"introduction": Text(vi="Xin chào ${ten}")})
    with pytest.raises(NotExchangeable, match="tham chiếu"):
        to_xlsform(asked)


# --- files from elsewhere ----------------------------------------------------------------------------

Rows = list[dict[str, str]]
SURVEY: Rows = [
    {"type": "begin_group", "name": "access", "label::Vietnamese (vi)": "Tiếp cận"},
    {"type": "select_one level", "name": "a1", "label": "Biển hiệu rõ ràng", "required": "yes"},
    {"type": "end_group"},
    {"type": "text", "name": "comment", "label": "Ý kiến khác"},
]
CHOICES: Rows = [{"list_name": "level", "name": str(code), "label": f"Mức {code}"} for code in range(1, 6)]
SETTINGS: Rows = [{"form_title": "Phiếu lạ", "form_id": "phieu_la"}]


def book(sheets: Mapping[str, Rows]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as written:
        for name, rows in sheets.items():
            sheet = written.add_worksheet(name)
            heads = list(dict.fromkeys(head for row in rows for head in row))
            sheet.write_row(0, 0, heads)
            for line, row in enumerate(rows, start=1):
                for column, head in enumerate(heads):
                    sheet.write(line, column, row.get(head, ""))
    return stream.getvalue()


def foreign(change: Callable[[dict[str, Rows]], object] = lambda _sheets: None) -> bytes:
    sheets = {
        name: [dict(row) for row in rows]
        for name, rows in (("survey", SURVEY), ("choices", CHOICES), ("settings", SETTINGS))
    }
    sheets["survey"][0] = {"type": "begin_group", "name": "access", "label": "Tiếp cận"}
    change(sheets)
    return book(sheets)


def test_a_form_from_elsewhere_is_read_and_says_what_it_did_not_tell() -> None:
    asked = from_xlsform(foreign(), name=NAME)
    assert [(item.code, item.text.vi, item.scale) for item in asked.items] == [
        ("a1", "Biển hiệu rõ ràng", "level")
    ]
    assert asked.scales["level"].codes == {1, 2, 3, 4, 5}
    assert asked.scoring.satisfied == (4, 5)
    assert "không nêu cách tính" in asked.scoring.provenance.vi
    assert asked.population.vi.startswith("Chưa ghi")


@pytest.mark.parametrize(
    ("change", "line", "sheet", "words"),
    [
        (lambda s: s["survey"][1].update(type="select_one nothing"), 3, "survey", "nothing"),
        (lambda s: s["survey"][1].update(name="a 1"), 3, "survey", "name"),
        (lambda s: s["survey"][3].update(type="geopoint"), 5, "survey", "không nhập được"),
        (lambda s: s["survey"][3].update(constraint="regex(., 'x')"), 5, "survey", "constraint"),
        (lambda s: s["survey"][3].update(relevant="${a1} > 2"), 5, "survey", "relevant"),
        (lambda s: s["survey"][3].update(calculation="1 + 1"), 5, "survey", "calculation"),
        (lambda s: s["survey"].insert(0, {"type": "note", "name": "n", "label": "Lời dẫn"}), 2, "survey", "ghi chú"),
        (lambda s: s["survey"].insert(1, {"type": "text", "name": "t", "label": "Chữ"}), 3, "survey", "ra ngoài nhóm"),
        (lambda s: s["survey"].insert(1, {}) or s["survey"][2].update(name="a 1"), 4, "survey", "name"),
        (lambda s: s["choices"][2].update(name="ba"), 4, "choices", "số nguyên"),
        (lambda s: s["choices"][2].update(label="Mức\u200b 3"), 4, "choices", "ký tự ẩn"),
        (lambda s: s["settings"][0].update(form_id="Phiếu 1"), 2, "settings", "Mã không hợp lệ"),
        (lambda s: s.pop("choices"), 1, "choices", "Không có trang tính"),
        (lambda s: s.update(sipas=[{"key": "scoring", "value": "{"}]), 2, "sipas", "JSON"),
        (lambda s: s.update(sipas=[{"key": "khac", "value": "1"}]), 2, "sipas", "khac"),
        (lambda s: s.update(sipas=[{"key": "modes", "value": '["zalo"]'}]), 2, "sipas", "modes"),
    ],
)  # fmt: skip
def test_a_fault_names_its_sheet_and_row(
    change: Callable[[dict[str, Rows]], object], line: int, sheet: str, words: str
) -> None:
    with pytest.raises(DefinitionFaults) as refused:
        from_xlsform(foreign(change), name=NAME)
    said = [str(fault) for fault in refused.value.faults]
    assert any(f"{NAME}:{line}: trang {sheet}" in fault and words in fault for fault in said), said


@pytest.mark.parametrize(
    ("name", "code", "title"),
    [
        ("hai_long.xlsx", "hai_long", "hai_long"),
        ("Phiếu Đo lường (bản 2).xlsx", "phieu_do_luong_ban_2", "Phiếu Đo lường (bản 2)"),
        ("2026 – quý 4.xlsx", "phieu_2026_quy_4", "2026 – quý 4"),
        ("問卷.xlsx", "phieu", "問卷"),
        (f"{'dài' * 30}.xlsx", ("dai" * 30)[:40], "dài" * 30),
    ],
)
def test_a_form_without_settings_is_called_as_its_file_is(name: str, code: str, title: str) -> None:
    for without in (
        foreign(lambda s: s.pop("settings")),
        foreign(lambda s: s.update(settings=[])),
        foreign(lambda s: s.update(settings=[{"default_language": "vi"}])),
    ):
        asked = from_xlsform(without, name=name)
        assert (asked.code, asked.title.vi) == (code, title)


def test_a_form_with_a_code_alone_is_called_by_it() -> None:
    asked = from_xlsform(foreign(lambda s: s["settings"][0].pop("form_title")), name=NAME)
    assert (asked.code, asked.title.vi) == ("phieu_la", "phieu_la")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"type,name\ntext,a"])
def test_what_is_no_workbook_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(DefinitionFaults, match="Tệp XLSX bị hỏng"):
        from_xlsform(content, name=NAME)


def test_a_condition_written_with_an_equals_sign_is_understood() -> None:
    asked = from_xlsform(
        foreign(lambda s: s["survey"][3].update(relevant="${a1} = '1' or ${a1} = '2'")), name=NAME
    )
    [comment] = asked.questions
    assert comment.shown_when is not None
    assert (comment.shown_when.question, comment.shown_when.codes) == ("a1", (1, 2))
