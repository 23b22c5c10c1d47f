"""From dossiers and responses to weights: four stated rules, and nothing dropped without being named."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.core.evidence import Evidence
from survey.core.weighting import Stratum, weigh
from tests.core.tiny import CIVIL, LAND, A, B, Cell, Row, evidence

ANY = [4, 4, 4]


def rows(**responses: int) -> list[Row]:
    """So many responses per cell, written as ``A_land=3``."""
    return [(*cell.split("_"), ANY) for cell, number in responses.items() for _ in range(number)]  # type: ignore[misc]


def weights(of: Evidence) -> list[float]:
    """The weight of every counted response."""
    design = weigh(of).design
    return design.weights[design.stratum].tolist()


# --- the four rules ----------------------------------------------------------------------------------


def test_every_response_stands_for_its_share_of_the_dossiers_of_its_stratum() -> None:
    found = evidence({("A", "land"): 10, ("B", "land"): 30}, rows(A_land=4, B_land=3))
    assert weights(found) == [2.5] * 4 + [10.0] * 3
    assert weigh(found).coverage == 1.0


def test_a_stratum_without_response_is_silent_and_its_dossiers_are_uncovered() -> None:
    weighting = weigh(evidence({("A", "land"): 10, ("B", "civil"): 30}, rows(A_land=2)))
    assert weighting.silent == (Stratum(B, CIVIL, dossiers=30, responses=0),)
    assert (weighting.dossiers, weighting.covered, weighting.coverage) == (40, 10, 0.25)


def test_a_stratum_with_one_response_is_named_and_keeps_its_full_weight() -> None:
    found = evidence({("A", "land"): 10, ("B", "land"): 30}, rows(A_land=2, B_land=1))
    assert weigh(found).single == (Stratum(B, LAND, dossiers=30, responses=1),)
    assert weights(found) == [5.0, 5.0, 30.0]


def test_a_single_dossier_that_was_answered_is_complete_and_not_named() -> None:
    weighting = weigh(evidence({("A", "land"): 1}, rows(A_land=1)))
    assert (weighting.single, weighting.overfull, weighting.coverage) == ((), (), 1.0)
    assert weighting.design.fpc[0] == 0.0


def test_a_stratum_with_more_responses_than_dossiers_keeps_its_share_without_correction() -> None:
    found = evidence({("A", "land"): 3, ("B", "land"): 30}, rows(A_land=6, B_land=3))
    weighting = weigh(found)
    assert weighting.overfull == (Stratum(A, LAND, dossiers=3, responses=6),)
    assert weights(found) == [0.5] * 6 + [10.0] * 3
    assert weighting.design.fpc[0] == 1.0
    assert weighting.design.fpc[2] == pytest.approx(0.9)


def test_a_stratum_answered_in_full_is_not_overfull_and_has_no_sampling_error_left() -> None:
    weighting = weigh(evidence({("A", "land"): 3}, rows(A_land=3)))
    assert weighting.overfull == ()
    assert weighting.design.fpc[0] == 0.0


def test_responses_without_dossiers_are_counted_as_outside_and_have_no_weight() -> None:
    found = evidence({("A", "land"): 10}, rows(A_land=2, A_civil=3, B_land=1))
    weighting = weigh(found)
    assert weighting.outside == 4
    assert weighting.counted.tolist() == [True] * 2 + [False] * 4
    assert weights(found) == [5.0, 5.0]


def test_an_outside_stratum_is_neither_silent_nor_single_nor_overfull() -> None:
    weighting = weigh(evidence({("A", "land"): 10}, rows(A_land=2, B_land=1)))
    assert (weighting.silent, weighting.single, weighting.overfull) == ((), (), ())


def test_named_strata_come_unit_by_unit_and_field_by_field() -> None:
    weighting = weigh(evidence({("B", "civil"): 6, ("B", "land"): 8, ("A", "civil"): 7}, []))
    assert [(stratum.unit, stratum.field) for stratum in weighting.silent] == [
        (A, CIVIL),
        (B, LAND),
        (B, CIVIL),
    ]


def test_a_round_without_any_response_covers_nothing() -> None:
    weighting = weigh(evidence({("A", "land"): 10}, []))
    assert (weighting.dossiers, weighting.covered, weighting.coverage) == (10, 0, 0.0)


def test_a_round_without_any_dossier_covers_nothing_and_leaves_every_response_outside() -> None:
    weighting = weigh(evidence({}, rows(A_land=3)))
    assert (weighting.outside, weighting.coverage) == (3, 0.0)


# --- what always holds -------------------------------------------------------------------------------

CELLS: list[Cell] = [("A", "land"), ("A", "civil"), ("B", "land"), ("B", "civil")]
volumes = st.lists(st.integers(0, 12), min_size=4, max_size=4)
responses = st.lists(st.sampled_from(CELLS), max_size=20)


@st.composite
def small_evidence(draw: st.DrawFn) -> Evidence:
    return evidence(dict(zip(CELLS, draw(volumes), strict=True)), [(*cell, ANY) for cell in draw(responses)])


every_evidence = settings(max_examples=200, deadline=None)


@every_evidence
@given(small_evidence())
def test_weights_add_up_to_the_covered_dossiers(found: Evidence) -> None:
    assert sum(weights(found)) == pytest.approx(weigh(found).covered)


@every_evidence
@given(small_evidence())
def test_no_response_is_dropped_silently(found: Evidence) -> None:
    weighting = weigh(found)
    assert weighting.design.responses + weighting.outside == found.responses
    assert int(weighting.counted.sum()) + weighting.outside == found.responses


@every_evidence
@given(small_evidence())
def test_no_dossier_is_dropped_silently(found: Evidence) -> None:
    weighting = weigh(found)
    silent = sum(stratum.dossiers for stratum in weighting.silent)
    assert weighting.covered + silent == weighting.dossiers == found.dossiers.sum()


@every_evidence
@given(small_evidence())
def test_a_stratum_is_named_exactly_when_its_rule_applies(found: Evidence) -> None:
    weighting = weigh(found)
    counts = np.bincount(found.stratum, minlength=4)
    dossiers = found.dossiers.reshape(-1)
    assert len(weighting.silent) == ((dossiers > 0) & (counts == 0)).sum()
    assert len(weighting.single) == ((dossiers > 1) & (counts == 1)).sum()
    assert len(weighting.overfull) == ((dossiers > 0) & (counts > dossiers)).sum()
    assert weighting.outside == counts[dossiers == 0].sum()
