import numpy as np
import pytest

from survey.demo.province import Province, build_province
from survey.demo.volumes import FEWEST, draw_volumes, prescribed_responses, share_out


@pytest.fixture(scope="module", name="province")
def _province() -> Province:
    return build_province()


def test_strata_differ_by_orders_of_magnitude_in_both_quarters(province: Province) -> None:
    for dossiers in draw_volumes(province, np.random.default_rng(1)):
        assert dossiers.min() >= FEWEST
        assert (dossiers <= 30).sum() > 20
        assert (dossiers >= 5_000).any()
        assert 150_000 <= dossiers.sum() <= 350_000


def test_the_two_quarters_are_alike_but_not_equal(province: Province) -> None:
    first, second = draw_volumes(province, np.random.default_rng(1))
    assert (first != second).mean() > 0.8
    assert np.corrcoef(np.log(first), np.log(second))[0, 1] > 0.95


def test_responses_are_shared_out_within_the_dossiers_and_keep_what_is_prescribed() -> None:
    dossiers = np.array([8, 50, 400, 9_000, 30])
    willingness = np.array([2.0, 1.0, 0.0, -2.0, 0.0])
    responses = share_out(600, dossiers, willingness, {4: 1}, np.random.default_rng(1))
    assert responses[4] == 1
    assert (responses[:4] >= 2).all()
    assert (responses <= dossiers * 0.6).all()
    assert abs(int(responses.sum()) - 600) <= 5


def test_silent_units_get_nothing_and_lonely_ones_get_one_response(province: Province) -> None:
    prescribed = {province.strata[index]: count for index, count in prescribed_responses(province).items()}
    assert sum(count for (unit, _), count in prescribed.items() if unit == "X17") == 0
    assert sum(count for (unit, _), count in prescribed.items() if unit == "X23") == 1
    assert prescribed["X06", "health_education"] == 1
    assert ("X06", "land") not in prescribed
