"""The citizen's pages."""

from tests.places import MIXED, all_answers
from tests.web.visitor import Visitor


def test_an_answer_is_acknowledged_with_a_receipt(visitor: Visitor) -> None:
    form = visitor.opened(MIXED)
    page = visitor.post(f"/q/{MIXED}", form | all_answers() | {"field": "land"})
    assert "Đã ghi nhận" in page
