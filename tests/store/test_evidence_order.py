"""A round's answers are read in one order, whichever way the database finds them."""

from datetime import timedelta

import numpy as np
import pytest

from survey.core.evidence import Evidence
from survey.core.flags import Arrivals
from survey.store import counts, responses, rounds
from survey.store.database import Database
from tests.places import DOSSIERS, EARLIER, HOUR, NOW, ROUND, add_responses


def read(database: Database) -> tuple[Evidence, Arrivals]:
    with database.reading() as session:
        round_ = rounds.with_code(session, ROUND, now=NOW)
        assert round_ is not None
        return responses.evidence_with_arrivals(session, round_)


def test_a_round_that_is_much_of_all_is_read_as_any_other(
    small: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for late, (unit, field) in enumerate(DOSSIERS):
        add_responses(small, unit, field, [5, 4, 3, 2, 1] * 3, hour=HOUR - timedelta(hours=late))
        add_responses(small, unit, field, [1, 2], EARLIER)
    with small.writing() as session:
        counts.extend(session, HOUR + timedelta(hours=1))
    found = []
    for much in (0, 1_000_000):
        monkeypatch.setattr(counts, "MUCH", much)
        found.append(read(small))
    (one, arrived), (other, arrived_too) = found
    assert one.responses == 15 * len(DOSSIERS)
    for name in ("unit", "field", "mode", "answers"):
        assert np.array_equal(getattr(one, name), getattr(other, name))
    for name in ("counter", "hour", "late"):
        assert np.array_equal(getattr(arrived, name), getattr(arrived_too, name))


def test_an_answer_stays_beside_its_place_and_its_hour(small: Database) -> None:
    for code, (unit, field) in enumerate(DOSSIERS, start=1):
        add_responses(small, unit, field, [code % 5 + 1], hour=HOUR - timedelta(hours=code))
    evidence, arrivals = read(small)
    hours = int(HOUR.timestamp()) // 3600
    found = {
        (evidence.units[unit].code, evidence.fields[field].code): (int(answers[0]), hours - int(hour))
        for unit, field, answers, hour in zip(
            evidence.unit, evidence.field, evidence.answers, arrivals.hour, strict=True
        )
    }
    assert found == {place: (code % 5 + 1, code) for code, place in enumerate(DOSSIERS, start=1)}
    assert evidence.latest_hour == HOUR - timedelta(hours=1)
