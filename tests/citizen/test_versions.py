"""Version 2 is published while phones hold version 1: nothing is lost, and every answer stays under its version."""

import json

from playwright.sync_api import expect

from questionnaires.definition import Definition
from survey.actions.publishing import publish_for
from survey.store.database import Database
from tests.citizen.phone import Phone, chosen, expect_receipt, fill, press_send, send_in_vain
from tests.core.variants import with_more, with_options, without_item
from tests.places import NOW, ROUND, five_factors
from tests.web.visitor import stored

OLD = five_factors().items[0].code
NEW = f"{OLD}_moi"


def second_version() -> Definition:
    """The scale printed the other way round, one level removed, and the first item asked anew under another code."""
    first = five_factors()
    levels = first.scales["hai_long"].options
    fewer = with_options(first, "hai_long", tuple(level for level in reversed(levels) if level.code != 3))
    asked_anew = first.items[0].model_copy(update={"code": NEW})
    return with_more(without_item(fewer, OLD), first.sections[0].code, asked_anew)


def test_what_phones_hold_of_version_1_is_delivered_under_it_after_version_2_was_published(
    phone: Phone, changing: Database
) -> None:
    waiting, reading = phone.open(), phone.open()
    sent = send_in_vain(phone, waiting, choice="3")
    begun = fill(reading, choice="5")
    publish_for(changing, second_version(), ROUND, now=NOW)
    phone.reach_server(waiting)
    expect_receipt(waiting)
    press_send(reading)
    expect_receipt(reading)

    later = phone.open()
    assert chosen(later) == []
    expect(later.locator(f"[name={NEW}]")).to_have_count(5)
    expect(later.locator(f"[name={NEW}][value='3']")).to_have_count(0)
    new = fill(later, choice="5")
    press_send(later)
    expect_receipt(later)

    rows = {row["id"]: row for row in stored(changing)}
    answers = {id_: json.loads(rows[id_]["answers"]) for id_ in (sent, begun, new)}
    assert (answers[sent][OLD], answers[begun][OLD], answers[new][NEW]) == (3, 5, 5)
    assert NEW not in answers[sent] | answers[begun]
    assert OLD not in answers[new]
    versions = [rows[id_]["version_id"] for id_ in (sent, begun, new)]
    assert versions[0] == versions[1] == 1
    assert versions[2] != 1
