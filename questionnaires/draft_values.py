"""What one page of the editor shows of a draft: a part as flat values, and the draft with such values put back.

Values are texts, ticks (bool) and lists of texts, as forms send them. What is not a number where one is needed is
kept as it was typed and named by the gate: nothing that somebody typed is lost.
"""

import copy
from collections.abc import Iterator, Mapping
from typing import Literal

from questionnaires.definition import Question
from questionnaires.draft_texts import Content, noted
from questionnaires.drafting import Kind, part, parts, tidy, without_empty
from questionnaires.languages import REQUIRED_LANGUAGE

Value = str | bool | list[str]
Values = dict[str, Value]
Page = Kind | Literal["details", "scoring"]

OPTION = "option-"
LONGEST_NUMBER = 15
"""Digits; more are kept as a text."""

_TEXTS = ("title", "introduction", "thanks", "population")
_LISTS = ("languages", "modes")


def values_of(content: Content, page: Page, code: str = "") -> Values:
    """The values of a page in the order in which they are asked for.

    Raises:
        PartUnknown: if there is no such part.
    """
    if page == "details":
        return _details(content)
    if page == "scoring":
        return _scoring(content["definition"]["scoring"])
    found = part(content, page, code)
    values: Values = {}
    if page == "sections":
        values["title"] = _vi(found["title"])
    elif page == "items":
        values |= {"text": _vi(found["text"]), "scale": found["scale"], "required": bool(found["required"])}
        values["allow_not_applicable"] = bool(found["allow_not_applicable"])
    elif page == "questions":
        values |= _question(found)
    for option in found.get("options") or ():
        values[f"{OPTION}{option['code']}"] = _vi(option["text"])
    if page != "scales" and found.get("kind") != "field":
        when = found.get("shown_when") or {"question": "", "is": []}
        values |= {"when_question": when["question"], "when_codes": [str(number) for number in when["is"]]}
    if page in {"items", "questions"}:
        values["editorial"] = content["editorial"].get(f"{page}/{code}", "")
    return values


def with_values(content: Content, page: Page, code: str, values: Mapping[str, Value]) -> Content:
    """The draft with the values of a page; keys that the page does not have are passed over.

    Raises:
        PartUnknown: if there is no such part.
    """
    new = copy.deepcopy(content)
    given = {key: values.get(key, value) for key, value in values_of(content, page, code).items()}
    given = {key: tidy(value) if isinstance(value, str) else value for key, value in given.items()}
    if page == "details":
        _put_details(new, given)
    elif page == "scoring":
        _put_scoring(new["definition"]["scoring"], given)
    else:
        _put_part(new, page, code, given)
    return noted(content, without_empty(new))


def governors(content: Content, page: Kind, code: str) -> list[Content]:
    """What a condition of a part may look back to: questions and items before it, each with its options."""
    before: list[Content] = []
    for kind, one in _in_order(content):
        if (kind, one["code"]) == (page, code):
            break
        options = one.get("options")
        if kind == "items":
            options = content["definition"]["scales"].get(one["scale"], {}).get("options")
        if kind != "sections" and options:
            before.append({"code": one["code"], "text": one["text"], "options": options})
    return before


def _in_order(content: Content) -> Iterator[tuple[Kind, Content]]:
    questions = parts(content, "questions")
    yield from (("questions", one) for one in questions if one["place"] == "before")
    for section in parts(content, "sections"):
        yield "sections", section
        yield from (("items", item) for item in section["items"])
    yield from (("questions", one) for one in questions if one["place"] != "before")


def numbers_in(text: str) -> list[int | str]:
    """The numbers of a list like ``4, 5``; what is none stays a text."""
    words = text.replace(";", ",").replace(" ", ",").split(",")
    return [_number(word) for word in words if word]


def _number(text: str) -> int | str:
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER else text


def _vi(text: Mapping[str, str] | None) -> str:
    return text.get(REQUIRED_LANGUAGE, "") if text else ""


def _details(content: Content) -> Values:
    definition = content["definition"]
    values: Values = {key: _vi(definition[key]) for key in _TEXTS}
    values["legal_basis"] = "\n".join(definition["legal_basis"])
    values["source_note"] = definition["source_note"]
    values |= {key: list(definition[key]) for key in _LISTS}
    values["unfinished"] = list(content["unfinished"])
    return values


def _put_details(content: Content, given: Mapping[str, Value]) -> None:
    definition = content["definition"]
    for key in _TEXTS:
        definition[key][REQUIRED_LANGUAGE] = given[key]
    definition["legal_basis"] = [
        line.strip() for line in str(given["legal_basis"]).split("\n") if line.strip()
    ]
    definition["source_note"] = given["source_note"]
    for key in _LISTS:
        definition[key] = given[key]
    content["unfinished"] = given["unfinished"]


def _scoring(scoring: Content) -> Values:
    return {
        "rule": scoring["rule"],
        "satisfied": ", ".join(str(number) for number in scoring["satisfied"]),
        "max_points": str(scoring["max_points"] or ""),
        "provenance": _vi(scoring["provenance"]),
    }


def _put_scoring(scoring: Content, given: Mapping[str, Value]) -> None:
    """Each rule has its own number; that of the other rule is put away."""
    scoring["rule"] = given["rule"]
    counts = given["rule"] == "top_codes"
    scoring["satisfied"] = numbers_in(str(given["satisfied"])) if counts else []
    scoring["max_points"] = 0 if counts else _number(str(given["max_points"]) or "0")
    scoring["provenance"][REQUIRED_LANGUAGE] = given["provenance"]


def _question(found: Content) -> Values:
    values: Values = {
        "text": _vi(found["text"]),
        "place": found["place"],
        "required": bool(found["required"]),
    }
    if found["kind"] == "text":
        values["max_length"] = str(found["max_length"])
    if found["kind"] == "number":
        values |= {key: str(found[key]) if key in found else "" for key in ("min", "max")}
        values["counted_in"] = _vi(found.get("counted_in"))
    if found["kind"] == "multiple":
        values["alone"] = [str(number) for number in found.get("alone") or ()]
    return values


def _put_part(content: Content, page: Kind, code: str, given: Mapping[str, Value]) -> None:
    found = part(content, page, code)
    for key in ("title", "text"):
        if key in given:
            found[key][REQUIRED_LANGUAGE] = given[key]
    for key in ("scale", "required", "allow_not_applicable", "place"):
        if key in given:
            found[key] = given[key]
    for option in found.get("options") or ():
        option["text"][REQUIRED_LANGUAGE] = given[f"{OPTION}{option['code']}"]
    if page == "questions":
        _put_question(found, given)
    if "when_question" in given:
        codes = [_number(text) for text in given["when_codes"]] if given["when_question"] else []  # type: ignore[union-attr]
        found["shown_when"] = (
            {"question": given["when_question"], "is": codes} if given["when_question"] else None
        )
    if "editorial" in given:
        content["editorial"].pop(f"{page}/{code}", None)
        if given["editorial"]:
            content["editorial"][f"{page}/{code}"] = given["editorial"]


def _put_question(found: Content, given: Mapping[str, Value]) -> None:
    if "max_length" in given:
        default = Question.model_fields["max_length"].default
        found["max_length"] = _number(str(given["max_length"])) if given["max_length"] else default
    for key in ("min", "max"):
        if key in given:
            found[key] = _number(str(given[key])) if given[key] else None
    if "counted_in" in given:
        unit = found.get("counted_in") or {}
        found["counted_in"] = (
            {**unit, REQUIRED_LANGUAGE: given["counted_in"]} if given["counted_in"] else None
        )
    if "alone" in given:
        found["alone"] = [_number(text) for text in given["alone"]] or None  # type: ignore[union-attr]


def merged(
    base: Mapping[str, Value], theirs: Mapping[str, Value], mine: Mapping[str, Value]
) -> tuple[Values, list[str]]:
    """What two people made of the same values: everything that only one of them changed, and where both did.

    Args:
        base: what I saw when I began.
        theirs: what stands there now.
        mine: what I send.

    Returns:
        The values with both persons' changes, mine where they differ, and the keys where they differ.
    """
    changed = {key for key in mine if mine[key] != base.get(key)}
    both = [key for key in mine if key in changed and theirs.get(key) not in (base.get(key), mine[key])]
    return {**theirs, **{key: mine[key] for key in changed}}, both
