"""What every page must be, one rule after the other: :func:`faults` lists the rules that a page breaks."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from xml.etree.ElementTree import Element

import html5lib

from questionnaires.languages import OWN_NAMES as LANGUAGES

REFERENCES = (
    "for",
    "list",
    "headers",
    "aria-labelledby",
    "aria-describedby",
    "aria-controls",
    "aria-errormessage",
)
CONTROLS = {"input", "select", "textarea"}
NOT_LABELLED = {"hidden", "submit"}
NAMED_BY_TEXT = {"a", "button", "summary"}
ADDRESSES = ("src", "href", "action", "data", "poster", "srcset")
OUTSIDE = re.compile(r"\s*(https?:)?//", re.IGNORECASE)
PROGRAM = re.compile(r"\s*(javascript|vbscript|data:text)", re.IGNORECASE)
HANDLER = re.compile(r"on[a-z]+")
LOOPHOLES = {"'unsafe-inline'", "'unsafe-eval'", "'unsafe-hashes'", "*", "http:", "https:"}
OWN_NAMES = {"SIPAS"}


@dataclass(frozen=True)
class Page:
    """A page as a browser reads it, and the headers that came with it."""

    html: str
    headers: Mapping[str, str]

    @cached_property
    def parser(self) -> html5lib.HTMLParser:
        """A strict parser that has read the page."""
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        parser.parse(self.html)
        return parser

    @cached_property
    def root(self) -> Element:
        """The element ``html``."""
        root: Element = self.parser.tree.getDocument()
        return root

    @cached_property
    def parents(self) -> Mapping[Element, Element]:
        """The element around each element."""
        return {child: parent for parent in self.root.iter() for child in parent}

    @cached_property
    def ids(self) -> Mapping[str, int]:
        """How often each id is used."""
        return Counter(element.get("id", "") for element in self.root.iter() if element.get("id"))

    @cached_property
    def elements(self) -> tuple[Element, ...]:
        """All elements in document order, without comments."""
        return tuple(element for element in self.root.iter() if isinstance(element.tag, str))

    def all(self, *tags: str) -> list[Element]:
        """The elements with one of these tags, in document order."""
        return [element for element in self.elements if element.tag in tags]

    def around(self, element: Element, tag: str) -> Element | None:
        """The nearest ``tag`` around an element."""
        at = self.parents.get(element)
        while at is not None and at.tag != tag:
            at = self.parents.get(at)
        return at


Rule = Callable[[Page], Iterator[str]]
RULES: dict[str, Rule] = {}


def faults(html: str, headers: Mapping[str, str]) -> list[str]:
    """Every rule that a page breaks, each with what breaks it; empty for a good page."""
    page = Page(html, headers)
    return [f"{name}: {what}" for name, rule in RULES.items() for what in rule(page)]


def text_of(element: Element | None) -> str:
    """What an element says, in one line."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def rule(name: str) -> Callable[[Rule], Rule]:
    """Give a rule the sentence by which faults name it."""

    def keep(function: Rule) -> Rule:
        RULES[name] = function
        return function

    return keep


@rule("the HTML is valid")
def _syntax(page: Page) -> Iterator[str]:
    yield from (f"{code} at {place}" for place, code, _data in page.parser.errors)


@rule("the language is declared")
def _language(page: Page) -> Iterator[str]:
    if page.root.get("lang") not in LANGUAGES:
        yield str(page.root.get("lang"))


@rule("every language that a part names is a known one")
def _languages(page: Page) -> Iterator[str]:
    for element in page.elements:
        language = element.get("lang")
        if element is not page.root and language is not None and language not in LANGUAGES:
            yield f"{element.tag} {language}"


@rule("the page has a title")
def _title(page: Page) -> Iterator[str]:
    if not text_of(page.root.find("./head/title")):
        yield "empty"


@rule("the title says what the heading says")
def _title_and_heading(page: Page) -> Iterator[str]:
    title, heading = _words(page.root.find("./head/title")), _words(next(iter(page.all("h1")), None))
    if title and heading and not (title <= heading or heading <= title):
        yield f"{sorted(title)} and {sorted(heading)}"


@rule("the page adapts to a phone and can be enlarged")
def _viewport(page: Page) -> Iterator[str]:
    found = [meta.get("content") or "" for meta in page.all("meta") if meta.get("name") == "viewport"]
    if len(found) != 1 or "width=device-width" not in found[0] or re.search("scalable|maximum", found[0]):
        yield str(found)


@rule("there is one h1")
def _one_heading(page: Page) -> Iterator[str]:
    if len(page.all("h1")) != 1:
        yield f"{len(page.all('h1'))} of them"


@rule("headings have text and skip no level")
def _headings(page: Page) -> Iterator[str]:
    """A summary of errors may stand before the h1, so the first heading may be an h1 or an h2."""
    level = 1
    for heading in page.all("h1", "h2", "h3", "h4", "h5", "h6"):
        depth = int(heading.tag[1])
        if depth > level + 1 or not text_of(heading):
            yield f"{heading.tag} “{text_of(heading)}” after h{level}"
        level = depth


@rule("there is one main part, and the first link jumps to it")
def _main(page: Page) -> Iterator[str]:
    mains = page.all("main")
    links = page.all("a")
    if len(mains) != 1:
        yield f"{len(mains)} main parts"
    elif not links or links[0].get("href") != f"#{mains[0].get('id')}":
        yield "no link to it"


@rule("every id is used once")
def _ids(page: Page) -> Iterator[str]:
    yield from (name for name, times in page.ids.items() if times > 1)


@rule("what points at an id meets one")
def _references(page: Page) -> Iterator[str]:
    for element in page.elements:
        for attribute in REFERENCES:
            for name in (element.get(attribute) or "").split():
                if name not in page.ids:
                    yield f"{attribute}={name}"
        href = element.get("href") or ""
        if href.startswith("#") and href[1:] not in page.ids:
            yield href


@rule("a table has a caption")
def _captions(page: Page) -> Iterator[str]:
    yield from ("none" for table in page.all("table") if not text_of(table.find("caption")))


@rule("a table's headings say whether they head a row or a column")
def _scopes(page: Page) -> Iterator[str]:
    headings = (
        heading
        for heading in page.all("th")
        if heading.get("scope") not in {"row", "col", "rowgroup", "colgroup"}
    )
    yield from (text_of(heading) for heading in headings)


@rule("every control has a label")
def _labels(page: Page) -> Iterator[str]:
    named = {label.get("for") for label in page.all("label") if text_of(label)}
    for control in page.all(*CONTROLS):
        inside = text_of(page.around(control, "label"))
        if control.get("type") in NOT_LABELLED or inside or control.get("aria-label"):
            continue
        if not control.get("id") or control.get("id") not in named:
            yield str(control.get("name"))


@rule("choices stand in a group with a legend")
def _groups(page: Page) -> Iterator[str]:
    for control in page.all("input"):
        if control.get("type") in {"radio", "checkbox"}:
            group = page.around(control, "fieldset")
            if group is None or not text_of(group.find("legend")):
                yield str(control.get("name"))


@rule("links and buttons say what they do")
def _names(page: Page) -> Iterator[str]:
    for element in page.all(*NAMED_BY_TEXT):
        if not (text_of(element) or element.get("aria-label")):
            yield element.tag


@rule("pictures have a text")
def _pictures(page: Page) -> Iterator[str]:
    yield from ("img" for picture in page.all("img") if picture.get("alt") is None)
    for drawing in (e for e in page.elements if e.tag.rpartition("}")[2] == "svg"):
        title = next((e for e in drawing.iter() if str(e.tag).rpartition("}")[2] == "title"), None)
        if drawing.get("aria-hidden") != "true" and not (text_of(title) or drawing.get("aria-label")):
            yield "svg"


@rule("a form says where and how it is sent")
def _forms(page: Page) -> Iterator[str]:
    for form in page.all("form"):
        if not form.get("action") or form.get("method") not in {"get", "post"}:
            yield f"action={form.get('action')} method={form.get('method')}"


@rule("the keyboard follows the reading order")
def _keyboard(page: Page) -> Iterator[str]:
    for element in page.elements:
        if not re.fullmatch("0|-1", element.get("tabindex") or "0") or element.get("autofocus") is not None:
            yield element.tag


@rule("scripts and styles come from files")
def _inline(page: Page) -> Iterator[str]:
    for element in page.elements:
        tag = element.tag.rpartition("}")[2]
        if tag == "style" or (tag == "script" and not element.get("src")):
            yield f"{tag} in the page"
        yield from (f"{n} on {tag}" for n in element.attrib if n == "style" or HANDLER.fullmatch(n))


@rule("nothing comes from another site")
def _outside(page: Page) -> Iterator[str]:
    for element in page.elements:
        for name in ADDRESSES:
            if element.tag != "a" and OUTSIDE.match(element.get(name) or ""):
                yield f"{element.tag} {element.get(name)}"


@rule("no address is a program")
def _programs(page: Page) -> Iterator[str]:
    for element in page.elements:
        for name in (*ADDRESSES, "formaction"):
            if PROGRAM.match(element.get(name) or ""):
                yield f"{element.tag} {element.get(name)}"


@rule("the content policy forbids what it does not name")
def _policy(page: Page) -> Iterator[str]:
    if _policy_of(page).get("default-src") != ["'none'"]:
        yield page.headers.get("Content-Security-Policy", "none")


@rule("the content policy has no loophole")
def _loopholes(page: Page) -> Iterator[str]:
    for name, sources in _policy_of(page).items():
        yield from (f"{name} {source}" for source in sources if source in LOOPHOLES)


def _policy_of(page: Page) -> dict[str, list[str]]:
    parts = page.headers.get("Content-Security-Policy", "").split(";")
    return {part.split()[0]: part.split()[1:] for part in parts if part.strip()}


def _words(element: Element | None) -> set[str]:
    return set(re.findall(r"\w+", text_of(element))) - OWN_NAMES
