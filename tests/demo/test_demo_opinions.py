import numpy as np
import pytest

from survey.demo.opinions import FACTOR_OF_ITEM, FACTORS, ITEMS, rate_items

LEVELS = {"access": 84.3, "procedures": 60.0, "staff": 99.0, "results": 50.0, "feedback": 5.0}


def test_the_nineteen_items_stand_in_the_order_of_the_form() -> None:
    assert [len(items) for items in FACTORS.values()] == [4, 4, 5, 3, 3]
    assert ITEMS[0] == "a1"
    assert ITEMS[-1] == "e3"
    assert len(ITEMS) == len(set(ITEMS)) == FACTOR_OF_ITEM.size == 19


@pytest.mark.parametrize("spread", [0.0, 1.5])
def test_any_level_is_reached_whatever_the_weights_and_the_gaps(spread: float) -> None:
    rng = np.random.default_rng(5)
    latent = rng.standard_normal((4_000, 19))
    weight = np.exp(spread * rng.standard_normal(4_000))
    valid = rng.random((4_000, 19)) > np.linspace(0, 0.4, 19)
    codes = rate_items(latent, valid, weight, LEVELS)
    share = ((codes >= 4) & valid).T @ weight / (valid.T @ weight)
    reached = [100 * share[index == FACTOR_OF_ITEM].mean() for index in range(5)]
    assert reached == pytest.approx(list(LEVELS.values()), abs=0.1)
    assert set(np.unique(codes)) == {1, 2, 3, 4, 5}
