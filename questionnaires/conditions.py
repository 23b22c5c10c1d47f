"""Faults of conditions (``shown_when``) in a questionnaire's file, each at its own line."""

from collections.abc import Collection, Iterator

from questionnaires.source import Finding, Path, parts, quoted

_CHOICES = ("single", "multiple")

Part = tuple[Path, dict[str, object]]


def condition_findings(data: object) -> Iterator[Finding]:
    """Conditions on what is unknown, stands later or has no such options.

    Args:
        data: a questionnaire as plain data of any shape; what is misshapen is passed over.
    """
    in_order = list(_in_order(data))
    everything = [part.get("code") for _path, part in in_order if "title" not in part]
    before: dict[str, list[object]] = {}
    for path, part in in_order:
        when = part.get("shown_when")
        if isinstance(when, dict):
            at = (*path, "shown_when")
            yield from _faults_of(when, at, before, everything)
        code = part.get("code")
        if isinstance(code, str) and "title" not in part:
            before[code] = _option_codes(data, part)


def _faults_of(
    when: dict[str, object], at: Path, before: dict[str, list[object]], everything: Collection[object]
) -> Iterator[Finding]:
    question, codes = when.get("question"), when.get("is")
    if not isinstance(question, str):
        return
    if question not in before:
        why = "đứng sau hoặc chính là câu này" if question in everything else "không có trong phiếu"
        yield (*at, "question"), f"Câu {quoted(question)} {why}; hãy chọn một câu đứng trước."
    elif not before[question]:
        yield (*at, "question"), f"Câu {quoted(question)} không có phương án; hãy chọn một câu có phương án."
    else:
        for index, code in enumerate(codes if isinstance(codes, list) else ()):
            if type(code) is int and code not in before[question]:
                known = ", ".join(str(known) for known in before[question])
                message = f"Mã {code} không phải phương án của câu {quoted(question)}; các mã: {known}."
                yield (*at, "is", index), message


def _in_order(data: object) -> Iterator[Part]:
    """Questions, sections and items as the page orders them; a section stands before its items."""
    questions = list(parts(data, "questions"))
    yield from (found for found in questions if found[1].get("place") == "before")
    for path, section in parts(data, "sections"):
        yield path, section
        yield from parts(section, "items", path)
    yield from (found for found in questions if found[1].get("place") != "before")


def _option_codes(data: object, part: dict[str, object]) -> list[object]:
    """The codes of the options of a question, or of the scale of an item."""
    if "kind" in part:
        listed: object = part if part["kind"] in _CHOICES else None
    else:
        scales = data.get("scales") if isinstance(data, dict) else None
        name = part.get("scale")
        listed = scales.get(name) if isinstance(scales, dict) and isinstance(name, str) else None
    return [option.get("code") for _path, option in parts(listed, "options")]
