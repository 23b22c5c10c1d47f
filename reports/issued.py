"""What a published report says of its issue: number, digest, and why and how it differs from the one before."""

from reports import formats
from reports.document import Block, Bullets, Heading, Note, clean
from reports.edition import Edition
from survey.core.published_report import Difference, Figure, Issue
from survey.core.target import Outcome

COUNTS = {"responses", "dossiers"}
SHORT = 12
"""Digits of a digest that are printed in the footer."""


def name(edition: Edition, issue: Issue) -> str:
    """The issue as the footer names it."""
    _ = edition.translate
    words = _("bản ban hành số %(number)s, mã nội dung %(digest)s")
    return words % {"number": issue.number, "digest": issue.digest[:SHORT]}


def blocks(edition: Edition) -> list[Block]:
    """For an issue that replaces another: the reason and what differs in the main figures."""
    _ = edition.translate
    issue = edition.issue
    if issue is None or issue.number == 1:
        return []
    words = _("Bản ban hành số %(number)s thay bản số %(before)s. Lý do: %(reason)s.")
    values = {"number": issue.number, "before": issue.number - 1, "reason": issue.reason.rstrip(".")}
    said = changed(edition, issue.differences) or [_("Các số liệu chính không đổi.")]
    return [
        Note(clean(words % values)),
        Heading(2, _("Thay đổi so với bản trước"), "issue-changes"),
        Bullets(tuple(map(clean, said))),
    ]


def changed(edition: Edition, differences: tuple[Difference, ...]) -> list[str]:
    """Each main figure that differs as a sentence; units and fields, of which there may be many, are counted."""
    _ = edition.translate
    many = {"unit": _("số đơn vị có chỉ số khác"), "field": _("số lĩnh vực có chỉ số khác")}
    found = [
        _("%(figure)s: %(before)s → %(after)s")
        % {
            "figure": figure_name(edition, each.name),
            "before": shown(edition, each.name, each.before),
            "after": shown(edition, each.name, each.after),
        }
        for each in differences
        if each.name.split("/")[0] not in many
    ]
    for kind, words in many.items():
        if count := sum(each.name.startswith(f"{kind}/") for each in differences):
            found.append(f"{words}: {edition.count(count)}")
    return found


def figure_name(edition: Edition, key: str) -> str:
    """What a main figure is called."""
    _ = edition.translate
    kind, _slash, code = key.partition("/")
    result = edition.result
    names = {
        "factor": {f.section.code: f.section.title.in_language(edition.language) for f in result.factors},
        "unit": {row.unit.code: row.unit.name for row in result.units},
        "field": {row.field.code: row.field.name(edition.language) for row in result.fields},
        "target": {str(at): t.target.sentence for at, t in enumerate(result.targets, start=1)},
    }
    if kind in names:
        return names[kind].get(code, code)
    words = {
        "index": _("Chỉ số hài lòng chung"),
        "index low": _("Cận dưới của khoảng tin cậy"),
        "index high": _("Cận trên của khoảng tin cậy"),
        "responses": _("Số phiếu trả lời"),
        "dossiers": _("Số hồ sơ của tổng thể"),
        "coverage": _("Phần hồ sơ thuộc tầng có phiếu"),
    }
    return words.get(key, key)


def shown(edition: Edition, key: str, value: Figure) -> str:
    """A main figure as printed, with a dash where there is none."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return _outcome(edition, value)
    return edition.count(value) if key in COUNTS else formats.percent(value, edition.language, 2)


def _outcome(edition: Edition, value: str) -> str:
    _ = edition.translate
    words = {
        Outcome.MET.value: _("đạt"),
        Outcome.NOT_MET.value: _("không đạt"),
        Outcome.NOT_ENOUGH.value: _("chưa đủ căn cứ"),
    }
    return words.get(value, value)
