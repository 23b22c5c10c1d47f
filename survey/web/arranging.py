"""The editor's buttons: what each of them does to a draft, and where the reader looks next."""

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from flask import abort
from werkzeug.datastructures import MultiDict

from questionnaires import drafting
from questionnaires.definition import FIELD_CODE
from questionnaires.draft_texts import Content
from questionnaires.drafting import KINDS, Kind, tidy
from questionnaires.meaning import codes_used, options_used
from survey.actions.drafting import Desk, Edit


class Onward(NamedTuple):
    """Where to look next: a part's page, or a place in the outline."""

    page: str = ""
    code: str = ""
    anchor: str = ""


Button = Callable[[Desk, Kind, str, str, MultiDict[str, str]], tuple[Edit, Onward]]


def arranged(desk: Desk, do: str, form: MultiDict[str, str]) -> tuple[Edit, Onward]:
    """What a button's value asks for: ``verb kind code`` and perhaps an option's number.

    An unknown verb or kind ends the request: no page of ours sends one.
    """
    verb, _space, rest = do.partition(" ")
    kind, code, option = (*rest.split(" "), "", "", "")[:3]
    if verb not in BUTTONS or kind not in KINDS:
        abort(400)
    return BUTTONS[verb](desk, kind, code, option, form)


def _up(_desk: Desk, kind: Kind, code: str, _option: str, _form: MultiDict[str, str]) -> tuple[Edit, Onward]:
    return lambda content: drafting.move(content, kind, code, -1), Onward(anchor=f"{kind}-{code}")


def _down(
    _desk: Desk, kind: Kind, code: str, _option: str, _form: MultiDict[str, str]
) -> tuple[Edit, Onward]:
    return lambda content: drafting.move(content, kind, code, 1), Onward(anchor=f"{kind}-{code}")


def _remove(
    _desk: Desk, kind: Kind, code: str, _option: str, _form: MultiDict[str, str]
) -> tuple[Edit, Onward]:
    return lambda content: drafting.remove(content, kind, code), Onward(anchor="outline")


def _recode(
    desk: Desk, kind: Kind, code: str, _option: str, _form: MultiDict[str, str]
) -> tuple[Edit, Onward]:
    new = drafting.free_code(desk.content, kind, codes_used(desk.versions))
    return lambda content: drafting.recode(content, kind, code, new), Onward(kind, new)


def _add(desk: Desk, kind: Kind, inside: str, place: str, form: MultiDict[str, str]) -> tuple[Edit, Onward]:
    """Add a part: ``inside`` is an item's section, ``place`` where a question stands; a form names its kind."""
    question_kind = form.get(f"kind-{place}", "single") if kind == "questions" else ""
    where = place if kind == "questions" else inside
    wanted = tidy(form.get(f"code-{kind}-{where}", ""))
    code = wanted or drafting.free_code(desk.content, kind, codes_used(desk.versions))
    if question_kind == "field" and not wanted and FIELD_CODE not in drafting.answerable(desk.content):
        code = FIELD_CODE
    edits: Mapping[Kind, Edit] = {
        "sections": lambda content: drafting.add_section(content, code),
        "items": lambda content: drafting.add_item(content, inside, code),
        "questions": lambda content: drafting.add_question(content, code, question_kind, place),
        "scales": lambda content: drafting.add_scale(content, code),
    }
    return edits[kind], Onward(kind, code)


def _option_added(
    desk: Desk, kind: Kind, code: str, _option: str, form: MultiDict[str, str]
) -> tuple[Edit, Onward]:
    number = form.get("new_code", type=int)
    taken = options_used(desk.versions, code)

    def change(content: Content) -> Content:
        return drafting.add_option(content, kind, code, number, taken)

    return change, Onward()


def _option_edit(steps: int) -> Button:
    """The button that moves an option, or removes it (0)."""

    def button(
        _desk: Desk, kind: Kind, code: str, option: str, _form: MultiDict[str, str]
    ) -> tuple[Edit, Onward]:
        number = int(option) if option.isascii() and option.isdigit() else -1
        if steps == 0:
            return lambda content: drafting.remove_option(content, kind, code, number), Onward()
        way: Literal[-1, 1] = -1 if steps < 0 else 1
        return lambda content: drafting.move_option(content, kind, code, number, way), Onward()

    return button


BUTTONS: Mapping[str, Button] = {
    "up": _up,
    "down": _down,
    "remove": _remove,
    "recode": _recode,
    "add": _add,
    "add-option": _option_added,
    "up-option": _option_edit(-1),
    "down-option": _option_edit(1),
    "remove-option": _option_edit(0),
}
