"""A page read back as people see it: its questions, choices, errors, figures and tables."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib

from tests.web.page_rules import text_of

CONTROLS = {"input", "textarea", "select"}


@dataclass(frozen=True)
class Choice:
    """One radio button or box to tick."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Reading:
    """A page that was read; every method looks at what stands on it."""

    html: str

    @cached_property
    def root(self) -> Element:
        """The element ``html``."""
        root: Element = html5lib.parse(self.html, namespaceHTMLElements=False)
        return root

    @property
    def heading(self) -> str:
        """What the h1 says."""
        return text_of(self.root.find(".//h1"))

    @property
    def title(self) -> str:
        """What the browser's tab says."""
        return text_of(self.root.find("./head/title"))

    @property
    def main(self) -> str:
        """The text of the main part."""
        return text_of(self.root.find(".//main"))

    def with_id(self, name: str) -> Element:
        """The element with this id."""
        found = [element for element in self.root.iter() if element.get("id") == name]
        assert len(found) == 1, name
        return found[0]

    @property
    def to_send_again(self) -> tuple[str, list[tuple[str, str]]]:
        """Where the page's form goes that holds everything as it was sent, and what it holds."""
        [form] = [f for f in self.root.iter("form") if f.get("method") == "post"]
        assert {each.get("type") for each in form.iter("input")} == {"hidden"}
        assert text_of(form) == "Gửi lại phiếu"
        sent = [(each.get("name") or "", each.get("value") or "") for each in form.iter("input")]
        return form.get("action") or "", sent

    def choices(self, question: str) -> list[Choice]:
        """The choices of a question in the order in which they stand."""
        labels = [label for label in self.root.iter("label") if label.find("input") is not None]
        inputs = [(label, label.find("input")) for label in labels]
        return [
            Choice(box.get("value", ""), text_of(label), box.get("checked") is not None)
            for label, box in inputs
            if box is not None and box.get("type") in {"radio", "checkbox"} and box.get("name") == question
        ]

    @property
    def questions(self) -> list[str]:
        """The names of all questions in the order in which they stand."""
        boxes = (box for box in self.root.iter() if box.tag in CONTROLS)
        names = (box.get("name", "") for box in boxes if box.get("type") != "hidden")
        return list(dict.fromkeys(names))

    @property
    def given(self) -> dict[str, str]:
        """What is filled in: chosen values and typed texts."""
        chosen = {name: c.value for name in self.questions for c in self.choices(name) if c.chosen}
        typed = {area.get("name", ""): area.text or "" for area in self.root.iter("textarea")}
        lines = (e for e in self.root.iter("input") if e.get("inputmode"))
        typed |= {line.get("name", ""): line.get("value", "") for line in lines}
        return chosen | {name: text for name, text in typed.items() if text}

    def control(self, name: str) -> Element:
        """The first control with this name."""
        return next(e for e in self.root.iter() if e.tag in CONTROLS and e.get("name") == name)

    def block(self, question: str) -> Element:
        """The smallest part of the page that holds a question's text, error and controls."""
        control = self.control(question)
        parents = {child: parent for parent in self.root.iter() for child in parent}
        at = parents[control]
        while at.tag not in {"fieldset", "div"}:
            at = parents[at]
        return at

    def group(self, question: str) -> str:
        """The legend or label of a question."""
        block = self.block(question)
        legend = block.find("legend")
        return text_of(block.find("label") if legend is None else legend)

    def error(self, question: str) -> str:
        """What a screen reader says with a question beside its label: condition, hint, error; empty if nothing."""
        described = (element.get("aria-describedby") or "" for element in self.block(question).iter())
        return " ".join(text_of(self.with_id(name)) for names in described for name in names.split())

    @property
    def summary(self) -> dict[str, str]:
        """The question that each link of the error summary leads to, and the link's text."""
        leading = {e.get("id"): q for q in self.questions for e in (self.block(q), self.control(q))}
        links = self.with_id("summary").iter("a")
        return {leading[(link.get("href") or "").removeprefix("#")]: text_of(link) for link in links}

    @property
    def figures(self) -> dict[str, str]:
        """Terms and values of the description lists."""
        root = self.root
        terms, values = (list(root.iter(tag)) for tag in ("dt", "dd"))
        return {text_of(term): text_of(value) for term, value in zip(terms, values, strict=True)}

    @property
    def rows(self) -> dict[str, list[str]]:
        """The cells of each table row by its heading."""
        rows = (row for row in self.root.iter("tr") if row.find("td") is not None)
        return {text_of(row.find("th")): [text_of(cell) for cell in row.findall("td")] for row in rows}

    @property
    def links(self) -> list[str]:
        """The addresses that the page leads to by links, without those inside the page."""
        found = [a.get("href") or "" for a in self.root.iter("a")]
        return [address for address in found if not address.startswith("#")]

    @property
    def other_languages(self) -> dict[str, str]:
        """The address of the page in each other language."""
        return {a.get("lang", ""): a.get("href") or "" for a in self.root.iter("a") if a.get("hreflang")}

    def tags(self) -> Iterator[str]:
        """The names of all elements."""
        return (element.tag for element in self.root.iter() if isinstance(element.tag, str))


def leads_here(address: str) -> bool:
    """Whether an address stays on the site, as a path."""
    parts = urlsplit(address)
    return not parts.scheme and not parts.netloc and parts.path.startswith("/")
