"""Rounds small enough to be computed on paper: two communes, two fields, three items in two factors."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np

from questionnaires.definition import Definition, Item, Option, Question, Scale, Scoring, Section, Text
from questionnaires.version import Version, fingerprint
from survey.core.evidence import NOT_ANSWERED_CODE, NOT_APPLICABLE_CODE, Evidence
from survey.core.place import Field, Unit
from survey.core.round import Round

BLANK, NA = NOT_ANSWERED_CODE, NOT_APPLICABLE_CODE

A, B = Unit("A", "Xã An", "commune"), Unit("B", "Xã Bình", "commune")
LAND, CIVIL = Field("land", "Đất đai", "Land"), Field("civil", "Hộ tịch", "Civil status")

Cell = tuple[str, str]
"""Unit code and field code."""
Row = tuple[str, str, Sequence[int]]
"""Unit code, field code and one option code per item."""


def item(code: str, words: str = "") -> Item:
    return Item(code=code, text=Text(vi=words or f"Tiêu chí {code}"), scale="hai_long", required=False)


def definition() -> Definition:
    """Factor "access" with items a1 and a2, factor "staff" with item b1; 4 and 5 count as satisfied."""
    words = ("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng")
    options = tuple(Option(code=code, text=Text(vi=text)) for code, text in enumerate(words, start=1))
    return Definition(
        code="thu",
        title=Text(vi="Phiếu thử"),
        introduction=Text(vi="Xin trả lời"),
        thanks=Text(vi="Cảm ơn"),
        population=Text(vi="Người dân"),
        source_note="Phiếu của bài thử",
        scales={"hai_long": Scale(options=options)},
        sections=(
            Section(code="access", title=Text(vi="Tiếp cận"), items=(item("a1"), item("a2"))),
            Section(code="staff", title=Text(vi="Công chức"), items=(item("b1"),)),
        ),
        questions=(Question(code="field", kind="field", text=Text(vi="Lĩnh vực nào?"), required=True),),
        scoring=Scoring(rule="top_codes", satisfied=(4, 5), provenance=Text(vi="theo bài thử")),
    )


def round_of(asked: Definition, code: str = "2026-q4") -> Round:
    return Round(
        code=code,
        name_vi="Quý IV năm 2026",
        name_en="Fourth quarter of 2026",
        starts_on=date(2026, 10, 1),
        ends_on=date(2026, 12, 31),
        version=Version(1, asked, fingerprint(asked)),
        target_sheet_code=None,
        opened_at=datetime(2026, 10, 1, tzinfo=UTC),
        closed_at=None,
        frame_source="bài thử",
    )


def evidence(
    dossiers: Mapping[Cell, int],
    rows: Sequence[Row],
    *,
    asked: Definition | None = None,
    units: Sequence[Unit] = (A, B),
    fields: Sequence[Field] = (LAND, CIVIL),
) -> Evidence:
    """Evidence from dossiers by cell and responses row by row."""
    asked = asked or definition()
    unit_at = {unit.code: position for position, unit in enumerate(units)}
    field_at = {field.code: position for position, field in enumerate(fields)}
    volumes = np.zeros((len(units), len(fields)), dtype=np.int64)
    for (unit, field), volume in dossiers.items():
        volumes[unit_at[unit], field_at[field]] = volume
    return Evidence(
        round=round_of(asked),
        units=tuple(units),
        fields=tuple(fields),
        dossiers=volumes,
        unit=np.array([unit_at[unit] for unit, _, _ in rows], dtype=np.int64),
        field=np.array([field_at[field] for _, field, _ in rows], dtype=np.int64),
        mode=np.zeros(len(rows), dtype=np.int64),
        modes=("qr",) if rows else (),
        answers=np.array([codes for _, _, codes in rows], dtype=np.int8).reshape(len(rows), len(asked.items)),
        latest_hour=datetime(2026, 11, 20, 3, tzinfo=UTC) if rows else None,
    )


def in_other_order(of: Evidence, order: Sequence[int]) -> Evidence:
    """The same responses in another order."""
    places = np.array(order, dtype=np.int64)
    return replace(
        of, unit=of.unit[places], field=of.field[places], mode=of.mode[places], answers=of.answers[places]
    )


def with_units_in_other_order(of: Evidence, order: Sequence[int]) -> Evidence:
    """The same units, listed in another order."""
    places = np.array(order, dtype=np.int64)
    return replace(
        of,
        units=tuple(of.units[place] for place in places),
        dossiers=of.dossiers[places],
        unit=np.argsort(places)[of.unit],
    )
