"""The page rules themselves: each refuses a page that breaks it, and a good page passes all of them."""

import pytest

from tests.web.page_rules import RULES, faults

HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'"}
GOOD = """<!doctype html>
<html lang="vi">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Phiếu khảo sát – SIPAS</title><link rel="stylesheet" href="/static/citizen.css"></head>
<body><a href="#main">Đến nội dung chính</a>
<main id="main" tabindex="-1"><h1>Phiếu khảo sát</h1>
<form method="post" action="/gui">
<fieldset aria-describedby="loi"><legend>Ý kiến</legend><p id="loi">Xin chọn.</p>
<label><input type="radio" name="a1" value="1"><span>Tốt</span></label></fieldset>
<label for="ghi">Ghi thêm</label><textarea id="ghi" name="ghi"></textarea>
<button type="submit">Gửi</button></form>
<h2>Bảng</h2>
<table><caption>Số phiếu</caption><thead><tr><th scope="col">Đơn vị</th></tr></thead></table>
<svg viewBox="0 0 9 9" role="img"><title>Biểu đồ</title></svg><img src="/static/qr.png" alt="">
<p><a href="/privacy">Quyền riêng tư</a></p></main></body></html>"""

BAD = {
    "the HTML is valid": [("</form>", "</div></form>"), ("<!doctype html>\n", "")],
    "the language is declared": [('lang="vi"', 'lang=""'), ('lang="vi"', 'lang="tlh"')],
    "every language that a part names is a known one": [
        ("<h2>", '<h2 lang="tlh">'),
        ("<h2>", '<h2 lang="">'),
    ],
    "the page has a title": [("Phiếu khảo sát – SIPAS", " ")],
    "the title says what the heading says": [("Phiếu khảo sát – SIPAS", "Trang 1 – SIPAS")],
    "the page adapts to a phone and can be enlarged": [
        ("viewport", "view"),
        ("width=device-width, ", ""),
        ("initial-scale=1", "user-scalable=no"),
    ],
    "there is one h1": [("<h2>Bảng</h2>", "<h1>Phiếu khảo sát</h1>")],
    "headings have text and skip no level": [("<h2>Bảng</h2>", "<h3>Bảng</h3>"), ("<h2>Bảng", "<h2>")],
    "there is one main part, and the first link jumps to it": [
        ("</main>", "</main><main></main>"),
        ('<a href="#main">', '<a href="/">'),
    ],
    "every id is used once": [('<p id="loi">', '<p id="loi"></p><p id="loi">')],
    "what points at an id meets one": [
        ('"loi">Xin', '"khac">Xin'),
        ("<button", '<label for="nowhere">x</label><button'),
        ('<a href="/privacy">', '<a href="#nowhere">'),
        ("<h2>", '<h2 aria-labelledby="nowhere">'),
    ],
    "a table has a caption": [("<caption>Số phiếu</caption>", ""), ("Số phiếu", "")],
    "a table's headings say whether they head a row or a column": [(' scope="col"', "")],
    "every control has a label": [
        ("<span>Tốt</span>", ""),
        ('<label for="ghi">Ghi thêm</label>', ""),
        ("Ghi thêm", ""),
    ],
    "choices stand in a group with a legend": [
        ("<legend>Ý kiến</legend>", ""),
        ('<label for="ghi">', '<label><input type="radio" name="b">B</label><label for="ghi">'),
        ('<label for="ghi">', '<label><input type="checkbox" name="b">B</label><label for="ghi">'),
    ],
    "links and buttons say what they do": [("Quyền riêng tư", ""), (">Gửi<", "><")],
    "pictures have a text": [(' alt=""', ""), ("<title>Biểu đồ</title>", "")],
    "a form says where and how it is sent": [(' action="/gui"', ""), ('method="post" ', "")],
    "the keyboard follows the reading order": [
        ("<textarea", '<textarea tabindex="3"'),
        ("<textarea", "<textarea autofocus"),
    ],
    "scripts and styles come from files": [
        ("<h2>", "<script>x()</script><h2>"),
        ("</head>", "<style>p{}</style></head>"),
        ("<h2>", '<h2 style="color:red">'),
        ("<button", '<button onclick="x()"'),
    ],
    "nothing comes from another site": [
        ("<h2>", '<script src="https://cdn.example/x.js"></script><h2>'),
        ("/static/qr.png", "//cdn.example/qr.png"),
        ("/static/citizen.css", "http://cdn.example/a.css"),
        ("/gui", "https://example.org/gui"),
    ],
    "no address is a program": [
        ("/privacy", "javascript:x()"),
        ("/gui", " JavaScript:x()"),
        ("<button", '<button formaction="javascript:x()"'),
    ],
}

BAD_POLICIES = {
    "the content policy forbids what it does not name": [
        {},
        {"Content-Security-Policy": "default-src 'self'"},
    ],
    "the content policy has no loophole": [
        {"Content-Security-Policy": f"default-src 'none'; script-src {source}"}
        for source in ("'unsafe-inline'", "'unsafe-eval'", "*", "https:")
    ],
}


def rules_broken(html: str, headers: dict[str, str]) -> set[str]:
    return {fault.split(": ")[0] for fault in faults(html, headers)}


def changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1, old
    return GOOD.replace(old, new)


def test_a_good_page_breaks_no_rule() -> None:
    assert faults(GOOD, HEADERS) == []


@pytest.mark.parametrize(
    ("name", "old", "new"), [(name, old, new) for name, pairs in BAD.items() for old, new in pairs]
)
def test_a_page_that_breaks_a_rule_is_refused_and_the_rule_is_named(name: str, old: str, new: str) -> None:
    assert rules_broken(changed(old, new), HEADERS) == {name}


@pytest.mark.parametrize(
    ("name", "headers"), [(name, headers) for name, many in BAD_POLICIES.items() for headers in many]
)
def test_a_weak_content_policy_is_refused_and_the_rule_is_named(name: str, headers: dict[str, str]) -> None:
    assert rules_broken(GOOD, headers) == {name}


def test_every_rule_has_a_page_that_breaks_it() -> None:
    assert set(RULES) == set(BAD) | set(BAD_POLICIES)


def test_a_page_that_breaks_two_rules_hears_of_both() -> None:
    page = changed('lang="vi"', "").replace(' alt=""', "")
    assert rules_broken(page, HEADERS) == {"the language is declared", "pictures have a text"}
