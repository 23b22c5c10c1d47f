"""Traps between versions, engines and keyboards, each once fallen into."""

import unicodedata
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from questionnaires.comparison import compare
from questionnaires.definition import Option, Text
from survey.actions.people import add_account
from survey.actions.publishing import publish, put_to_use
from survey.actions.signing_in import Attempt, check_password
from survey.core.account import Account
from survey.core.evaluation import earlier_of, evaluate
from survey.core.scoring import score_round
from survey.store import places, responses, rounds
from survey.store.database import Database
from tests.core.tiny import definition, evidence, round_of
from tests.core.variants import with_options, with_scoring
from tests.places import NOW, ROUND, Unit, add_responses, five_factors

ROWS = [("A", "land", [5, 4, 4]), ("A", "land", [4, 3, 3]), ("A", "land", [3, 3, 1])]


def test_items_and_factors_scored_by_another_rule_are_not_compared() -> None:
    before = earlier_of(
        score_round(replace(evidence({("A", "land"): 10}, ROWS), round=round_of(definition(), "q3")))
    )
    looser = with_scoring(definition(), satisfied=(3, 4, 5))
    now = evaluate(score_round(evidence({("A", "land"): 10}, ROWS, asked=looser)), None, before)
    assert [i.change for i in now.items] == [None] * 3  # the very same answers, "changed" by up to +67 points
    assert [f.change for f in now.factors] == [None] * 2


def test_answers_keep_the_meaning_of_the_version_they_were_given_to(small: Database) -> None:
    add_responses(small, "XA", "land", [5, 5, 5])  # 5 = Rất hài lòng
    o = five_factors().scales["hai_long"].options
    turned = with_options(
        five_factors(),
        "hai_long",
        tuple(Option(code=a.code, text=b.text) for a, b in zip(o, o[::-1], strict=True)),
    )
    put_to_use(small, publish(small, turned, now=NOW), ROUND, now=NOW)  # 5 = Rất không hài lòng
    with small.reading() as s:
        found, _ = responses.evidence_with_arrivals(s, rounds.with_code(s, ROUND, now=NOW))
    assert 5 not in found.answers


def test_insert_or_replace_cannot_change_a_response(sqlite_small: Database) -> None:
    add_responses(sqlite_small, "XA", "land", [1])
    replacement = (
        "INSERT OR REPLACE INTO response SELECT id, round_id, version_id, counter_id, unit_id, field_id, "
        "mode, language, '{}', fingerprint, received_hour, late_hours, hurried FROM response"
    )
    with pytest.raises(sa.exc.IntegrityError, match="immutable"), sqlite_small.writing() as session:
        session.execute(sa.text(replacement))


def test_reading_sees_one_state(small: Database) -> None:
    with small.reading() as s:
        before = places.units(s)
        with small.writing() as w:
            places.add_units(w, [Unit("MOI", "Xã Mới", "commune")])
        assert places.units(s) == before


@pytest.mark.parametrize("code", [200, -129, -1, -2])
def test_option_codes_that_evidence_cannot_hold_are_refused(code: int) -> None:
    with pytest.raises(ValueError, match="code"):
        Option(code=code, text=Text(vi="x"))


def test_more_points_than_the_most_are_refused() -> None:
    with pytest.raises(ValueError, match="max_points"):
        with_scoring(definition(), rule="points", satisfied=(), max_points=2)


@pytest.mark.parametrize(
    "change", [{"satisfied": (5, 4)}, {"provenance": Text(vi="theo bài thử", en="as in the test")}]
)
def test_the_same_rule_written_otherwise_does_not_break_the_index(change: dict[str, Any]) -> None:
    assert compare(definition(), with_scoring(definition(), **change)).index


def test_a_vietnamese_password_opens_however_it_is_typed(sqlite_small: Database) -> None:
    composed, decomposed = (unicodedata.normalize(form, "mật khẩu của tôi") for form in ("NFC", "NFD"))
    person = Account("moi", "x", "officer")
    add_account(sqlite_small, person, composed, by="sipas", now=NOW)
    attempt = Attempt("moi", "", b"a key for tests only")
    assert check_password(sqlite_small, attempt, decomposed, now=NOW) == person


def test_a_row_of_shares_adds_up_for_a_factor_with_an_unrated_item() -> None:
    found = evaluate(score_round(evidence({("A", "land"): 10}, [("A", "land", [-2, 4, 4])] * 3)), None)
    assert sum(found.factors[0].shares.values()) in (0, pytest.approx(1))
