"""Whether an answer agrees with its golden expectation, by the rules of the golden README."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from survey.statistics.arrays import FloatArray

DEFAULT = 1e-8
STRUCTURAL_ZERO = 1e-6
ROUNDING = 1e-15
WORDS = {"names", "groups", "vars", "measures", "cell", "error", "r_message", "note", "n_rows"}


@dataclass(frozen=True)
class Mismatch:
    """One number, or one field, that does not agree."""

    field: str
    reference: object
    value: object

    @property
    def relative_error(self) -> float:
        try:
            wanted, got = float(self.reference), float(self.value)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            return float("nan")
        return abs(got - wanted) / abs(wanted) if wanted else abs(got)


def compare(expectation: dict[str, Any], ours: dict[str, Any]) -> list[Mismatch]:
    """Every number of the golden output that ours does not reproduce."""
    reference, tolerance = expectation["out"], expectation.get("tol") or {}
    wanted_fields = _flat(reference)
    found = _flat(ours)
    mismatches = []
    for field, values in wanted_fields.items():
        if field not in found:
            mismatches.append(Mismatch(field, "a value", "nothing"))
            continue
        wanted, got = _floats(values), _floats(found[field])
        if wanted.shape != got.shape:
            mismatches.append(Mismatch(field, wanted.shape, got.shape))
            continue
        allowed = _allowed(expectation["stat"], field, wanted, reference, tolerance)
        close = (got == wanted) | (np.isnan(wanted) & np.isnan(got)) | (np.abs(got - wanted) <= allowed)
        mismatches += [
            Mismatch(f"{field}{at.tolist()}", float(wanted[*at]), float(got[*at]))
            for at in np.argwhere(~close)
        ]
    return mismatches


def _flat(output: dict[str, Any]) -> dict[str, Any]:
    """Fields that hold numbers; those of fields within fields too."""
    flat: dict[str, Any] = {}
    for name, values in output.items():
        if isinstance(values, dict) and name not in WORDS:
            flat |= {f"{name}.{inner}": v for inner, v in _flat(values).items()}
        elif name not in WORDS:
            flat[name] = values
    return flat


def _floats(values: object) -> FloatArray:
    """Numbers as an array; null, "NaN" and "NA" as nan."""
    found = np.array(values, dtype=object)
    return np.where(found == "NA", None, found).astype(np.float64)


def _allowed(
    stat: str, field: str, wanted: FloatArray, reference: dict[str, Any], tolerance: dict[str, float]
) -> FloatArray:
    """How far from the golden number ours may be."""
    relative = tolerance.get("rel", DEFAULT)
    estimate = _floats(reference.get("est", np.nan))
    allowed: FloatArray = relative * np.abs(wanted)
    if field == "se":
        allowed = tolerance.get("se_rel", relative) * np.abs(wanted)
        if estimate.shape == wanted.shape:
            zero = wanted <= STRUCTURAL_ZERO * np.abs(estimate)
            allowed = np.where(zero, STRUCTURAL_ZERO * np.abs(estimate), allowed)
        allowed = allowed + tolerance.get("se_abs", 0.0)
    if field.startswith("ci"):
        scale = estimate
        if scale.ndim == 2 and wanted.ndim == 2:
            scale = scale[:, : wanted.shape[1]]
        allowed = relative * np.fmax(np.abs(wanted), np.abs(scale))
    if field == "vcov":
        zero = (STRUCTURAL_ZERO * np.abs(estimate)) ** 2  # a variance is zero where its standard error is
        allowed = allowed + 1e-9 * np.nanmax(np.abs(wanted)) + np.sqrt(np.outer(zero, zero))
    if field == "diff":
        allowed = allowed + ROUNDING  # two equal proportions may differ in their last digit
    if field.startswith("p_") or field == "p" or stat == "target_test":
        allowed = allowed + 1e-12
    return allowed
