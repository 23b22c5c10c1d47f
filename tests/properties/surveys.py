"""Small surveys for Hypothesis, and a second implementation of the table, row by row from the README."""

import numpy as np
from hypothesis import strategies as st

from tests.statistics.small_surveys import INVALID, SCORES, SmallSurvey


@st.composite
def small_surveys(draw: st.DrawFn, *, census: bool = False) -> SmallSurvey:
    """Up to 5 strata of up to 6 responses, 1 to 3 items scored 0, 1/2, 1 or invalid, 1 to 3 groups."""
    sizes = draw(st.lists(st.integers(0, 6), min_size=1, max_size=5))
    unasked = st.just(0) if census else st.integers(0, 40)
    population = np.array([size + draw(unasked) for size in sizes], dtype=np.float64)
    rows, items, groups = sum(sizes), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    cells = st.sampled_from((INVALID, *SCORES))
    answers = np.array(draw(st.lists(cells, min_size=rows * items, max_size=rows * items)), dtype=np.float64)
    answers = answers.reshape(rows, items)
    domain = draw(st.lists(st.integers(-1, groups - 1), min_size=rows, max_size=rows))
    return SmallSurvey(
        stratum=np.repeat(np.arange(len(sizes)), sizes),
        population=population,
        valid=answers != INVALID,
        score=np.where(answers == INVALID, 0.0, answers),
        domain=np.array(domain, dtype=np.int64),
        groups=groups,
        factors=(tuple(range(items)), (0,)),
    )
