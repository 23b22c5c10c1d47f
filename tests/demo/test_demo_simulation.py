import hashlib
import string
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from time import process_time

import numpy as np
import pytest

from survey.demo.answers import COLUMNS, LANGUAGES, MODES, NOT_ANSWERED, NOT_APPLICABLE, PAPER, QR
from survey.demo.arrays import Booleans, Floats, Integers
from survey.demo.opinions import FACTOR_OF_ITEM, FACTORS, ITEMS
from survey.demo.simulation import PLANS, SEED, Demo, DemoRound, simulate
from survey.demo.special import LONELY_STRATA, LONELY_UNITS, SILENT_UNITS, STUFFING

VIETNAM = timezone(timedelta(hours=7))
INDEX = len(FACTORS)


@pytest.fixture(scope="module", name="demo")
def _demo() -> Demo:
    return simulate()


def _cell(demo: Demo, held: DemoRound) -> Integers:
    """The stratum of each response, as a position in ``province.strata``."""
    units = [unit.code for unit in demo.province.units]
    fields = [field.code for field in demo.province.fields]
    table = np.full((len(units), len(fields)), -1)
    for index, (unit, field) in enumerate(demo.province.strata):
        table[units.index(unit), fields.index(field)] = index
    return np.asarray(table[held.responses.unit_index, held.responses.field_index])


def _counts(demo: Demo, held: DemoRound) -> tuple[Integers, Integers]:
    """Dossiers and responses of every stratum."""
    dossiers = np.array([held.dossiers[pair] for pair in demo.province.strata])
    return dossiers, np.bincount(_cell(demo, held), minlength=dossiers.size)


def _weight(demo: Demo, held: DemoRound) -> Floats:
    dossiers, responses = _counts(demo, held)
    return np.asarray((dossiers / np.maximum(responses, 1))[_cell(demo, held)])


def _shares(held: DemoRound, weight: Floats) -> Floats:
    """The weighted share of codes 4 and 5 among valid answers, by item."""
    answers = held.responses.answers
    return np.asarray((answers >= 4).T @ weight / ((answers > 0).T @ weight) * 100)


def _levels(held: DemoRound, weight: Floats) -> list[float]:
    """The five factors, each the mean of its items, and the mean of all items."""
    share = _shares(held, weight)
    return [*(float(share[index == FACTOR_OF_ITEM].mean()) for index in range(5)), float(share.mean())]


def _standard_error(demo: Demo, held: DemoRound) -> float:
    """Of the mean of all items, stratified and linearised; strata with one response add nothing."""
    answers, weight, cell = held.responses.answers, _weight(demo, held), _cell(demo, held)
    valid = answers > 0
    part = ((answers >= 4) - _shares(held, weight) / 100 * valid) / (valid.T @ weight)
    value = weight * part.mean(axis=1)
    dossiers, count = _counts(demo, held)
    total, square = np.bincount(cell, value, count.size), np.bincount(cell, value**2, count.size)
    several = count > 1
    count, total, square = count[several], total[several], square[several]
    within = count / (count - 1) * (square - total**2 / count)
    return 100 * float(np.sqrt(((1 - count / dossiers[several]) * within).sum()))


def _digest(demo: Demo) -> str:
    digest = hashlib.sha256(repr(demo.province).encode())
    for held in demo.rounds:
        digest.update(repr((held.code, list(held.dossiers.items()), held.responses.rid)).encode())
        for name in COLUMNS:
            digest.update(getattr(held.responses, name).tobytes())
    return digest.hexdigest()


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(demo: Demo) -> None:
    assert _digest(simulate(SEED)) == _digest(demo)
    assert _digest(simulate(SEED + 1)) != _digest(demo)


def test_the_demo_is_drawn_in_less_than_four_seconds() -> None:
    start = process_time()
    simulate()
    assert process_time() - start < 4


def test_a_column_cannot_be_changed(demo: Demo) -> None:
    with pytest.raises(ValueError, match="read-only"):
        demo.rounds[0].responses.answers[0, 0] = 1


def test_the_rounds_are_two_quarters_of_the_promised_size(demo: Demo) -> None:
    first, second = demo.rounds
    assert [held.starts_on.isoformat() for held in demo.rounds] == ["2026-07-01", "2026-10-01"]
    assert [held.ends_on.isoformat() for held in demo.rounds] == ["2026-09-30", "2026-12-31"]
    assert 35_500 <= len(first.responses) <= 36_500
    assert 39_500 <= len(second.responses) <= 40_500
    assert all(150_000 <= sum(held.dossiers.values()) <= 350_000 for held in demo.rounds)


def test_every_column_has_one_entry_per_response_and_ids_are_unique(demo: Demo) -> None:
    rids = [rid for held in demo.rounds for rid in held.responses.rid]
    assert len(set(rids)) == len(rids)
    assert all(len(rid) == 32 and set(rid) <= set(string.hexdigits.lower()) for rid in rids)
    for held in demo.rounds:
        assert {len(getattr(held.responses, name)) for name in COLUMNS} == {len(held.responses)}
        assert held.responses.answers.shape[1] == len(ITEMS)


def test_only_known_codes_are_used(demo: Demo) -> None:
    for held in demo.rounds:
        responses = held.responses
        assert set(np.unique(responses.answers)) == {NOT_APPLICABLE, NOT_ANSWERED, 1, 2, 3, 4, 5}
        assert set(np.unique(responses.sex)) == {NOT_ANSWERED, 1, 2}
        assert set(np.unique(responses.age_group)) == {NOT_ANSWERED, 1, 2, 3, 4, 5}
        assert set(np.unique(responses.mode)) == set(range(len(MODES)))
        assert set(np.unique(responses.language)) == set(range(len(LANGUAGES)))
        assert 0 < responses.language.mean() < 0.02


@pytest.mark.parametrize("seed", [SEED, 7])
def test_no_stratum_has_more_responses_than_dossiers(seed: int) -> None:
    demo = simulate(seed)
    for held in demo.rounds:
        dossiers, responses = _counts(demo, held)
        assert (responses <= dossiers).all()
        assert _cell(demo, held).min() >= 0


def test_response_rates_differ_widely_between_units(demo: Demo) -> None:
    dossiers, responses = _counts(demo, demo.rounds[0])
    units = np.array([unit for unit, _ in demo.province.strata])
    rates = [
        responses[units == unit.code].sum() / dossiers[units == unit.code].sum()
        for unit in demo.province.units
    ]
    assert 0.015 <= min(rates) < 0.05
    assert 0.45 < max(rates) <= 0.6


def test_the_dossiers_of_strata_span_orders_of_magnitude(demo: Demo) -> None:
    for held in demo.rounds:
        dossiers, _ = _counts(demo, held)
        assert dossiers.min() < 15
        assert (dossiers >= 5_000).sum() >= 3


def test_every_response_stands_at_a_counter_that_serves_its_field(demo: Demo) -> None:
    units, fields, counters = demo.province.units, demo.fields, demo.counters
    for held in demo.rounds:
        columns = (held.responses.unit_index, held.responses.field_index, held.responses.counter_index)
        for unit, field, counter in set(zip(*(column.tolist() for column in columns), strict=True)):
            assert counters[counter].unit_code == units[unit].code
            assert fields[field].code in counters[counter].field_codes


@pytest.mark.parametrize("number", [0, 1])
def test_the_weighted_factors_reach_their_levels(demo: Demo, number: int) -> None:
    held = demo.rounds[number]
    levels = _levels(held, _weight(demo, held))
    assert levels[:INDEX] == pytest.approx(list(PLANS[number].levels.values()), abs=0.4)


def test_the_index_rises_beyond_noise_while_results_fall_slightly(demo: Demo) -> None:
    before, after = (_levels(held, _weight(demo, held)) for held in demo.rounds)
    moved = np.array(after) - np.array(before)
    errors = np.array([_standard_error(demo, held) for held in demo.rounds])
    noise = np.sqrt((errors**2).sum())
    assert 1 <= moved[INDEX] <= 1.5
    assert moved[INDEX] > 3 * noise
    assert [factor for factor, move in zip(FACTORS, moved, strict=False) if move < 0] == ["results"]


def test_leaving_out_the_weights_flatters_the_province(demo: Demo) -> None:
    for held in demo.rounds:
        plain = _levels(held, np.ones(len(held.responses)))[INDEX]
        assert 1 <= plain - _levels(held, _weight(demo, held))[INDEX] <= 3


def test_land_construction_and_investment_are_clearly_the_weak_fields(demo: Demo) -> None:
    for held in demo.rounds:
        weight, field = _weight(demo, held), held.responses.field_index
        share = [_shares(held, weight * (field == index)).mean() for index in range(len(demo.fields))]
        weakest = np.argsort(share)
        assert {demo.fields[index].code for index in weakest[:3]} == {"land", "construction", "investment"}
        assert share[weakest[3]] > share[weakest[2]] + 3


def test_blanks_on_paper_rise_along_the_form(demo: Demo) -> None:
    responses = demo.rounds[0].responses
    blank = (responses.answers[responses.mode == PAPER] == NOT_ANSWERED).mean(axis=0)
    asked = np.arange(ITEMS.index("e1"))
    assert 0.005 <= blank[0] <= 0.02
    assert 0.03 <= blank[-4] <= 0.07
    assert np.corrcoef(asked, blank[asked])[0, 1] > 0.8


def test_a_screen_leaves_no_item_blank_because_its_form_asks_for_every_one(demo: Demo) -> None:
    responses = demo.rounds[1].responses
    assert not (responses.answers[responses.mode != PAPER] == NOT_ANSWERED).any()


def test_petitions_and_fees_do_not_apply_to_everyone(demo: Demo) -> None:
    for held in demo.rounds:
        share = dict(zip(ITEMS, (held.responses.answers == NOT_APPLICABLE).mean(axis=0), strict=True))
        assert {item for item, value in share.items() if value > 0} == {"b3", "e1", "e2", "e3"}
        assert 0.02 < share["b3"] < share["e1"] < share["e2"] < share["e3"] < 0.3


def test_some_people_tick_the_same_answer_all_the_way_down(demo: Demo) -> None:
    answers = demo.rounds[0].responses.answers
    assert 0.03 < (answers == answers[:, :1]).all(axis=1).mean() < 0.2


def test_responses_arrive_on_working_days_in_office_hours_for_the_most_part(demo: Demo) -> None:
    for held, plan in zip(demo.rounds, PLANS, strict=True):
        hours = Counter(held.responses.received_hour.tolist())
        times = {hour: datetime.fromtimestamp(hour * 3600, UTC).astimezone(VIETNAM) for hour in hours}
        office = sum(
            count for hour, count in hours.items() if times[hour].weekday() < 5 and 7 <= times[hour].hour < 17
        )
        assert 0.9 < office / len(held.responses) < 1
        days = {time.date() for time in times.values()}
        assert (min(days), max(days)) == (plan.starts_on, plan.last_day)


def test_responses_stand_in_the_order_of_their_hour_and_id(demo: Demo) -> None:
    for held in demo.rounds:
        keys = list(zip(held.responses.received_hour.tolist(), held.responses.rid, strict=True))
        assert keys == sorted(keys)


def test_the_first_round_has_at_least_two_responses_in_every_stratum(demo: Demo) -> None:
    _, responses = _counts(demo, demo.rounds[0])
    assert responses.min() >= 2


def test_the_second_round_is_empty_or_lonely_exactly_where_it_is_said(demo: Demo) -> None:
    _, responses = _counts(demo, demo.rounds[1])
    count = dict(zip(demo.province.strata, responses.tolist(), strict=True))
    once = {pair for pair, number in count.items() if number == 1}
    silent = {pair[0] for pair, number in count.items() if number == 0}
    assert once == {*LONELY_STRATA, *LONELY_UNITS.items()}
    assert silent == {*SILENT_UNITS, *LONELY_UNITS}
    by_unit = Counter[str]()
    for (unit, _), number in count.items():
        by_unit[unit] += number
    assert [by_unit[unit] for unit in SILENT_UNITS] == [0, 0]
    assert [by_unit[unit] for unit in LONELY_UNITS] == [1, 1, 1]


def test_the_stuffed_block_arrives_in_one_night_at_one_counter_and_is_all_fives(demo: Demo) -> None:
    responses = demo.rounds[1].responses
    local = (responses.received_hour + 7) % 24
    night = np.flatnonzero((local >= 22) | (local < 6))
    assert night.size == STUFFING.responses
    assert (responses.answers[night] == 5).all()
    assert (responses.mode[night] == QR).all()
    assert len(set(responses.received_hour[night].tolist())) <= len(STUFFING.hours)
    (counter,) = set(responses.counter_index[night].tolist())
    assert demo.counters[counter].unit_code == STUFFING.unit
    assert demo.counters[counter].field_code == STUFFING.field


def test_the_stuffed_block_lifts_its_unit_out_of_the_weakest(demo: Demo) -> None:
    responses = demo.rounds[1].responses
    stuffed = [unit.code for unit in demo.province.units].index(STUFFING.unit)
    local = (responses.received_hour + 7) % 24
    honest = (local >= 7) & (local < 22)

    def share_by_unit(rows: Booleans) -> Floats:
        answers, unit = responses.answers[rows], responses.unit_index[rows]
        valid = np.bincount(unit, (answers > 0).sum(axis=1), len(demo.province.units))
        return np.bincount(unit, (answers >= 4).sum(axis=1), valid.size) / np.maximum(valid, 1)

    without, with_block = share_by_unit(honest), share_by_unit(honest | True)
    assert (without < without[stuffed]).mean() < 0.15
    assert (with_block < with_block[stuffed]).mean() > 0.3
    assert with_block[stuffed] > without[stuffed] + 0.05


def test_the_first_round_has_no_responses_at_night(demo: Demo) -> None:
    local = (demo.rounds[0].responses.received_hour + 7) % 24
    assert local.min() >= 7
    assert local.max() < 22
