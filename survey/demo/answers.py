"""The responses of a round as columns: who answered, where, how, when and what."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Final

import numpy as np

from survey.demo.arrays import Booleans, Codes, Integers
from survey.demo.arrivals import draw_hours, draw_night_hours
from survey.demo.opinions import ITEMS, Climate, People, draw_latent, draw_stratum_effect, rate_items
from survey.demo.province import Province
from survey.demo.special import STUFFING
from survey.demo.volumes import stratum_indices

NOT_ANSWERED: Final = -1
NOT_APPLICABLE: Final = -2

MODES: Final = ("qr", "kiosk", "paper")
LANGUAGES: Final = ("vi", "en")
QR, KIOSK, PAPER = range(len(MODES))

SEX_CODES: Final = (1, 2, NOT_ANSWERED)
"""Nam, nữ, not said."""
SEX_SHARE: Final = (0.47, 0.50, 0.03)
AGE_CODES: Final = (1, 2, 3, 4, 5, NOT_ANSWERED)
"""18–24, 25–34, 35–49, 50–60, over 60, not said."""
AGE_SHARE: Final = np.array(
    [
        [0.14, 0.30, 0.34, 0.14, 0.04, 0.04],
        [0.09, 0.23, 0.36, 0.21, 0.09, 0.02],
        [0.04, 0.12, 0.31, 0.29, 0.21, 0.03],
    ]
)
"""By mode."""
KIOSK_SHARE: Final = 0.25
"""In departments, in wards and in every third commune, which have a kiosk."""
PAPER_SHARE: Final = {"sở": 0.08, "ban": 0.05, "phường": 0.12, "xã": 0.27}
ENGLISH_SHARE: Final = 0.007
HURRIED_SHARE: Final = 0.012
"""On a phone, faster than anybody reads."""

PAPER_BLANK: Final = np.linspace(0.01, 0.06, len(ITEMS))
"""Share of blanks on paper, rising along the form. A screen asks for every item and offers "not applicable"."""
NO_PETITION: Final = {"e1": 0.10, "e2": 0.21, "e3": 0.24}
"""Share for whom the statements on petitions do not apply; each includes those of the statement before."""
FEE_ITEM: Final = "b3"
NO_FEE: Final = {"social": 0.30, "health_education": 0.12, "civil_status": 0.05}
NO_FEE_ELSEWHERE: Final = 0.03


@dataclass(frozen=True, slots=True, eq=False)
class DemoResponses:
    """One row per response in every column, in the order of arrival.

    ``unit_index``, ``field_index`` and ``counter_index`` point into the province, ``mode`` and ``language``
    into ``MODES`` and ``LANGUAGES``; ``answers`` has one column per item of ``ITEMS``.
    """

    rid: tuple[str, ...]
    unit_index: Integers
    field_index: Integers
    counter_index: Integers
    mode: Codes
    language: Codes
    answers: Codes
    sex: Codes
    age_group: Codes
    received_hour: Integers
    hurried: Booleans

    def __post_init__(self) -> None:
        """Freeze the columns too."""
        for name in COLUMNS:
            getattr(self, name).flags.writeable = False

    def __len__(self) -> int:
        return len(self.rid)


COLUMNS: Final = tuple(field.name for field in fields(DemoResponses) if field.name != "rid")
"""The columns that are arrays."""


@dataclass(frozen=True, slots=True, eq=False)
class Fieldwork:
    """What a round is held with: dossiers and responses by stratum, its days, its levels in per cent."""

    dossiers: Integers
    responses: Integers
    first: date
    last: date
    levels: Mapping[str, float]
    stuffed: bool


def respond(province: Province, climate: Climate, work: Fieldwork, rng: np.random.Generator) -> DemoResponses:
    """Draw the responses of a round."""
    people = _draw_people(province, work, rng)
    count = people.mode.size
    ids = _draw_ids(count, rng)
    responses = DemoResponses(
        rid=ids,
        unit_index=people.unit,
        field_index=people.field,
        counter_index=_draw_counters(province, people.stratum, rng),
        mode=people.mode,
        language=_draw_languages(people.mode, rng),
        answers=_draw_answers(province, climate, work, people, rng),
        sex=rng.choice(np.array(SEX_CODES, dtype=np.int8), count, p=SEX_SHARE),
        age_group=people.age_group,
        received_hour=draw_hours(work.first, work.last, people.mode == QR, rng),
        hurried=(people.mode == QR) & _is_among_few(ids, HURRIED_SHARE),
    )
    if work.stuffed:
        responses = _joined(responses, _draw_stuffing(province, rng))
    return _in_order(responses)


def _joined(first: DemoResponses, second: DemoResponses) -> DemoResponses:
    """Both sets of responses."""
    columns = {name: np.concatenate([getattr(first, name), getattr(second, name)]) for name in COLUMNS}
    return DemoResponses(rid=first.rid + second.rid, **columns)


def _in_order(responses: DemoResponses) -> DemoResponses:
    """Sorted by hour, and by id within the hour, so that the order tells nothing else."""
    hours = responses.received_hour.tolist()
    order = sorted(range(len(hours)), key=lambda index: (hours[index], responses.rid[index]))
    columns = {name: getattr(responses, name)[order] for name in COLUMNS}
    return DemoResponses(rid=tuple(responses.rid[index] for index in order), **columns)


def _draw_ids(count: int, rng: np.random.Generator) -> tuple[str, ...]:
    """Response ids, 32 hexadecimal digits each."""
    digits = rng.bytes(16 * count).hex()
    return tuple(digits[start : start + 32] for start in range(0, 32 * count, 32))


def _is_among_few(ids: tuple[str, ...], share: float) -> Booleans:
    """A random share of the responses, read off their ids, which are random, so that nothing else is drawn otherwise."""
    return np.array([int(each[-4:], 16) for each in ids], dtype=np.int64) < share * 16**4


def _draw_people(province: Province, work: Fieldwork, rng: np.random.Generator) -> People:
    """The people behind the responses, by stratum."""
    unit_of, field_of = stratum_indices(province)
    stratum = np.repeat(np.arange(unit_of.size), work.responses)
    unit = unit_of[stratum]
    mode = _draw_modes(province, unit, rng)
    return People(stratum, unit, field_of[stratum], mode, _draw_ages(mode, rng))


def _draw_answers(
    province: Province, climate: Climate, work: Fieldwork, people: People, rng: np.random.Generator
) -> Codes:
    """Codes of the scale, or the code of what is missing."""
    latent = draw_latent(people, climate, draw_stratum_effect(province, climate, rng), rng)
    missing = _draw_missing(province, people, rng)
    weight = (work.dossiers / np.maximum(work.responses, 1))[people.stratum]
    codes = rate_items(latent, missing == 0, weight, work.levels)
    return np.where(missing == 0, codes, missing)


def _draw_modes(province: Province, unit: Integers, rng: np.random.Generator) -> Codes:
    """Kiosks stand in some units only, and paper is commoner in the countryside."""
    has_kiosk = [unit.kind != "xã" or index % 3 == 0 for index, unit in enumerate(province.units)]
    kiosk = np.where(has_kiosk, KIOSK_SHARE, 0.0)[unit]
    paper = np.array([PAPER_SHARE[unit.kind] for unit in province.units])[unit]
    chance = rng.random(unit.size)
    digital = np.where(chance < paper + kiosk, KIOSK, QR)
    return np.asarray(np.where(chance < paper, PAPER, digital), dtype=np.int8)


def _draw_ages(mode: Codes, rng: np.random.Generator) -> Codes:
    """The age group, by mode: the young hold a phone, the old a pen."""
    bounds = np.cumsum(AGE_SHARE, axis=1)[mode, :-1]
    position: Integers = (rng.random((mode.size, 1)) > bounds).sum(axis=1)
    return np.asarray(AGE_CODES, dtype=np.int8).take(position)


def _draw_languages(mode: Codes, rng: np.random.Generator) -> Codes:
    """A few answer in English, never on paper."""
    english: Booleans = (rng.random(mode.size) < ENGLISH_SHARE) & (mode != PAPER)
    return english.astype(np.int8)


def _draw_counters(province: Province, stratum: Integers, rng: np.random.Generator) -> Integers:
    """One of the counters of the unit that serve the field, each as likely as the other."""
    serving: dict[tuple[str, str], list[int]] = {pair: [] for pair in province.strata}
    for index, counter in enumerate(province.counters):
        for field in counter.field_codes:
            serving[counter.unit_code, field].append(index)
    choices = [serving[pair] for pair in province.strata]
    widest = max(map(len, choices))
    table: Integers = np.array([choice + choice[:1] * (widest - len(choice)) for choice in choices])
    width = np.array([len(choice) for choice in choices])[stratum]
    place: Integers = (rng.random(stratum.size) * width).astype(np.int64)
    return table[stratum, place]


def _draw_missing(province: Province, people: People, rng: np.random.Generator) -> Codes:
    """The code of what is missing, 0 where an answer was given."""
    blank_rate = np.where((people.mode == PAPER)[:, None], PAPER_BLANK, 0.0)
    blank = rng.random(blank_rate.shape) < blank_rate
    missing = np.where(blank, NOT_ANSWERED, 0).astype(np.int8)
    petition = rng.random(people.mode.size)
    for item, share in NO_PETITION.items():
        missing[petition < share, ITEMS.index(item)] = NOT_APPLICABLE
    no_fee = np.array([NO_FEE.get(field.code, NO_FEE_ELSEWHERE) for field in province.fields])
    free = rng.random(people.mode.size) < no_fee[people.field]
    missing[free, ITEMS.index(FEE_ITEM)] = NOT_APPLICABLE
    return missing


def _draw_stuffing(province: Province, rng: np.random.Generator) -> DemoResponses:
    """The stuffed block: the same answer to everything and nothing about the person."""
    unit = [unit.code for unit in province.units].index(STUFFING.unit)
    field = [field.code for field in province.fields].index(STUFFING.field)
    counters = [index for index, desk in enumerate(province.counters) if desk.unit_code == STUFFING.unit]
    count = STUFFING.responses
    return DemoResponses(
        rid=_draw_ids(count, rng),
        unit_index=np.full(count, unit),
        field_index=np.full(count, field),
        counter_index=np.full(count, counters[STUFFING.counter]),
        mode=np.full(count, QR, dtype=np.int8),
        language=np.zeros(count, dtype=np.int8),
        answers=np.full((count, len(ITEMS)), STUFFING.answer, dtype=np.int8),
        sex=np.full(count, NOT_ANSWERED, dtype=np.int8),
        age_group=np.full(count, NOT_ANSWERED, dtype=np.int8),
        received_hour=draw_night_hours(rng),
        hurried=np.ones(count, dtype=np.bool_),
    )
