"""Words kept, removed and added lead exactly from one sentence to the other."""

from hypothesis import given
from hypothesis import strategies as st

from questionnaires.word_difference import Stretch, word_difference

sentences = st.text(st.sampled_from("ab ,.ấ\n"), max_size=30)


@given(sentences, sentences)
def test_the_stretches_give_both_sentences_back(earlier: str, later: str) -> None:
    found = word_difference(earlier, later)
    assert "".join(s.text for s in found if s.fate != "added") == earlier
    assert "".join(s.text for s in found if s.fate != "removed") == later
    assert (earlier == later) == all(s.fate == "kept" for s in found)


def test_a_changed_word_is_shown_as_a_word_and_not_as_letters() -> None:
    assert word_difference("Công chức lịch sự.", "Công chức lịch thiệp.") == (
        Stretch("kept", "Công chức lịch "),
        Stretch("removed", "sự"),
        Stretch("added", "thiệp"),
        Stretch("kept", "."),
    )
