"""An SPSS system file (.sav) from numbers and short texts, with labels, missing values and the weight variable.

Written here because the libraries at hand need a table library of many megabytes, cannot name the weight, and put the
clock into the file. Layout: PSPP developers' guide, "System File Format". Uncompressed, little-endian, UTF-8.
"""

import struct
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

NUMERIC, STRING = 5, 1
SHORT_TEXT = 8
LONGEST_LABEL = 252
LONGEST_VALUE_LABEL = 120
LINE = 80
SYSTEM_MISSING = -sys.float_info.max
LOWEST = struct.unpack("<d", struct.pack("<Q", 0xFFEFFFFFFFFFFFFE))[0]
MEASURES = {"nominal": 1, "ordinal": 2, "scale": 3}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Value = float | str | None


@dataclass(frozen=True)
class Variable:
    """A column of the file.

    Attributes:
        name: what it is called, letters, digits and underscores.
        label: what it means.
        measure: how its values are to be read.
        values: labels of its codes.
        missing: lowest and highest code that stand for a missing rating, or None.
        decimals: shown behind the point.
        is_text: whether it holds texts of at most eight bytes instead of numbers.
    """

    name: str
    label: str
    measure: Literal["nominal", "ordinal", "scale"]
    values: Mapping[int, str] = field(default_factory=dict)
    missing: tuple[int, int] | None = None
    decimals: int = 0
    is_text: bool = False


def write_sav(
    variables: Sequence[Variable],
    rows: Sequence[Sequence[Value]],
    *,
    label: str,
    notes: Sequence[str],
    made: date,
    weight: str,
) -> bytes:
    """A system file; equal content gives equal bytes.

    Args:
        variables: of the columns.
        rows: values in the order of the variables; None is missing.
        label: of the file.
        notes: lines of its documentation.
        made: the date that it bears.
        weight: name of the variable that SPSS weighs by.

    Raises:
        ValueError: if a text is longer than eight bytes, or there is no such weight variable.
    """
    names = [variable.name for variable in variables]
    parts = [
        _header(len(variables), len(rows), names.index(weight) + 1, label, made),
        *(_variable(number, variable) for number, variable in enumerate(variables, start=1)),
        *(
            _value_labels(number, variable)
            for number, variable in enumerate(variables, start=1)
            if variable.values
        ),
        _notes(notes),
        _information(3, 4, struct.pack("<8i", 20, 0, 0, -1, 1, 1, 2, 65001)),
        _information(4, 8, struct.pack("<3d", SYSTEM_MISSING, sys.float_info.max, LOWEST)),
        _information(11, 4, b"".join(struct.pack("<3i", MEASURES[v.measure], 10, 1) for v in variables)),
        _information(13, 1, "\t".join(f"V{n}={name}" for n, name in enumerate(names, start=1)).encode()),
        _information(16, 8, struct.pack("<2q", 1, len(rows))),
        _information(20, 1, b"UTF-8"),
        struct.pack("<2i", 999, 0),
        *(_value(value, variable) for row in rows for value, variable in zip(row, variables, strict=True)),
    ]
    return b"".join(parts)


def _header(variables: int, rows: int, weight: int, label: str, made: date) -> bytes:
    day = f"{made.day:02d} {MONTHS[made.month - 1]} {made.year % 100:02d}"
    return (
        b"$FL2"
        + _padded("@(#) SPSS DATA FILE SIPAS", 60)
        + struct.pack("<5id", 2, variables, 0, weight, rows, 100.0)
        + _padded(day, 9)
        + _padded("00:00:00", 8)
        + _padded(_cut(label, 64), 64)
        + bytes(3)
    )


def _variable(number: int, variable: Variable) -> bytes:
    width = SHORT_TEXT if variable.is_text else 0
    shown = (
        (STRING << 16 | SHORT_TEXT << 8)
        if variable.is_text
        else (NUMERIC << 16 | 10 << 8 | variable.decimals)
    )
    label = _cut(variable.label, LONGEST_LABEL).encode()
    missing = variable.missing or ()
    return (
        struct.pack("<6i", 2, width, 1, -2 if missing else 0, shown, shown)
        + _padded(f"V{number}", 8)
        + struct.pack("<i", len(label))
        + label
        + bytes(-len(label) % 4)
        + b"".join(struct.pack("<d", code) for code in missing)
    )


def _value_labels(number: int, variable: Variable) -> bytes:
    parts = [struct.pack("<2i", 3, len(variable.values))]
    for code, text in variable.values.items():
        label = _cut(text, LONGEST_VALUE_LABEL).encode()
        parts.append(struct.pack("<dB", code, len(label)) + label + bytes(-(len(label) + 1) % 8))
    parts.append(struct.pack("<3i", 4, 1, number))
    return b"".join(parts)


def _notes(notes: Sequence[str]) -> bytes:
    lines = [line for note in notes for line in _lines(note)]
    return (
        struct.pack("<2i", 6, len(lines)) + b"".join(_padded(line, LINE) for line in lines) if lines else b""
    )


def _lines(text: str) -> list[str]:
    """Words in lines of at most eighty bytes."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer.encode()) <= LINE:
            lines[-1] = longer
        else:
            lines.append(_cut(word, LINE))
    return lines


def _information(kind: int, size: int, content: bytes) -> bytes:
    return struct.pack("<4i", 7, kind, size, len(content) // size) + content


def _value(value: Value, variable: Variable) -> bytes:
    if variable.is_text:
        text = str(value or "").encode()
        if len(text) > SHORT_TEXT:
            raise ValueError(f"{variable.name}: {value!r} is longer than {SHORT_TEXT} bytes")
        return text.ljust(SHORT_TEXT)
    return struct.pack("<d", SYSTEM_MISSING if value is None else float(value))


def _padded(text: str, size: int) -> bytes:
    return text.encode().ljust(size)


def _cut(text: str, size: int) -> str:
    """As much of a text as fits into so many bytes, no letter torn."""
    return " ".join(text.split()).encode()[:size].decode(errors="ignore")
