"""What the gate lets pass after any edits is a form that can be shown in every language and filled in."""

from collections.abc import Callable
from datetime import date

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from questionnaires.definition import Definition
from questionnaires.draft_texts import Content
from questionnaires.drafting import draft_of
from questionnaires.gate import judge
from questionnaires.version import Version, canonical_json, definition_from_json, fingerprint
from survey.actions.answering import Sheet
from survey.core.round import Round
from survey.web.answer_form import answer_form
from survey.web.rendered_form import VARYING, whole_form
from tests.places import COUNTERS, FIELDS, UNITS
from tests.questionnaires.test_drafting import STARTS, edits
from tests.web.page_rules import faults

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
    app: Flask, start: Definition, done: list[Callable[[Content, list[Version]], Content]]
) -> None:
    content = draft_of(start, unfinished=start.languages)
    for edit in done:
        content = edit(content, [])
    definition = judge(content, []).definition
    for language in definition.languages if definition else ():
        with app.test_request_context(f"/q/x?lang={language}"):
            app.preprocess_request()
            sheet = sheet_of(definition or start)
            page = whole_form(sheet, answer_form(sheet), dict.fromkeys(VARYING, "x"))
        assert faults(page, HEADERS) == []
        assert all(f'id="q-{part.code}"' in page for part, _conditions in sheet.version.definition.asked())
