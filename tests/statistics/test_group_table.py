"""Thousands of groups of a clustered sample at once are what they are one by one."""

import numpy as np
import pytest

from survey.statistics.refusals import LonelyStratum, MismatchedShapes, UnknownGroup
from survey.statistics.row_table import sipas_table_from_rows
from survey.statistics.sample import draw


def test_lonely_clusters_and_unknown_groups_are_refused() -> None:
    sample = draw(4, strata=[0, 0, 1, 1], clusters=[[0, 1, 2, 2]])
    ones = np.ones((4, 1), bool)
    with pytest.raises(LonelyStratum) as refusal:
        sipas_table_from_rows(sample, valid=ones, score=ones, factors=[[0]])
    assert refusal.value.strata == (1,)
    with pytest.raises(UnknownGroup):
        sipas_table_from_rows(sample, valid=ones, score=ones, factors=[[0]], domain=np.array([0, 1, 2, 0]))
    with pytest.raises(MismatchedShapes):
        sipas_table_from_rows(sample, valid=ones[:3], score=ones[:3], factors=[[0]])
