"""The form that is rendered once and filled in for each visit is the form that a whole rendering gives."""

import zlib
from collections.abc import Iterator

import pytest
from flask import Flask

from questionnaires.definition import Definition
from survey.actions.answering import Sheet, open_counter
from survey.library import shipped_definitions
from survey.store.database import Database
from survey.web import language, rendered_form
from survey.web.answer_form import answer_form
from survey.web.rendered_form import Skeleton, whole_form
from tests.places import LAND_ONLY, MIXED, NOW
from tests.web.reading import Reading
from tests.web.tiny import FILES, in_use, tiny

HOSTILE = 'Xã <script>alert(1)</script> "O\'Brien" & &amp; {{ 7*7 }} {% x %} %(a)s \\1 ệ'
ALL = {**shipped_definitions(), **{name: tiny(name) for name in FILES}}


def values(**changes: str) -> dict[str, str]:
    return {
        "address": f"/q/{MIXED}/send",
        "unit": "Xã Bình An",
        "counter": "Quầy số 1",
        "response_id": "0" * 32,
        "token": "t.oken-_",
    } | changes


def fresh_form(sheet: Sheet, filled_in: dict[str, str]) -> str:
    """The page of a form without answers, as a browser without compression gets it."""
    return rendered_form.fresh_form(sheet, filled_in).get_data(as_text=True)


@pytest.fixture
def asked(app: Flask, sqlite_small: Database) -> Iterator[Sheet]:
    with app.test_request_context(f"/q/{MIXED}"):
        app.preprocess_request()
        yield open_counter(sqlite_small, MIXED, now=NOW)


def unpacked(data: bytes) -> str:
    """A page from one gzip stream, behind which nothing comes: browsers read only the first one."""
    stream = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    page = stream.decompress(data)
    assert stream.eof
    assert not stream.unused_data
    return page.decode()


def both(app: Flask, database: Database, at: str, code: str, /, **changes: str) -> tuple[str, str]:
    """The filled and the whole page of a counter's form in a language."""
    with app.test_request_context(f"/q/{at}?lang={code}"):
        app.preprocess_request()
        sheet = open_counter(database, at, now=NOW)
        language.read_in(sheet.version.definition.languages)
        filled = fresh_form(sheet, values(**changes))
    with app.test_request_context(f"/q/{at}?lang={code}", headers={"Accept-Encoding": "gzip"}):
        app.preprocess_request()
        language.read_in(sheet.version.definition.languages)
        packed = rendered_form.fresh_form(sheet, values(**changes))
        assert packed.headers["Content-Encoding"] == "gzip"
        assert unpacked(packed.data) == filled
        return filled, whole_form(sheet, answer_form(sheet), values(**changes))


@pytest.mark.parametrize("definition", ALL.values(), ids=ALL.keys())
def test_the_filled_page_is_the_whole_page_byte_for_byte(
    app: Flask, sqlite_small: Database, definition: Definition
) -> None:
    if definition.code != "quay_5_yeu_to":
        in_use(sqlite_small, definition)
    pages = []
    for counter in (MIXED, LAND_ONLY):
        for code in (*definition.languages, "xx"):
            for changes in ({}, {"unit": HOSTILE, "counter": HOSTILE, "token": HOSTILE}):
                filled, whole = both(app, sqlite_small, counter, code, **changes)
                assert filled == whole
                pages.append(filled)
    # Two counters with different fields, and Vietnamese for the unknown language.
    assert len(set(pages)) == 4 * len(definition.languages)


@pytest.mark.parametrize("name", rendered_form.VARYING)
def test_whatever_a_visit_fills_in_is_escaped(asked: Sheet, name: str) -> None:
    page = fresh_form(asked, values(**{name: HOSTILE}))
    assert HOSTILE not in page
    assert "<script>alert" not in page
    assert "\"O'" not in page
    assert "Xã &lt;script&gt;alert(1)&lt;/script&gt; &#34;O&#39;Brien&#34; &amp; &amp;amp;" in page


def test_one_visit_leaves_nothing_on_the_page_of_the_next(asked: Sheet) -> None:
    first = fresh_form(asked, values(unit="Xã Một", counter="Quầy Một", response_id="1" * 32))
    second = fresh_form(asked, values(unit="Xã Hai", counter="Quầy Hai", response_id="2" * 32))
    assert "Xã Một" in first
    assert not {word for word in ("Xã Một", "Quầy Một", "1" * 32) if word in second}


def test_a_value_that_looks_like_a_mark_fills_nothing_in(asked: Sheet) -> None:
    [mark, *_] = rendered_form._MARKS.values()  # noqa: SLF001
    page = fresh_form(asked, values(counter=mark))
    assert page.count(mark) == 1
    assert Reading(page).main.count("Xã Bình An") == 1


def test_no_two_questionnaires_share_a_page(app: Flask, sqlite_small: Database) -> None:
    first = both(app, sqlite_small, MIXED, "vi")[0]
    in_use(sqlite_small, ALL["rut_gon_khmer"])
    assert both(app, sqlite_small, MIXED, "vi")[0] != first


def test_a_page_is_rendered_once_for_many_visits(asked: Sheet) -> None:
    fresh_form(asked, values())
    rendered = dict(rendered_form._skeletons)  # noqa: SLF001
    for number in range(5):
        fresh_form(asked, values(response_id=f"{number:032x}"))
    again = rendered_form._skeletons  # noqa: SLF001
    assert [id(page) for page in again.values()] == [id(page) for page in rendered.values()]


def test_a_page_that_lost_a_mark_is_refused() -> None:
    whole = "".join(f"<{mark}>" for mark in rendered_form._MARKS.values())  # noqa: SLF001
    skeleton = Skeleton.cut(whole)
    assert skeleton.fill(dict.fromkeys(rendered_form.VARYING, "&")) == "<&amp;>" * len(rendered_form.VARYING)
    for broken in (whole[:-6], whole + whole[1:33], ""):
        with pytest.raises(ValueError, match="not every value"):
            Skeleton.cut(broken)
