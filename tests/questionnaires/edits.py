"""What somebody can do to a draft with the editor's buttons and pages, as a strategy for property tests."""

import random
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

from questionnaires import drafting
from questionnaires.definition import LARGEST_NUMBER, Definition, Item, Mode, Question
from questionnaires.draft_texts import Content, texts, translate
from questionnaires.draft_values import OPTION, Page, Value, Values, governors, values_of, with_values
from questionnaires.drafting import draft_of, parts
from questionnaires.gate import judge
from questionnaires.meaning import codes_used
from questionnaires.version import Version
from survey.library import shipped_definitions
from tests.web.tiny import FILES, tiny

Edit = Callable[[Content, list[Version]], Content]

SHIPPED = shipped_definitions()
STARTS = [*SHIPPED.values(), *map(tiny, FILES)]
PAGES: tuple[Page, ...] = ("details", "scoring", *drafting.KINDS)
QUESTION_KINDS = ("single", "multiple", "number", "text", "field")
WORDS = ("", "Có", "Không", "Ông/Bà hài lòng?", "Rất tốt", "<b>đậm</b>", "  \u200b ")
VERBS = (
    "add", "add whole", "remove", "up", "down", "write", "write", "write", "reword", "condition",
    "add option", "remove option", "move option", "recode", "translate",
)  # fmt: skip
_NUMBERS = {
    "max_length": ("1", "500", "1001", "x"),
    "min": ("", "0", "-5", "10", "x"),
    "max": ("", "0", "30", "x"),
    "satisfied": ("", "1", "4, 5", "3;1", "99", "x"),
    "max_points": ("", "5", "100", "x"),
}
_MODES: tuple[Mode, ...] = ("qr", "ticket", "paper")


@st.composite
def edits(draw: st.DrawFn) -> Edit:
    """One edit: a button of the outline or of a page, or a page that is written and saved."""
    verb = draw(st.sampled_from(VERBS))
    chance = draw(st.randoms(use_true_random=False))

    def edit(content: Content, versions: list[Version]) -> Content:
        return _DEEDS[verb](content, versions, chance)

    return edit


def kept_open(start: Definition, done: Sequence[Edit]) -> Content:
    """A draft after those of the edits that the gate does not hold back; the others are taken back."""
    content = draft_of(start, unfinished=start.languages)
    for edit in done:
        after = edit(content, [])
        content = after if judge(after, []).is_open else content
    return content


@st.composite
def answers_to(draw: st.DrawFn, definition: Definition) -> dict[str, str | list[str]]:
    """What a citizen may send who answers everything, or leaves out what needs no answer."""
    asks_field = any(question.kind == "field" for question in definition.questions)
    answers: dict[str, str | list[str]] = {} if asks_field else {"field": "land"}
    for part, _conditions in definition.asked():
        if not (part.required or getattr(part, "kind", "") == "field") and draw(st.booleans()):
            continue
        answers[part.code] = draw(_answer(definition, part))
    return answers


def _answer(definition: Definition, part: Item | Question) -> st.SearchStrategy[str | list[str]]:
    codes = [str(option.code) for option in definition.options_of(part)]
    if isinstance(part, Item):
        return st.sampled_from([*codes, "na"] if part.allow_not_applicable else codes)
    if part.kind == "multiple":
        alone = {str(code) for code in part.alone or ()}
        several = [code for code in codes if code not in alone]
        together = st.lists(st.sampled_from(several), min_size=1, unique=True) if several else st.nothing()
        return st.sampled_from(codes).map(lambda code: [code]) | together
    if part.kind == "number":
        least = -LARGEST_NUMBER if part.min is None else part.min
        return st.integers(least, LARGEST_NUMBER if part.max is None else part.max).map(str)
    if part.kind == "text":
        letters = st.characters(codec="utf-8", categories=["L", "N"])
        return st.text(letters, min_size=1, max_size=min(part.max_length, 9))
    return st.just("land") if part.kind == "field" else st.sampled_from(codes)


def possible(content: Content, page: Page, code: str, name: str) -> list[Value]:
    """What somebody may put in place of a page's value, sound or not."""
    value = values_of(content, page, code)[name]
    if isinstance(value, bool):
        return [True, False]
    definition = content["definition"]
    if isinstance(value, list):
        offered: dict[str, list[str]] = {
            "languages": ["en", "km"],
            "modes": list(_MODES),
            "unfinished": [language for language in definition["languages"] if language != "vi"],
            "when_codes": [str(one["code"]) for one in _governing_options(content, page, code)],
        }
        listed = offered.get(name) or [str(one["code"]) for one in _options(content, page, code)]
        kept = ["vi"] if name == "languages" else []
        return [kept, *([*kept, one] for one in listed), [*kept, *listed]]
    choices: dict[str, tuple[str, ...]] = {
        "scale": (*definition["scales"], "khong_co"),
        "place": ("before", "after"),
        "rule": ("top_codes", "points"),
        "when_question": ("", *(one["code"] for one in _governors(content, page, code))),
        "editorial": ("", "Chỉ sửa lỗi chính tả"),
    }
    return list(choices.get(name) or _NUMBERS.get(name) or WORDS)


def _governors(content: Content, page: Page, code: str) -> list[Content]:
    return governors(content, page, code) if page in drafting.KINDS else []  # type: ignore[arg-type]


def _governing_options(content: Content, page: Page, code: str) -> list[Content]:
    chosen = values_of(content, page, code).get("when_question")
    return next((one["options"] for one in _governors(content, page, code) if one["code"] == chosen), [])


def _options(content: Content, page: Page, code: str) -> list[Content]:
    owner = drafting.part(content, page, code) if page in drafting.KINDS else {}  # type: ignore[arg-type]
    return list(owner.get("options") or ())


def _somewhere(content: Content, chance: random.Random, pages: tuple[Page, ...] = PAGES) -> tuple[Page, str]:
    """A page of the editor."""
    page = chance.choice(pages)
    if page in {"details", "scoring"}:
        return page, ""
    found = [one["code"] for one in parts(content, page)]  # type: ignore[arg-type]
    return (page, chance.choice(found)) if found else ("details", "")


def _part(content: Content, chance: random.Random) -> tuple[Any, str]:
    page, code = _somewhere(content, chance, drafting.KINDS)
    return (page, code) if code else (None, "")


def _add(content: Content, versions: list[Version], chance: random.Random) -> Content:
    kind = chance.choice(drafting.KINDS)
    code = drafting.free_code(content, kind, codes_used(versions))
    if kind == "sections":
        return drafting.add_section(content, code)
    if kind == "scales":
        return drafting.add_scale(content, code)
    if kind == "questions":
        asked = chance.choice(QUESTION_KINDS)
        has_field = any(one["kind"] == "field" for one in parts(content, "questions"))
        if asked == "field" and not has_field:
            code = drafting.FIELD_CODE
        return drafting.add_question(content, code, asked, chance.choice(("before", "after")))
    sections = parts(content, "sections")
    return drafting.add_item(content, chance.choice(sections)["code"], code) if sections else content


def _add_whole(content: Content, versions: list[Version], chance: random.Random) -> Content:
    """A part with all its words, as somebody leaves it who finishes what they begin."""
    after = _add(content, versions, chance)
    known = {(kind, one["code"]) for kind in drafting.KINDS for one in parts(content, kind)}
    for kind in drafting.KINDS:
        for one in parts(after, kind):
            if (kind, one["code"]) in known:
                continue
            if kind == "sections":
                after = drafting.add_item(
                    after, one["code"], drafting.free_code(after, "items", codes_used(versions))
                )
            values: Values = {
                name: f"Lời {number}"
                for number, name in enumerate(values_of(after, kind, one["code"]))
                if name in {"title", "text"} or name.startswith(OPTION)
            }
            after = with_values(after, kind, one["code"], values)
    return after


def _remove(content: Content, _versions: list[Version], chance: random.Random) -> Content:
    kind, code = _part(content, chance)
    return drafting.remove(content, kind, code) if code else content


def _move(steps: Any) -> Callable[[Content, list[Version], random.Random], Content]:
    def move(content: Content, _versions: list[Version], chance: random.Random) -> Content:
        kind, code = _part(content, chance)
        return drafting.move(content, kind, code, steps) if code else content

    return move


def _write(content: Content, _versions: list[Version], chance: random.Random) -> Content:
    page, code = _somewhere(content, chance)
    values = values_of(content, page, code)
    if not values:
        return content
    name = chance.choice(list(values))
    return with_values(
        content, page, code, {**values, name: chance.choice(possible(content, page, code, name))}
    )


def _reword(content: Content, _versions: list[Version], chance: random.Random) -> Content:
    """Other words under the same code, with a reason why they mean the same, or without."""
    kind, code = _somewhere(content, chance, ("items", "questions"))
    if not code:
        return content
    named = [name for name in values_of(content, kind, code) if name == "text" or name.startswith(OPTION)]
    values: Values = {chance.choice(named): f"Lời khác {chance.choice('abc')}"}
    return with_values(content, kind, code, values | {"editorial": chance.choice(("", "Chỉ sửa câu chữ"))})


def _condition(content: Content, _versions: list[Version], chance: random.Random) -> Content:
    """A condition that looks back to what stands before."""
    page, code = _somewhere(content, chance, ("sections", "items", "questions"))
    before = _governors(content, page, code)
    if not code or not before or "when_question" not in values_of(content, page, code):
        return content
    question = chance.choice(before)
    wanted = [str(chance.choice(question["options"])["code"])]
    return with_values(content, page, code, {"when_question": question["code"], "when_codes": wanted})


def _on_options(
    change: Callable[[Content, Any, str, int, random.Random], Content],
) -> Callable[[Content, list[Version], random.Random], Content]:
    def edit(content: Content, _versions: list[Version], chance: random.Random) -> Content:
        owners = [
            (kind, one["code"])
            for kind in ("questions", "scales")
            for one in parts(content, kind)  # type: ignore[arg-type]
            if one.get("options")
        ]
        if not owners:
            return content
        kind, code = chance.choice(owners)
        option = chance.choice(_options(content, kind, code))["code"]  # type: ignore[arg-type]
        return change(content, kind, code, option, chance)

    return edit


def _recode(content: Content, versions: list[Version], chance: random.Random) -> Content:
    kind, code = _part(content, chance)
    if kind not in {"items", "questions"}:
        return content
    return drafting.recode(content, kind, code, drafting.free_code(content, kind, codes_used(versions)))


def _translate(content: Content, _versions: list[Version], chance: random.Random) -> Content:
    place = chance.choice([place for place, _words in texts(content)])
    return translate(content, chance.choice(("en", "km")), {place: chance.choice(WORDS)})


_DEEDS: dict[str, Callable[[Content, list[Version], random.Random], Content]] = {
    "add": _add,
    "add whole": _add_whole,
    "remove": _remove,
    "up": _move(-1),
    "down": _move(1),
    "write": _write,
    "reword": _reword,
    "condition": _condition,
    "add option": _on_options(lambda content, kind, code, _o, _c: drafting.add_option(content, kind, code)),
    "remove option": _on_options(
        lambda content, kind, code, o, _c: drafting.remove_option(content, kind, code, o)
    ),
    "move option": _on_options(
        lambda content, kind, code, o, c: drafting.move_option(content, kind, code, o, c.choice((-1, 1)))
    ),
    "recode": _recode,
    "translate": _translate,
}
