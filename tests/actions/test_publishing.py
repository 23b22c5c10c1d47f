"""Published versions are numbered, never change, and are put to use without touching what was begun."""

import pytest

from questionnaires.definition import Text
from questionnaires.version import fingerprint
from survey.actions.answering import open_counter
from survey.actions.publishing import (
    AlreadyPublished,
    Published,
    RoundNotOpen,
    publish,
    publish_for,
    published_versions,
    put_to_use,
)
from survey.actions.rounds import board
from survey.library import shipped_definitions
from survey.store.database import Database
from tests.core.variants import with_item, with_options, without_item
from tests.places import EARLIER, MIXED, NOW, ROUND, five_factors

WARD = shipped_definitions()["phuong_phu_luong"]


def test_numbers_count_up_within_one_questionnaire_and_start_anew_in_another(small: Database) -> None:
    shorter, shortest = without_item(five_factors(), "a1"), without_item(five_factors(), "a2")
    numbers = [publish(small, each, now=NOW).number for each in (shorter, WARD, shortest)]
    assert numbers == [2, 1, 3]


def test_versions_are_listed_by_questionnaire_and_number(sqlite_small: Database) -> None:
    publish(sqlite_small, without_item(five_factors(), "a1"), now=NOW)
    publish(sqlite_small, WARD, now=NOW)
    assert [(version.definition.code, version.number) for version in published_versions(sqlite_small)] == [
        ("phuong_phu_luong", 1),
        ("quay_5_yeu_to", 1),
        ("quay_5_yeu_to", 2),
    ]


def test_a_version_is_its_definition_with_its_fingerprint(sqlite_small: Database) -> None:
    version = publish(sqlite_small, WARD, now=NOW)
    assert (version.definition, version.fingerprint) == (WARD, fingerprint(WARD))
    assert version in published_versions(sqlite_small)


def test_the_very_same_definition_is_refused_naming_the_version_that_has_it(small: Database) -> None:
    publish(small, without_item(five_factors(), "a1"), now=NOW)
    before = published_versions(small)
    with pytest.raises(AlreadyPublished, match="quay_5_yeu_to 1") as caught:
        publish(small, five_factors(), now=NOW)
    assert caught.value.version == before[0]
    assert published_versions(small) == before


@pytest.mark.parametrize("change", ["a translation", "a required item", "the order of the scale"])
def test_the_smallest_change_makes_a_new_version(sqlite_small: Database, change: str) -> None:
    asked = five_factors()
    changed = {
        "a translation": with_item(asked, "a1", text=Text(vi=asked.items[0].text.vi, en="Other words")),
        "a required item": with_item(asked, "a1", required=False),
        "the order of the scale": with_options(asked, "hai_long", asked.scales["hai_long"].options[::-1]),
    }[change]
    assert publish(sqlite_small, changed, now=NOW).number == 2


def test_publishing_alone_changes_nothing_for_citizens(sqlite_small: Database) -> None:
    before = open_counter(sqlite_small, MIXED, now=NOW).version
    publish(sqlite_small, without_item(five_factors(), "a1"), now=NOW)
    assert open_counter(sqlite_small, MIXED, now=NOW).version == before


def test_a_version_put_to_use_is_what_the_next_scan_opens_and_the_old_one_stays_published(
    small: Database,
) -> None:
    before = published_versions(small)
    version = publish(small, without_item(five_factors(), "a1"), now=NOW)
    put_to_use(small, version, ROUND, now=NOW)
    assert open_counter(small, MIXED, now=NOW).version == version
    assert published_versions(small) == [*before, version]


def test_another_round_keeps_its_version(sqlite_small: Database) -> None:
    before = board(sqlite_small, EARLIER, within=None, now=NOW).round.version
    put_to_use(
        sqlite_small, publish(sqlite_small, without_item(five_factors(), "a1"), now=NOW), ROUND, now=NOW
    )
    assert board(sqlite_small, EARLIER, within=None, now=NOW).round.version == before


@pytest.mark.parametrize("code", [EARLIER, "2031-q1"], ids=["closed", "unknown"])
def test_a_round_that_takes_no_answers_gets_no_new_version(small: Database, code: str) -> None:
    version = publish(small, without_item(five_factors(), "a1"), now=NOW)
    with pytest.raises(RoundNotOpen, match=code):
        put_to_use(small, version, code, now=NOW)
    assert board(small, EARLIER, within=None, now=NOW).round.version != version
    assert board(small, ROUND, within=None, now=NOW).round.version != version


def test_publishing_for_a_round_does_both_at_once(small: Database) -> None:
    changed = without_item(five_factors(), "a1")
    done = publish_for(small, changed, ROUND, now=NOW)
    assert done == Published(open_counter(small, MIXED, now=NOW).version, is_new=True)
    assert (done.version.number, done.version.definition) == (2, changed)


def test_publishing_again_for_a_round_takes_the_version_that_stands(small: Database) -> None:
    publish_for(small, without_item(five_factors(), "a1"), ROUND, now=NOW)
    before = published_versions(small)
    done = publish_for(small, five_factors(), ROUND, now=NOW)
    assert done == Published(before[0], is_new=False)
    assert open_counter(small, MIXED, now=NOW).version == before[0]
    assert published_versions(small) == before


@pytest.mark.parametrize("code", [EARLIER, "2031-q1"], ids=["closed", "unknown"])
def test_publishing_for_a_round_that_takes_no_answers_publishes_nothing(small: Database, code: str) -> None:
    before = published_versions(small)
    with pytest.raises(RoundNotOpen, match=code):
        publish_for(small, without_item(five_factors(), "a1"), code, now=NOW)
    assert published_versions(small) == before
