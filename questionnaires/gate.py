"""The publish gate: what keeps a draft from being published, and what its author should look at again.

Pure: a draft's content and the published versions of the same questionnaire go in; remarks come out, each with the
place it is about (see :mod:`questionnaires.draft_texts`) and a Vietnamese sentence.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from questionnaires.definition import Definition, Item
from questionnaires.draft_texts import Content, missing, publishable, stale, texts, words_at
from questionnaires.drafting import KINDS, parts
from questionnaires.languages import REQUIRED_LANGUAGE, own_name
from questionnaires.loading import definition_of
from questionnaires.meaning import changed_meanings
from questionnaires.reachability import unreachable
from questionnaires.source import Path
from questionnaires.version import Version, fingerprint
from questionnaires.wording import LONGEST_SECONDS, hard_reading, remarks, seconds

_MINUTE = 60
_ASKED = ("items", "questions")


@dataclass(frozen=True)
class Remark:
    """One thing that the gate has to say.

    Attributes:
        place: what it is about; empty for the whole questionnaire.
        message: a Vietnamese sentence: what is wrong and what to do.
        language: of the translation that it is about; empty for everything else.
    """

    place: str
    message: str
    language: str = ""

    @property
    def part(self) -> tuple[str, str]:
        """Kind and code of the part, for example ``items`` and ``a4``; for the rest a page of the editor."""
        kind, _slash, rest = self.place.partition("/")
        if rest and kind in KINDS:
            return kind, rest.split("/")[0]
        return ("scoring" if kind == "scoring" else "details"), ""


@dataclass(frozen=True)
class Verdict:
    """What the gate says of a draft.

    Attributes:
        blocking: while there is one, the draft cannot be published.
        warnings: may stay, knowingly.
        definition: what would be published, or None while the draft is not a questionnaire.
    """

    blocking: tuple[Remark, ...]
    warnings: tuple[Remark, ...]
    definition: Definition | None

    @property
    def is_open(self) -> bool:
        """Whether the draft may be published."""
        return not self.blocking


def judge(content: Content, versions: Sequence[Version]) -> Verdict:
    """What the gate says.

    Args:
        content: the draft.
        versions: what is published under its code, in the order of their numbers.
    """
    definition, found = definition_of(publishable(content))
    blocking = [
        *_repeated(content),
        *_empty_sections(content),
        *(Remark(_place(content, path), message) for path, message in found),
        *_translations(content, needed=True),
        *_anchors(content),
    ]
    warnings = [*_translations(content, needed=False), *_stale(content)]
    if definition is not None:
        blocking += [*_unreachable(definition), *_meanings(content, definition, versions)]
        blocking += _unchanged(definition, versions)
        warnings += [*_audiences(definition, versions), *_wordings(definition), *_duration(definition)]
    else:
        warnings += _readable_wordings(content)
    return Verdict(_once(blocking), _once(warnings), definition if not blocking else None)


def _once(found: Sequence[Remark]) -> tuple[Remark, ...]:
    """Each sentence once a place."""
    return tuple(dict.fromkeys(found))


def _place(content: Content, path: Path) -> str:
    """The place of a part that a path through the definition leads to."""
    at: object = content["definition"]
    names: list[str] = []
    for step in path:
        around, at = at, _below(at, step)
        if isinstance(around, dict) and REQUIRED_LANGUAGE in around:
            break
        if isinstance(step, int):
            code = at.get("code", step) if isinstance(at, dict) else step
            names.append(str(code))
        elif step == "items":
            names = ["items"]
        elif step != "options":
            names.append(step)
    of_option = "options" in path and names[-1:] == ["text"]
    return "/".join(names[:-1] if of_option else names)


def _below(at: object, step: str | int) -> object:
    if isinstance(at, dict):
        return at.get(step)
    return at[step] if isinstance(at, list) and isinstance(step, int) and step < len(at) else None


def _repeated(content: Content) -> Iterator[Remark]:
    asked = [(kind, one["code"]) for kind in _ASKED for one in parts(content, kind)]  # type: ignore[arg-type]
    sections = [("sections", one["code"]) for one in parts(content, "sections")]
    for group in (asked, sections):
        times = Counter(code for _kind, code in group)
        for kind, code in group:
            if times[code] > 1:
                yield Remark(
                    f"{kind}/{code}", f"Mã “{code}” dùng hai lần; hãy đặt mã khác cho một trong hai."
                )
    for kind in ("scales", "questions"):
        for one in parts(content, kind):  # type: ignore[arg-type]
            times_ = Counter(option["code"] for option in one.get("options") or ())
            for number in [number for number, count in times_.items() if count > 1]:
                yield Remark(
                    f"{kind}/{one['code']}", f"Mã phương án {number} dùng hai lần; hãy xoá một phương án."
                )


def _empty_sections(content: Content) -> Iterator[Remark]:
    if not parts(content, "sections"):
        yield Remark("", "Phiếu chưa có phần nào; hãy thêm một phần và các tiêu chí.")
    for section in parts(content, "sections"):
        if not section["items"]:
            yield Remark(
                f"sections/{section['code']}", "Phần này chưa có tiêu chí; hãy thêm tiêu chí hoặc xoá phần."
            )


def _translations(content: Content, *, needed: bool) -> Iterator[Remark]:
    for language in content["definition"]["languages"]:
        if language == REQUIRED_LANGUAGE or (language in content["unfinished"]) == needed:
            continue
        gaps = missing(content, language)
        name = own_name(language)
        if gaps and needed:
            yield from (
                Remark(place, f"Thiếu bản dịch {name}; hãy dịch ở trang bản dịch.", language)
                for place in gaps
            )
        elif gaps:
            yield Remark("", f"Còn {len(gaps)} chỗ chưa dịch sang {name}; ở đó hiện tiếng Việt.", language)


def _stale(content: Content) -> Iterator[Remark]:
    for language in content["definition"]["languages"]:
        for place in stale(content, language):
            name = own_name(language)
            yield Remark(
                place, f"Câu tiếng Việt đã đổi sau khi dịch sang {name}; hãy xem lại bản dịch.", language
            )


def _anchors(content: Content) -> Iterator[Remark]:
    """A scale whose ends are mere numbers means something else to everybody."""
    for scale in parts(content, "scales"):
        for option in scale["options"]:
            words = option["text"].get(REQUIRED_LANGUAGE) or ""
            is_end = option in (scale["options"][0], scale["options"][-1])
            if is_end and not any(letter.isalpha() for letter in words):
                message = f"Mức {option['code']} của thang đo chưa có lời; hãy ghi rõ nghĩa của mức đầu và mức cuối."
                yield Remark(f"scales/{scale['code']}/{option['code']}", message)


def _unreachable(definition: Definition) -> Iterator[Remark]:
    for code in unreachable(definition):
        message = "Không ai đến được câu này vì các điều kiện trái nhau; hãy sửa hoặc bỏ điều kiện."
        yield Remark(place_of(definition, code), message)


def _meanings(content: Content, definition: Definition, versions: Sequence[Version]) -> Iterator[Remark]:
    for code, version in changed_meanings(definition, versions):
        place = place_of(definition, code)
        if not content["editorial"].get(place):
            yield Remark(
                place,
                f"Nội dung khác với phiên bản {version.number} nhưng vẫn giữ mã “{code}”; hãy đổi sang mã mới, "
                "hoặc ghi lý do vì sao ý nghĩa không đổi.",
            )


def _unchanged(definition: Definition, versions: Sequence[Version]) -> Iterator[Remark]:
    same = next((v for v in versions if v.fingerprint == fingerprint(definition)), None)
    if same is not None:
        yield Remark("", f"Không có gì khác phiên bản {same.number} đã ban hành nên không cần ban hành lại.")


def _audiences(definition: Definition, versions: Sequence[Version]) -> Iterator[Remark]:
    if not versions:
        return
    before = {part.code: set(conditions) for part, conditions in versions[-1].definition.asked()}
    for part, conditions in definition.asked():
        if part.code in before and before[part.code] != set(conditions):
            message = (
                f"Điều kiện hỏi khác phiên bản {versions[-1].number}; kết quả không so sánh được với trước."
            )
            yield Remark(place_of(definition, part.code), message)


def _wordings(definition: Definition) -> Iterator[Remark]:
    for part, _conditions in definition.asked():
        yield from (Remark(place_of(definition, part.code), words) for words in remarks(part.text.vi))
    for key in ("introduction", "thanks"):
        yield from (Remark(key, words) for words in hard_reading(getattr(definition, key).vi))


def _readable_wordings(content: Content) -> Iterator[Remark]:
    """The wordings of a draft that is no questionnaire yet."""
    for place, words in texts(content):
        if place.startswith(_ASKED) and place.endswith("/text"):
            text = words.get(REQUIRED_LANGUAGE) or ""
            yield from (Remark(place.removesuffix("/text"), said) for said in remarks(text))


def _duration(definition: Definition) -> Iterator[Remark]:
    needed = seconds(definition)
    if needed > LONGEST_SECONDS:
        minutes, rest = divmod(round(needed), _MINUTE)
        yield Remark(
            "", f"Ước tính cần {minutes} phút {rest} giây để trả lời; nên dưới 3 phút (theo cấu hình)."
        )


def place_of(definition: Definition, code: str) -> str:
    """The place of an item or question, by its code."""
    is_item = any(isinstance(part, Item) and part.code == code for part, _conditions in definition.asked())
    return f"{'items' if is_item else 'questions'}/{code}"


def label_of(content: Content, place: str) -> str:
    """The words that people know a place by: its own text, or that of its part."""
    known = words_at(content)
    for candidate in (place, f"{place}/text", f"{place}/title"):
        if candidate in known:
            return known[candidate].get(REQUIRED_LANGUAGE) or ""
    return ""
