"""Adding answers to what is counted already."""

import numpy as np
import pytest

from survey.statistics.joining import join
from survey.statistics.moments import Moments, collapse
from survey.statistics.refusals import MismatchedShapes


def counted(stratum: list[int], answers: list[list[int]]) -> Moments:
    codes = np.array(answers).reshape(len(stratum), -1)
    return collapse(np.array(stratum), numerator=codes == 2, denominator=codes > 0)


def test_answers_of_known_and_of_new_strata_are_added_and_nothing_else_changes() -> None:
    before = counted([0, 0, 2], [[2, 1], [2, 2], [0, 1]])
    after = join(before, counted([0, 1], [[1, 2], [2, 2]]))
    whole = counted([0, 0, 2, 0, 1], [[2, 1], [2, 2], [0, 1], [1, 2], [2, 2]])
    for field in ("stratum", "rows", "answered", "sums", "products"):
        assert np.array_equal(getattr(after, field), getattr(whole, field)), field
    assert before.rows.tolist() == [2, 1]


def test_a_thousand_batches_of_one_answer_are_the_answers_at_once() -> None:
    random = np.random.default_rng(3)
    codes, stratum = random.integers(0, 3, (1000, 3)), random.integers(0, 2, 1000)
    joined = counted([int(stratum[0])], codes[:1].tolist())
    for row in range(1, 1000):
        joined = join(joined, counted([int(stratum[row])], codes[row : row + 1].tolist()))
    whole = counted(stratum.tolist(), codes.tolist())
    assert np.array_equal(joined.products, whole.products)
    assert np.array_equal(joined.sums, whole.sums)


def test_joined_moments_cannot_be_written_to() -> None:
    joined = join(counted([0], [[1]]), counted([0], [[2]]))
    with pytest.raises(ValueError, match="read-only"):
        joined.products[0] = 0


def test_batches_of_other_items_are_refused() -> None:
    with pytest.raises(MismatchedShapes):
        join(counted([0], [[1]]), counted([0], [[1, 2]]))
