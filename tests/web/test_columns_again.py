"""Columns that turn out wrong in a preview are chosen again without losing what was said."""

from typing import NamedTuple

import pytest

from tests.places import ROUND, five_factors
from tests.web.reading import Reading
from tests.web.test_frame import send
from tests.web.visitor import Visitor

ITEM = five_factors().items[0].code
ROUND_PAGES = f"/officer/rounds/{ROUND}"


class Flow(NamedTuple):
    """A file on its way, with columns that nobody would guess and other things that were said on the way.

    Attributes:
        page: where it is sent.
        to: the address that takes it.
        content: of the file.
        roles: of its columns.
        said: beside them.
        kept: what of that the preview asks for or shows.
    """

    page: str
    to: str
    content: str
    roles: dict[str, str]
    said: dict[str, str]
    kept: dict[str, str]

    @property
    def is_good(self) -> bool:
        """Whether the file is right under these columns, so that its source is asked for."""
        return "source" in self.kept


SOURCE = {"source": "Trung tâm “HCC” <b>", "dated": "2026-10-01"}
MEANING = {"kind_s1": "unit", "label_s1": "trạm a", "mean_s1": "XA"}
FLOWS = {
    "responses": Flow(
        f"{ROUND_PAGES}/loads",
        f"{ROUND_PAGES}/loads/send",
        "x;y;z\nTrạm A;land;9\n",
        {"role_0": "unit", "role_1": "field", "role_2": f"answer:{ITEM}"},
        MEANING | SOURCE,
        MEANING,
    ),
    "good responses": Flow(
        f"{ROUND_PAGES}/loads",
        f"{ROUND_PAGES}/loads/send",
        "x;y;z\nTrạm A;land;4\n",
        {"role_0": "unit", "role_1": "field", "role_2": f"answer:{ITEM}"},
        MEANING | SOURCE,
        MEANING | SOURCE,
    ),
    "tallies": Flow(
        f"{ROUND_PAGES}/tallies",
        f"{ROUND_PAGES}/tallies/send",
        "x;y;z\nNơi đón;7;6\n",
        {"role_0": "item", "role_1": "good", "role_2": "forms"},
        {"unit": "PH"} | SOURCE,
        {"unit": "PH"},
    ),
    "a frame": Flow(
        f"{ROUND_PAGES}/frame",
        f"{ROUND_PAGES}/frame",
        "x;y;z\nTrạm A;land;mười\n",
        {"role_0": "unit", "role_1": "field", "role_2": "dossiers"},
        MEANING | SOURCE,
        MEANING,
    ),
    "a good frame": Flow(
        f"{ROUND_PAGES}/frame",
        f"{ROUND_PAGES}/frame",
        "x;y;z\nTrạm A;land;10\n",
        {"role_0": "unit", "role_1": "field", "role_2": "dossiers"},
        MEANING | SOURCE,
        MEANING | SOURCE,
    ),
}


def fields(page: Reading, leading_to: str) -> dict[str, str]:
    """What the browser sends with the button that leads to an address: the fields of its form."""
    forms = [
        form
        for form in page.root.iter("form")
        if form.get("action") == leading_to
        or any(button.get("formaction") == leading_to for button in form.iter("button"))
    ]
    assert len(forms) == 1, leading_to
    sent = {
        e.get("name", ""): e.get("value", "") for e in forms[0].iter("input") if e.get("type") != "checkbox"
    }
    for select in forms[0].iter("select"):
        chosen = [o for o in select.iter("option") if o.get("selected") is not None]
        sent[select.get("name", "")] = chosen[0].get("value", "") if chosen else ""
    return sent


@pytest.mark.parametrize("name", FLOWS)
def test_columns_chosen_again_begin_with_what_was_chosen_and_lose_nothing_said_beside_them(
    officer: Visitor, name: str
) -> None:
    flow = FLOWS[name]
    address = send(officer, flow.content, flow.page, to=flow.to).location
    begun = fields(Reading(officer.get(address)), f"{address}/preview")
    assert not set(flow.roles.items()) & set(begun.items())
    status = 200 if flow.is_good else 422
    preview = Reading(officer.post(f"{address}/preview", begun | flow.roles | flow.said, status))
    again = Reading(officer.post(address, fields(preview, address)))
    assert again.heading == Reading(officer.get(address)).heading
    kept = fields(again, f"{address}/preview")
    assert (flow.roles | flow.kept).items() <= kept.items()
    once_more = Reading(officer.post(f"{address}/preview", kept, status))
    assert once_more.main == preview.main
