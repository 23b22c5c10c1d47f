"""The citizen's form as HTML: rendered once for each version and language, filled in for each visit.

What differs between two visits to the same questionnaire is a handful of words: who serves, the ids. They are put
into a page that was rendered before with marks in their place. A mark is a random word that no content holds and
that neither HTML nor addresses need to escape, so the filled page is, byte for byte, the page that a whole rendering
would give. A form that is shown again with answers is rendered whole.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from flask import Response, render_template, request
from markupsafe import escape
from wtforms import Form

from survey.actions.answering import Sheet
from survey.core.place import Instance
from survey.web import language
from survey.web.answer_form import answer_form
from survey.web.form_page import form_page
from survey.web.packed import PackedEnds
from survey.web.site import instance_shown

FORM = "citizen/form.html"

PAGES_KEPT = 256
"""Skeletons in memory, some 40 kB each."""

VARYING = ("address", "unit", "counter", "response_id", "token")
"""What a visit fills in: the address that the form is sent to, names of unit and counter, the id, the visit's token."""

_WORD = secrets.token_hex(16)
_MARK = re.compile(rf"{_WORD}x(\d)x")
_MARKS = {name: f"{_WORD}x{position}x" for position, name in enumerate(VARYING)}


@dataclass(frozen=True)
class Skeleton:
    """A page with gaps: ``texts[0]``, the value of ``names[0]``, ``texts[1]``, …, ``texts[-1]``."""

    texts: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def cut(cls, page: str) -> "Skeleton":
        """The skeleton of a page that was rendered with marks.

        Raises:
            ValueError: if a value is missing: something changed its mark, and it would be missing for citizens too.
        """
        parts = _MARK.split(page)
        names = tuple(VARYING[int(position)] for position in parts[1::2])
        texts = tuple(parts[0::2])
        if set(names) != set(VARYING) or _WORD in "".join(texts):
            raise ValueError(f"not every value of a visit stands on the page: {sorted(set(names))}")
        return cls(texts, names)

    def fill(self, values: Mapping[str, str]) -> str:
        """The page with values in its gaps, escaped as templates escape them."""
        return f"{self.texts[0]}{self._between(values)}{self.texts[-1]}"

    def fill_packed(self, values: Mapping[str, str]) -> bytes:
        """The same as gzip."""
        return self._ends.around(self._between(values))

    def _between(self, values: Mapping[str, str]) -> str:
        """From the first gap to the last."""
        escaped = {name: str(escape(value)) for name, value in values.items()}
        parts = [escaped[self.names[0]]]
        for text, name in zip(self.texts[1:-1], self.names[1:], strict=True):
            parts += (text, escaped[name])
        return "".join(parts)

    @cached_property
    def _ends(self) -> PackedEnds:
        return PackedEnds.of(self.texts[0], self.texts[-1])


@dataclass(frozen=True)
class Key:
    """Everything that a fresh form's page depends on, apart from :data:`VARYING`."""

    fingerprint: str
    number: int
    read_in: str
    fields: tuple[object, ...]
    instance: Instance
    root: str
    template: str
    sheet: Sheet = field(compare=False)

    @classmethod
    def of(
        cls, sheet: Sheet, read_in: str, owner: Instance, *, root: str = "", template: str = FORM
    ) -> "Key":
        """What the page of a sheet depends on where it is read in a language."""
        version = sheet.version
        return cls(version.fingerprint, version.number, read_in, sheet.fields, owner, root, template, sheet)


def fresh_form(sheet: Sheet, values: Mapping[str, str], template: str = FORM) -> Response:
    """The page of a form without answers; ``values`` holds a text for each of :data:`VARYING`."""
    owner = sheet.owner or instance_shown()
    key = Key.of(sheet, language.of_page(), owner, root=request.script_root, template=template)
    skeleton = _skeletons.get(key) or _rendered(key)
    if not request.accept_encodings["gzip"]:
        return Response(skeleton.fill(values), mimetype="text/html")
    headers = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(skeleton.fill_packed(values), headers=headers, mimetype="text/html")


def whole_form(sheet: Sheet, form: Form, values: Mapping[str, str], template: str = FORM) -> str:
    """The page of a form with what was answered and what is wrong with it."""
    others = [
        (code, name, f"?lang={code}")
        for code, name in language.names(sheet.version.definition.languages)
        if code != language.of_page()
    ]
    return render_template(
        template,
        sheet=sheet,
        page=form_page(sheet, form, language.of_page()),
        visit=values,
        switches=others,
        # A page that was posted cannot be opened again by its address; nor may a skeleton hold any visit's address.
        other_languages=others if request.method == "GET" else [],
    )


def kept_form(key: Key, values: Mapping[str, str]) -> bytes | None:
    """The same page as gzip, where it was rendered before."""
    skeleton = _skeletons.get(key)
    return skeleton.fill_packed(values) if skeleton else None


_skeletons: dict[Key, Skeleton] = {}


def _rendered(key: Key) -> Skeleton:
    if len(_skeletons) >= PAGES_KEPT:
        # The oldest; it comes back when somebody asks for it.
        _skeletons.pop(next(iter(_skeletons)), None)
    return _skeletons.setdefault(
        key, Skeleton.cut(whole_form(key.sheet, answer_form(key.sheet), _MARKS, key.template))
    )
