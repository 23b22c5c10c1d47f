"""A draft: a questionnaire as plain data that may be incomplete, and the small edits that make it.

A draft is data and no :class:`~questionnaires.definition.Definition`, because whoever edits passes through states
that cannot be published. Its content is a mapping of

- ``definition``: what :meth:`Definition.model_dump` gives, perhaps with gaps;
- ``translated``: by language and place the Vietnamese wording from which it was translated;
- ``unfinished``: declared languages that may be published with gaps (citizens read Vietnamese there);
- ``editorial``: by place the reason why a changed wording asks the same thing as before.

Every edit takes a content and gives another; what it was given stays as it was. A part is named by its kind
(``sections``, ``items``, ``questions``, ``scales``) and its code. Codes are given once and travel with their part.
"""

import copy
import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Literal

from questionnaires.definition import FIELD_CODE, RESERVED_CODES, Definition
from questionnaires.draft_texts import Content, all_noted
from questionnaires.languages import REQUIRED_LANGUAGE

Kind = Literal["sections", "items", "questions", "scales"]
KINDS: tuple[Kind, ...] = ("sections", "items", "questions", "scales")

CHOICES = ("single", "multiple")
_STEM: Mapping[Kind, str] = {"sections": "phan", "items": "tc", "questions": "cau", "scales": "thang"}
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


class PartUnknown(LookupError):
    """The draft has no such part, perhaps because somebody removed it meanwhile."""


class CodeUnfit(ValueError):
    """The code is misspelt, reserved or in use."""


def draft_of(definition: Definition, *, unfinished: Collection[str] = ()) -> Content:
    """The content of a fresh draft; its translations count as made from the wording that stands beside them."""
    content: Content = {
        "definition": definition.model_dump(mode="json"),
        "translated": {},
        "unfinished": sorted(unfinished),
        "editorial": {},
    }
    return all_noted(content)


def tidy(words: str) -> str:
    """Words in composed letters (NFC) without hidden characters and without space around them."""
    composed = unicodedata.normalize("NFC", words).replace("\r\n", "\n")
    kept = (c for c in composed if c == "\n" or not unicodedata.category(c).startswith("C"))
    return "".join(kept).strip()


# --- parts -------------------------------------------------------------------------------------------------


def parts(content: Content, kind: Kind) -> list[Content]:
    """All parts of a kind in their order; a scale's code is put beside its options."""
    definition = content["definition"]
    if kind == "items":
        return [item for section in definition["sections"] for item in section["items"]]
    if kind == "scales":
        return [{"code": code, **scale} for code, scale in definition["scales"].items()]
    listed: list[Content] = definition[kind]
    return listed


def part(content: Content, kind: Kind, code: str) -> Content:
    """One part.

    Raises:
        PartUnknown: if there is none.
    """
    if kind == "scales":
        if code not in content["definition"]["scales"]:
            raise PartUnknown(code)
        scale: Content = content["definition"]["scales"][code]
        return scale
    found = next((one for one in parts(content, kind) if one["code"] == code), None)
    if found is None:
        raise PartUnknown(code)
    return found


def section_of(content: Content, item: str) -> Content:
    """The section that holds an item.

    Raises:
        PartUnknown: if there is no such item.
    """
    for section in content["definition"]["sections"]:
        if any(one["code"] == item for one in section["items"]):
            found: Content = section
            return found
    raise PartUnknown(item)


def answerable(content: Content) -> set[str]:
    """The codes under which answers are stored."""
    return {one["code"] for kind in ("items", "questions") for one in parts(content, kind)}


def free_code(content: Content, kind: Kind, taken: Collection[str] = ()) -> str:
    """A code that no part has, nor any that is ``taken`` by published versions."""
    used = _used(content, kind) | set(taken)
    stem = _STEM[kind]
    return next(code for n in range(1, len(used) + 2) if (code := f"{stem}{n}") not in used)


def check_code(content: Content, kind: Kind, code: str) -> str:
    """The code, if a new part of that kind may have it.

    Raises:
        CodeUnfit: if it may not.
    """
    reserved = RESERVED_CODES | {FIELD_CODE} if kind in {"items", "questions"} else frozenset()
    if not _CODE.fullmatch(code) or code in _used(content, kind) or code in reserved:
        raise CodeUnfit(code)
    return code


def _used(content: Content, kind: Kind) -> set[str]:
    if kind in {"items", "questions"}:
        return answerable(content)
    return {one["code"] for one in parts(content, kind)}


# --- edits -------------------------------------------------------------------------------------------------


def add_section(content: Content, code: str) -> Content:
    """A section at the end, without title and items."""
    new = copy.deepcopy(content)
    check_code(new, "sections", code)
    new["definition"]["sections"].append({"code": code, "title": {REQUIRED_LANGUAGE: ""}, "items": []})
    return new


def add_item(content: Content, section: str, code: str) -> Content:
    """An item at the end of a section, on the scale of the item before it."""
    new = copy.deepcopy(content)
    check_code(new, "items", code)
    others = [*parts(new, "items"), *part(new, "sections", section)["items"]]
    scale = others[-1]["scale"] if others else next(iter(new["definition"]["scales"]), "")
    item = {"code": code, "text": {REQUIRED_LANGUAGE: ""}, "scale": scale, "required": True}
    part(new, "sections", section)["items"].append({**item, "allow_not_applicable": False})
    return new


def add_question(content: Content, code: str, kind: str, place: str = "after") -> Content:
    """A question beside the items; a choice begins with two options."""
    new = copy.deepcopy(content)
    if not (kind == "field" and code == FIELD_CODE and code not in answerable(new)):
        check_code(new, "questions", code)
    question: Content = {"code": code, "kind": kind, "text": {REQUIRED_LANGUAGE: ""}, "place": place}
    question |= {"options": [], "required": kind == "field", "max_length": 500}
    if kind in CHOICES:
        question["options"] = [_option(1), _option(2)]
    new["definition"]["questions"].append(question)
    return new


def add_scale(content: Content, code: str) -> Content:
    """A scale of five, from 1 up, still without words."""
    new = copy.deepcopy(content)
    check_code(new, "scales", code)
    new["definition"]["scales"][code] = {"options": [_option(n) for n in range(1, 6)]}
    return new


def remove(content: Content, kind: Kind, code: str) -> Content:
    """Without a part; a section goes with its items, and what referred to them says so at the gate."""
    new = copy.deepcopy(content)
    part(new, kind, code)
    if kind == "scales":
        del new["definition"]["scales"][code]
        return new
    siblings = section_of(new, code)["items"] if kind == "items" else new["definition"][kind]
    siblings[:] = [one for one in siblings if one["code"] != code]
    return new


def move(content: Content, kind: Kind, code: str, steps: Literal[-1, 1]) -> Content:
    """A part one place up (-1) or down (1); an item at the edge of its section goes into the next one.

    A question passes those of its own place only: before the items, or after them.
    """
    new = copy.deepcopy(content)
    found = part(new, kind, code)
    if kind == "items":
        _move_item(new, found, steps)
    elif kind != "scales":
        siblings = new["definition"][kind]
        _swap(siblings, [one for one in siblings if one.get("place") == found.get("place")], found, steps)
    return new


def _swap(siblings: list[Content], row: list[Content], found: Content, steps: int) -> bool:
    """Let ``found`` and its neighbour in ``row`` change places in ``siblings``; False at the end of the row."""
    target = row.index(found) + steps
    if not 0 <= target < len(row):
        return False
    here, there = siblings.index(found), siblings.index(row[target])
    siblings[here], siblings[there] = siblings[there], siblings[here]
    return True


def _move_item(content: Content, item: Content, steps: int) -> None:
    sections = content["definition"]["sections"]
    home = section_of(content, item["code"])
    if _swap(home["items"], home["items"], item, steps):
        return
    target = sections.index(home) + steps
    if 0 <= target < len(sections):
        home["items"].remove(item)
        into = sections[target]["items"]
        into.insert(0 if steps > 0 else len(into), item)


def recode(content: Content, kind: Kind, code: str, new_code: str) -> Content:
    """The same part under a new code, conditions following it: what it asks is another thing from now on.

    Raises:
        CodeUnfit: if the new code may not be used.
    """
    new = copy.deepcopy(content)
    found = part(new, kind, code)
    found["code"] = check_code(content, kind, new_code)
    for governed in (*parts(new, "sections"), *parts(new, "items"), *parts(new, "questions")):
        when = governed.get("shown_when")
        if kind in {"items", "questions"} and when and when["question"] == code:
            when["question"] = new_code
    for sources in new["translated"].values():
        for place in [place for place in sources if place.startswith(f"{kind}/{code}/")]:
            sources[place.replace(code, new_code, 1)] = sources.pop(place)
    return new


# --- options -----------------------------------------------------------------------------------------------

LARGEST_OPTION = 100


def add_option(
    content: Content, kind: Kind, code: str, option: int | None = None, taken: Collection[int] = ()
) -> Content:
    """One more option at the end, under ``option`` or the next number that neither it nor a version has used.

    Raises:
        CodeUnfit: if the number is in use or outside 0–100.
    """
    new = copy.deepcopy(content)
    options = part(new, kind, code)["options"]
    used = {one["code"] for one in options}
    number = max({0, *used, *taken}) + 1 if option is None else option
    if number in used or not 0 <= number <= LARGEST_OPTION:
        raise CodeUnfit(str(number))
    options.append(_option(number))
    return new


def remove_option(content: Content, kind: Kind, code: str, option: int) -> Content:
    """Without one option."""
    new = copy.deepcopy(content)
    owner = part(new, kind, code)
    owner["options"] = [one for one in owner["options"] if one["code"] != option]
    if "alone" in owner:
        owner["alone"] = [number for number in owner["alone"] if number != option] or None
    return without_empty(new)


def move_option(content: Content, kind: Kind, code: str, option: int, steps: Literal[-1, 1]) -> Content:
    """One option one place up (-1) or down (1)."""
    new = copy.deepcopy(content)
    options = part(new, kind, code)["options"]
    found = next((one for one in options if one["code"] == option), None)
    if found is None:
        raise PartUnknown(str(option))
    _swap(options, options, found, steps)
    return new


def _option(code: int) -> Content:
    return {"code": code, "text": {REQUIRED_LANGUAGE: ""}}


def without_empty(content: Content) -> Content:
    """The same content without optional keys that say nothing, as :class:`Definition` writes them."""
    for one in (*parts(content, "sections"), *parts(content, "items"), *parts(content, "questions")):
        for key in ("shown_when", "alone", "min", "max", "counted_in"):
            if key in one and one[key] is None:
                del one[key]
    return content
