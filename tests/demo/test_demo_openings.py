"""How often the demo's pages are opened: plausible beside its responses, and from the seed alone."""

from datetime import date

import numpy as np
import pytest

from survey.demo.answers import KIOSK, PAPER, QR
from survey.demo.simulation import Demo, DemoRound, simulate
from survey.demo.special import SCANNED_IN_VAIN, STUFFING

VIETNAM = 7


@pytest.fixture(scope="module", name="demo")
def _demo() -> Demo:
    return simulate()


def sent(held: DemoRound) -> dict[tuple[int, int, int], int]:
    """Responses through pages by counter, mode and day."""
    columns = held.responses
    found: dict[tuple[int, int, int], int] = {}
    days = (columns.received_hour + VIETNAM) // 24
    for key in zip(columns.counter_index.tolist(), columns.mode.tolist(), days.tolist(), strict=True):
        if key[1] != PAPER:
            found[key] = found.get(key, 0) + 1
    return found


def opened(held: DemoRound) -> dict[tuple[int, int, int], tuple[int, int]]:
    """Openings and beginnings by counter, mode and day."""
    rows = held.openings
    days = [(day - date(1970, 1, 1)).days for day in rows.day]
    keys = list(zip(rows.counter_index.tolist(), rows.mode.tolist(), days, strict=True))
    assert len(set(keys)) == len(keys)
    return dict(zip(keys, zip(rows.opened.tolist(), rows.started.tolist(), strict=True), strict=True))


def test_every_response_came_from_a_page_that_was_opened_and_begun_that_day(demo: Demo) -> None:
    for held in demo.rounds:
        pages = opened(held)
        assert all(pages[key][1] >= number for key, number in sent(held).items())
        assert all(0 <= begun <= seen for seen, begun in pages.values())
        assert all(held.starts_on <= day <= held.ends_on for day in held.openings.day)


def test_about_two_in_three_openings_are_begun_and_four_in_five_of_these_sent(demo: Demo) -> None:
    for held in demo.rounds:
        phones = held.openings.mode == QR
        seen, begun = (int(column[phones].sum()) for column in (held.openings.opened, held.openings.started))
        done = sum(number for (_counter, mode, _day), number in sent(held).items() if mode == QR)
        assert 0.6 < begun / seen < 0.75
        assert 0.7 < done / begun < 0.9


def test_paper_has_no_page_and_a_tablets_page_is_opened_by_beginning(demo: Demo) -> None:
    for held in demo.rounds:
        rows = held.openings
        assert set(np.unique(rows.mode).tolist()) == {QR, KIOSK}
        assert (rows.opened == rows.started)[rows.mode == KIOSK].all()


def test_who_stuffs_a_unit_opens_no_page_for_nothing(demo: Demo) -> None:
    held = demo.rounds[-1]
    desks = [at for at, desk in enumerate(demo.counters) if desk.unit_code == STUFFING.unit]
    night = (STUFFING.starts_on - date(1970, 1, 1)).days
    pages, responses = opened(held), sent(held)
    keys = [(desks[STUFFING.counter], QR, day) for day in (night, night + 1)]
    seen, done = sum(pages[key][0] for key in keys), sum(responses[key] for key in keys)
    assert done >= STUFFING.responses
    assert seen < 1.2 * done


def test_one_silent_units_poster_is_scanned_in_vain_in_the_second_round_only(demo: Demo) -> None:
    desks = {at for at, desk in enumerate(demo.counters) if desk.unit_code == SCANNED_IN_VAIN.unit}
    first, second = (
        {key: numbers for key, numbers in opened(held).items() if key[0] in desks} for held in demo.rounds
    )
    assert first.keys() == {key for key in sent(demo.rounds[0]) if key[0] in desks}
    assert sum(seen for seen, _begun in second.values()) > 100
    assert not [key for key in sent(demo.rounds[1]) if key[0] in desks]


def test_the_same_seed_gives_the_same_openings(demo: Demo) -> None:
    for held, again in zip(demo.rounds, simulate().rounds, strict=True):
        assert held.openings.day == again.openings.day
        for name in ("counter_index", "mode", "opened", "started"):
            assert np.array_equal(getattr(held.openings, name), getattr(again.openings, name))
