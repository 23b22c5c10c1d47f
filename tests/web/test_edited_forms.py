"""What the gate lets pass after any edits is a form that can be shown in every language and filled in."""

from datetime import date
from functools import partial
from uuid import uuid4

import orjson
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from questionnaires.definition import Definition
from questionnaires.drafting import draft_of
from questionnaires.gate import judge
from questionnaires.reading import read_definition
from questionnaires.version import Version, canonical_json, definition_from_json, fingerprint
from questionnaires.writing import WRITERS
from survey.actions import drafting
from survey.actions.answering import Sheet
from survey.actions.approving import approve
from survey.actions.publishing import published_versions, put_to_use
from survey.core.response import check_answers, fingerprint_of
from survey.core.round import Round
from survey.store import responses
from survey.store.database import Database
from survey.web.answer_form import answer_form
from survey.web.rendered_form import VARYING, whole_form
from tests.places import APPROVER, COUNTERS, FIELDS, MIXED, NOW, OFFICER, ROUND, UNITS
from tests.questionnaires.edits import STARTS, Edit, answers_to, edits, kept_open
from tests.web.page_rules import faults
from tests.web.visitor import Visitor, stored

HEADERS = {"Content-Security-Policy": "default-src 'none'"}


def sheet_of(definition: Definition) -> Sheet:
    """What a counter with several fields shows of a questionnaire, read back as it is stored."""
    read_back = definition_from_json(canonical_json(definition))
    version = Version(1, read_back, fingerprint(read_back))
    round_ = Round("thu", "Thử", "", date.min, date.min, version, None, None, None, "")
    return Sheet(COUNTERS[1], UNITS[1], round_, version, FIELDS)


@given(start=st.sampled_from(STARTS), done=st.lists(edits(), max_size=8))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_edited_questionnaire_is_a_good_page_in_each_of_its_languages(
    app: Flask, start: Definition, done: list[Edit]
) -> None:
    definition = judge(kept_open(start, done), []).definition
    assert definition is not None
    for language in definition.languages:
        with app.test_request_context(f"/q/x?lang={language}"):
            app.preprocess_request()
            sheet = sheet_of(definition)
            page = whole_form(sheet, answer_form(sheet), dict.fromkeys(VARYING, "x"))
        assert faults(page, HEADERS) == []
        assert all(f'id="q-{part.code}"' in page for part, _conditions in sheet.version.definition.asked())


@given(start=st.sampled_from(STARTS), done=st.lists(edits(), max_size=8), data=st.data())
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_saved_is_what_is_published_shown_answered_stored_and_taken_along(
    app: Flask, sqlite_small: Database, start: Definition, done: list[Edit], data: st.DataObject
) -> None:
    version = written_and_approved(sqlite_small, start, done)
    definition = version.definition
    put_to_use(sqlite_small, version, ROUND, now=NOW)
    visitor = Visitor(app.test_client())
    language = data.draw(st.sampled_from(definition.languages))
    answers = data.draw(answers_to(definition))
    form = visitor.opened(MIXED, language)
    visitor.send(f"/q/{MIXED}/send", form | answers)
    read, problems = check_answers(definition, answers, fields=["land", "civil_status"])
    assert problems == {}
    fields = {"field", *(question.code for question in definition.questions if question.kind == "field")}
    expected = {code: answer for code, answer in read.items() if code not in fields}
    [row] = [row for row in stored(sqlite_small) if row["id"] == form["id"]]
    assert orjson.loads(row["answers"]) == orjson.loads(orjson.dumps(expected))
    with sqlite_small.reading() as session:
        kept = responses.stored_fingerprint(session, form["id"])
    assert kept == fingerprint_of(fingerprint(definition), "land", expected)
    ending = data.draw(st.sampled_from(sorted(WRITERS)))
    read_back = read_definition(WRITERS[ending](definition), f"phieu{ending}")
    again = drafting.begin(sqlite_small, read_back, who=OFFICER.name, now=NOW, source="tệp")
    assert again.current.content["definition"] == draft_of(definition)["definition"]


def written_and_approved(database: Database, start: Definition, done: list[Edit]) -> Version:
    """What a draft becomes that is saved after every edit; what the gate would hold back is undone."""
    fresh = start.model_copy(update={"code": f"thu_{uuid4().hex}"})
    id_ = drafting.begin(database, fresh, who=OFFICER.name, now=NOW, source="thư viện").id
    for edit in done:
        saved = drafting.edit(database, id_, partial(edit, versions=[]), who=OFFICER.name, now=NOW)
        if not drafting.desk(database, id_).verdict.is_open:
            drafting.undo(database, id_, standing=saved.current.number)
    desk = drafting.desk(database, id_)
    standing = desk.draft.current.number
    drafting.submit(database, id_, standing=standing, who=OFFICER.name, now=NOW)
    approved = approve(database, id_, standing=standing, who=APPROVER.name, now=NOW)
    [published] = [v for v in published_versions(database) if v.fingerprint == approved.fingerprint]
    assert published.definition == desk.verdict.definition
    return published
