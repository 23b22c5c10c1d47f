"""A specification read from YAML text, with every fault named at once (see ``questionnaires/loading.py``)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from questionnaires.loading import load_value, repeated
from questionnaires.source import Fault, Faults, Finding, Path, Source, parts, quoted, read_source
from survey.microdata.specification import ALL_ITEMS, Specification, label_of

RESERVED = "Mã {word} dành riêng cho chỉ số chung; hãy đặt mã khác."


class EstimateFaults(Faults):
    """Nothing could be estimated; ``faults`` says everything that stands in the way, in the files' own places."""


@dataclass(frozen=True)
class Loaded:
    """A specification and its text, to name places in it."""

    specification: Specification
    source: Source

    def fault(self, path: Path, message: str) -> Fault:
        """A fault at a place of the specification."""
        return self.source.fault(path, message)


def load_specification(text: str, *, name: str) -> Loaded:
    """The specification written in ``text``; ``name`` is the file's name, for messages.

    Raises:
        EstimateFaults: with every fault at once.
    """
    specification = load_value(text, name=name, model=Specification, check=_findings, raising=EstimateFaults)
    return Loaded(specification, read_source(text, name))


def _findings(source: Source) -> Iterator[Finding]:
    """What is wrong between the parts; the data may have any shape."""
    items, factors = list(parts(source.data, "items")), list(parts(source.data, "factors"))
    yield from repeated(source, [*items, *factors], "code")
    for path, part in (*items, *factors):
        if part.get("code") in ALL_ITEMS:
            yield (*path, "code"), RESERVED.format(word=quoted(part["code"]))
    yield from _scale_findings(source.data, items)
    codes = [part.get("code") for _, part in items]
    for path, factor in factors:
        yield from _unknown((*path, "items"), factor.get("items"), codes, "Tiêu chí")
        yield from _twice((*path, "items"), factor.get("items"))
    targets = list(parts(source.data, "targets"))
    yield from repeated(source, targets, "indicator")
    measures = [*codes, *(part.get("code") for _, part in factors), *sorted(ALL_ITEMS)]
    for path, target in targets:
        if isinstance(target.get("measure"), str):
            yield from _unknown(path, {"measure": target["measure"]}, measures, "Đại lượng")


def _scale_findings(data: object, items: Iterable[tuple[Path, dict[str, object]]]) -> Iterator[Finding]:
    """Items on scales that are not declared, or on none where there are several."""
    scales = data.get("scales") if isinstance(data, dict) else None
    if not isinstance(scales, dict):
        return
    for path, item in items:
        if item.get("scale") is not None:
            yield from _unknown(path, {"scale": item["scale"]}, list(scales), "Thang đo")
        elif len(scales) > 1:
            yield path, "Có nhiều thang đo; hãy ghi scale cho tiêu chí này."


def _unknown(path: Path, words: object, known: list[object], kind: str) -> Iterator[Finding]:
    """Words that name nothing declared, each with the nearest name that exists."""
    places: Iterable[tuple[str | int, object]] = ()
    if isinstance(words, Mapping):
        places = words.items()
    elif isinstance(words, list):
        places = enumerate(words)
    for place, word in places:
        if isinstance(word, str) and word not in known:
            yield (*path, place), f"{kind} {quoted(word)} chưa khai báo{nearest(word, known)}."


def _twice(path: Path, words: object) -> Iterator[Finding]:
    """Words that stand twice in a list."""
    listed = [label_of(word) for word in words] if isinstance(words, list) else []
    for place, word in enumerate(listed):
        if word in listed[:place]:
            yield (*path, place), f"{quoted(word)} đã có trong danh sách này; hãy bỏ một."


def nearest(word: str, known: Iterable[object]) -> str:
    """The beginning of a hint: a known word that is nearly the same, or the first few that there are."""
    names = [str(name) for name in known]
    alike = [name for name in names if name.casefold() == word.casefold()]
    close = alike or get_close_matches(word, names, n=1)
    if close:
        return f"; có phải là {quoted(close[0])}?"
    shown = ", ".join(quoted(name) for name in names[:10])
    return f"; đã có: {shown}{'…' if len(names) > 10 else ''}"  # noqa: PLR2004 - as many as a line holds
