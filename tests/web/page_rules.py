"""What every page must be, written once: :func:`faults` lists what a page breaks."""

import re
from collections import Counter
from collections.abc import Mapping
from xml.etree.ElementTree import Element

import html5lib

INLINE_EVENT = re.compile(r"^on[a-z]+$")
LABELLED_BY_TEXT = {"a", "button", "summary"}


def faults(html: str, headers: Mapping[str, str]) -> list[str]:
    """Every rule that a page breaks, as short sentences; empty for a good page."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root: Element = parser.parse(html)
    found = [f"not valid HTML: {code} at {place}" for place, code, _data in parser.errors]
    found += _head(root)
    found += _structure(root)
    found += _controls(root)
    found += _inline(root)
    return found + _policy(headers.get("Content-Security-Policy", ""))


def _head(root: Element) -> list[str]:
    found = []
    title = (root.findtext("./head/title") or "").strip()
    if not title:
        found.append("no title")
    if root.get("lang") not in {"vi", "en"}:
        found.append("no language")
    headings = [_text(h) for h in root.iter("h1")]
    if len(headings) != 1:
        found.append(f"{len(headings)} h1")
    elif headings[0] and headings[0].split(" ")[0] not in title:
        found.append("title does not name the h1")
    if not [m for m in root.iter("meta") if m.get("name") == "viewport"]:
        found.append("no viewport")
    return found


def _structure(root: Element) -> list[str]:
    ids = Counter(e.get("id") for e in root.iter() if e.get("id"))
    found = [f"id {name} is used {times} times" for name, times in ids.items() if times > 1]
    found += [
        f"{attribute} points at missing id {name}"
        for element in root.iter()
        for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls")
        for name in (element.get(attribute) or "").split()
        if name not in ids
    ]
    found += [
        f"link to missing #{anchor}"
        for link in root.iter("a")
        if (anchor := (link.get("href") or "").removeprefix("#")) and (link.get("href") or "").startswith("#")
        if anchor not in ids
    ]
    if len(list(root.iter("main"))) != 1:
        found.append("not exactly one main")
    found += ["table without caption" for table in root.iter("table") if table.find("caption") is None]
    return found


def _controls(root: Element) -> list[str]:
    parents = {child: parent for parent in root.iter() for child in parent}
    labelled = {label.get("for") for label in root.iter("label")}
    found = []
    for control in (e for e in root.iter() if e.tag in {"input", "select", "textarea"}):
        if control.get("type") in {"hidden", "submit"}:
            continue
        inside = _inside(control, parents, "label")
        if not (inside or control.get("id") in labelled or control.get("aria-label")):
            found.append(f"{control.get('name')} has no label")
        if control.get("type") == "radio":
            fieldset = _inside(control, parents, "fieldset")
            if fieldset is None or not _text(fieldset.find("legend")):
                found.append(f"radio {control.get('name')} has no fieldset with legend")
    for element in root.iter():
        if element.tag in LABELLED_BY_TEXT and not (_text(element) or element.get("aria-label")):
            found.append(f"{element.tag} without text")
        if element.tag == "img" and element.get("alt") is None:
            found.append("img without alt")
        if element.tag == "form" and not element.get("action"):
            found.append("form without action")
    return found


def _inline(root: Element) -> list[str]:
    found = []
    for element in root.iter():
        if element.tag == "script" and not element.get("src"):
            found.append("inline script")
        if element.tag == "style":
            found.append("inline style sheet")
        for name in element.keys():
            if name == "style" or INLINE_EVENT.match(name):
                found.append(f"inline {name} on {element.tag}")
        for name in ("src", "href", "action"):
            if re.match(r"(https?:)?//|javascript:", element.get(name) or "") and element.tag != "a":
                found.append(f"{element.tag} reaches outside: {element.get(name)}")
    return found


def _policy(policy: str) -> list[str]:
    rules = {part.split()[0]: part.split()[1:] for part in policy.split(";") if part.strip()}
    if rules.get("default-src") != ["'none'"]:
        return ["no content security policy that forbids by default"]
    loose = {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "http:"}
    return [
        f"policy allows {source} in {name}"
        for name, sources in rules.items()
        for source in sources
        if source in loose
    ]


def _inside(element: Element, parents: Mapping[Element, Element], tag: str) -> Element | None:
    at: Element | None = element
    while at is not None and at.tag != tag:
        at = parents.get(at)
    return at


def _text(element: Element | None) -> str:
    return " ".join("".join(element.itertext()).split()) if element is not None else ""
