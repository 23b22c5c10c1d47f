"""The design: who could have answered, who did, what each answer stands for, whom nobody speaks for."""

import numpy as np
import pytest
from hypothesis import given

from survey.statistics.weights import coverage, effective_sizes, summarise_weights
from tests.properties.surveys import small_surveys
from tests.statistics.small_surveys import SmallSurvey


@given(survey=small_surveys())
def test_weights_add_up_to_the_population_of_strata_with_responses(survey: SmallSurvey) -> None:
    design = survey.design()
    covered = design.population[design.sample_sizes > 0].sum()
    assert design.weights[design.stratum].sum() == pytest.approx(covered)
    assert summarise_weights(design).total == pytest.approx(covered)
    assert coverage(design).covered == pytest.approx(covered)


@given(survey=small_surveys())
def test_kish_effective_size_never_exceeds_the_number_of_responses(survey: SmallSurvey) -> None:
    design = survey.design()
    sizes = effective_sizes(design, domain=survey.domain, groups=survey.groups)
    for group, size in enumerate(sizes):
        responses = (survey.domain == group).sum()
        assert np.isnan(size) if responses == 0 else 1 - 1e-9 <= size <= responses + 1e-9
