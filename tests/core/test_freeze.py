"""A digest over everything that a round's numbers are made from, and what differs from it."""

from hypothesis import given
from hypothesis import strategies as st

from survey.core.freeze import Difference, canonical, count_in, differences, digest_of, response_parts

words = st.text(max_size=5)
parts = st.dictionaries(words, st.dictionaries(words, words, max_size=4), max_size=4)
rows = st.lists(
    st.tuples(st.sampled_from("ABC"), st.lists(st.one_of(words, st.integers(), st.none()), max_size=4))
)


@given(parts, parts)
def test_digests_are_the_same_exactly_if_nothing_differs(
    one: dict[str, dict[str, str]], other: dict[str, dict[str, str]]
) -> None:
    def filled(given: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
        return {part: names for part, names in given.items() if names}

    one, other = filled(one), filled(other)
    assert (differences(one, other) == ()) == (digest_of(one) == digest_of(other))


@given(rows, rows)
def test_other_responses_of_a_unit_give_another_fingerprint_of_that_unit(
    one: list[tuple[str, list[object]]], other: list[tuple[str, list[object]]]
) -> None:
    (found, number), (again, _) = response_parts(one), response_parts(other)
    assert number == len(one)
    for unit in "ABC":
        mine, yours = ([canonical(row) for code, row in given if code == unit] for given in (one, other))
        assert (mine == yours) == (found.get(unit) == again.get(unit))
        if mine:
            assert count_in(found[unit]) == len(mine)


def test_what_differs_is_named_by_part_name_and_kind() -> None:
    frozen = {"responses": {"XA": "3:a", "PH": "1:b"}, "settings": {"": "s"}}
    found = {"responses": {"XA": "2:c", "SO": "1:d"}, "settings": {"": "s"}}
    assert differences(frozen, found) == (
        Difference("responses", "PH", "removed"),
        Difference("responses", "SO", "added"),
        Difference("responses", "XA", "changed"),
    )


def test_the_digest_is_the_same_on_every_machine() -> None:
    assert digest_of({"responses": {"XÃ": "1:ab"}, "settings": {"": "s"}}) == (
        "c816b361546b56006d1e317a0fa616f5a1953adfa9519912c7abc84a584e82dd"
    )
