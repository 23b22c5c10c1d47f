"""What counts of opened pages mean beside responses."""

import pytest

from survey.core.openings import Openings


def test_counts_add_up() -> None:
    assert Openings(3, 1) + Openings(4, 2) == Openings(7, 3)
    assert sum([Openings(1, 1), Openings(2, 0)], Openings()) == Openings(3, 1)


@pytest.mark.parametrize(
    ("counted", "responses", "shown"),
    [
        (Openings(10, 5), 3, Openings(10, 5)),
        (Openings(10, 2), 3, Openings(10, 3)),
        (Openings(2, 1), 3, Openings(3, 3)),
        (Openings(10, 12), 3, Openings(10, 10)),
        (Openings(), 0, Openings()),
    ],
)
def test_every_response_was_begun_and_every_begun_page_was_opened(
    counted: Openings, responses: int, shown: Openings
) -> None:
    assert counted.reaching(responses) == shown
