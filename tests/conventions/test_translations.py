"""Every Vietnamese phrase has its English, kept by tests; each check is also shown to fail on a bad example."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from io import BytesIO

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from survey.settings import PROJECT
from survey.wording import TRANSLATIONS, translator

CATALOGUE = TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.po"
MAPPING = TRANSLATIONS / "babel.cfg"
TEMPLATES = PROJECT / "templates"
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None}
MARKS = {"_", "gettext", "ngettext"}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|%")
PERSONAL = re.compile(r'^"(?:[\w-]*Date|Last-Translator|Language-Team|Report-Msgid-Bugs-To):', re.MULTILINE)

NOT_COMPILED = "skipped when compiled, for want of a plain header"
HEADER = 'msgid ""\nmsgstr "Language: en\\n"\n\n'
SOURCE = "Có %(count)s phiếu (95%%)"
ENGLISH = "%(count)s responses (95%%)"
GOOD = f'{HEADER}msgid "{SOURCE}"\nmsgstr "{ENGLISH}"\n'

Phrase = tuple[str, ...]
"""A phrase, followed by its plural where it has one."""


@cache
def marked_phrases() -> frozenset[Phrase]:
    """Every phrase that the sources mark for translation."""
    with MAPPING.open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file, str(MAPPING))
    found = extract_from_dir(str(PROJECT), methods, options, KEYWORDS)
    return frozenset(_phrase(phrase) for _file, _line, phrase, _comments, _context in found)


def english() -> Catalog:
    """The English catalogue as it lies in the project."""
    return catalogue(CATALOGUE.read_text(encoding="utf-8"))


def catalogue(text: str) -> Catalog:
    """A catalogue from its text, what it keeps of old phrases included."""
    return read_po(BytesIO(text.encode()), locale="en", abort_invalid=True)


def gaps(book: Catalog, phrases: Iterable[Phrase]) -> list[str]:
    """What keeps a catalogue from being exactly the translation of these phrases."""
    wanted = set(phrases)
    entries = {_phrase(entry.id): entry for entry in _entries(book)}
    found = [f"missing: {phrase[0]}" for phrase in sorted(wanted - entries.keys())]
    found += [f"no longer used: {phrase[0]}" for phrase in sorted(entries.keys() - wanted)]
    found += [f"obsolete: {phrase}" for phrase in book.obsolete]
    for phrase, entry in entries.items():
        if entry.fuzzy:
            found.append(f"fuzzy: {phrase[0]}")
        if not all(text.strip() for text in _phrase(entry.string)):
            found.append(f"untranslated: {phrase[0]}")
    # Babel takes a catalogue without a header for a draft and leaves it out without a word.
    return [*found, NOT_COMPILED] if book.fuzzy else found


def wrong_placeholders(book: Catalog) -> list[str]:
    """Translations that would be filled in differently from their source."""
    return [
        text
        for entry in _entries(book)
        for text in _phrase(entry.string)
        if any(_placeholders(text) != _placeholders(source) for source in _phrase(entry.id))
    ]


def _placeholders(text: str) -> Counter[str]:
    """The places that are filled in, and the per cent signs as they are written."""
    return Counter(PLACEHOLDER.findall(text))


def vietnamese_translations(book: Catalog) -> list[str]:
    """Translations with a Vietnamese letter in them, other than in a name in quotes: a file's columns have one name."""
    texts = [text for entry in _entries(book) for text in _phrase(entry.string)]
    return [text for text in texts if is_vietnamese(re.sub("“[^”]*”", "", text))]


def is_vietnamese(text: str) -> bool:
    """Whether a letter carries a Vietnamese mark, however it is encoded."""
    return any(unicodedata.combining(c) or c in "đĐ" for c in unicodedata.normalize("NFD", text))


def unmarked(template: str) -> list[str]:
    """Vietnamese lines that a template would show to English readers too."""
    shown = _shown(Environment(autoescape=True).parse(template))
    return [line.strip() for text in shown for line in text.splitlines() if is_vietnamese(line)]


def _shown(node: nodes.Node) -> Iterator[str]:
    """All text of a template but comments, marked phrases and words that it holds in both languages."""
    if isinstance(node, nodes.TemplateData):
        yield node.data
    elif isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value
    for child in node.iter_child_nodes():
        if not _is_translated(node, child):
            yield from _shown(child)


def _is_translated(node: nodes.Node, child: nodes.Node) -> bool:
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in MARKS:
        return isinstance(child, nodes.Const) and child in node.args
    if isinstance(node, nodes.Dict) and isinstance(child, nodes.Pair):
        languages = {pair.key.value for pair in node.items if isinstance(pair.key, nodes.Const)}
        return languages == {"vi", "en"} and child.key == nodes.Const("vi")
    return False


def _entries(book: Catalog) -> list[Message]:
    """All but the header."""
    return [entry for entry in book if entry.id]


def _phrase(text: str | list[str] | tuple[str, ...]) -> Phrase:
    return (text,) if isinstance(text, str) else tuple(text)


def test_every_marked_phrase_is_in_the_english_catalogue_and_nothing_else_is() -> None:
    assert gaps(english(), marked_phrases()) == []


def test_phrases_are_collected_from_pages_forms_and_reports() -> None:
    assert marked_phrases() >= {
        ("Gửi phiếu",),
        ("Còn %(num)s câu cần xem lại", "Còn %(num)s câu cần xem lại"),
        ("Tên đăng nhập",),
        ("BÁO CÁO",),
    }


def test_a_complete_catalogue_is_accepted() -> None:
    book = catalogue(GOOD)
    assert gaps(book, [(SOURCE,)]) + wrong_placeholders(book) + vietnamese_translations(book) == []


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (HEADER, [f"missing: {SOURCE}"]),
        (GOOD + '\nmsgid "Cũ"\nmsgstr "Old"\n', ["no longer used: Cũ"]),
        (GOOD + '\n#~ msgid "Cũ"\n#~ msgstr "Old"\n', ["obsolete: Cũ"]),
        (GOOD.replace(HEADER, HEADER + "#, fuzzy\n"), [f"fuzzy: {SOURCE}"]),
        (GOOD.replace(ENGLISH, ""), [f"untranslated: {SOURCE}"]),
        (GOOD.removeprefix(HEADER), [NOT_COMPILED]),
        ("#, fuzzy\n" + GOOD, [NOT_COMPILED]),
    ],
)
def test_a_gap_in_a_catalogue_is_noticed(text: str, faults: list[str]) -> None:
    assert gaps(catalogue(text), [(SOURCE,)]) == faults


def test_a_plural_without_one_of_its_forms_is_noticed() -> None:
    book = catalogue(HEADER + 'msgid "câu"\nmsgid_plural "câu"\nmsgstr[0] "question"\nmsgstr[1] ""\n')
    assert gaps(book, [("câu", "câu")]) == ["untranslated: câu"]


def test_translations_keep_the_placeholders_of_their_source() -> None:
    assert wrong_placeholders(english()) == []


@pytest.mark.parametrize(
    "wrong",
    [
        "responses (95%%)",
        "%(number)s responses (95%%)",
        "%(count)d responses (95%%)",
        "%(count) responses (95%%)",
        "%(count)s responses (95%)",
    ],
)
def test_a_wrong_placeholder_is_noticed(wrong: str) -> None:
    assert wrong_placeholders(catalogue(GOOD.replace(ENGLISH, wrong))) == [wrong]


def test_no_english_translation_has_a_vietnamese_letter() -> None:
    assert vietnamese_translations(english()) == []


@pytest.mark.parametrize("word", ["phiếu", "Đơn", "mười", unicodedata.normalize("NFD", "tầng")])
def test_a_vietnamese_word_in_a_translation_is_noticed(word: str) -> None:
    text = ENGLISH.replace("responses", word)
    assert vietnamese_translations(catalogue(GOOD.replace(ENGLISH, text))) == [text]


def test_the_catalogue_compiles_without_a_complaint() -> None:
    assert [(entry.id, faults) for entry, faults in english().check()] == []


def test_the_catalogue_names_no_person_and_no_day() -> None:
    assert PERSONAL.findall(CATALOGUE.read_text(encoding="utf-8")) == []


def test_a_person_or_a_day_in_a_catalogue_is_noticed() -> None:
    assert len(PERSONAL.findall('"Last-Translator: A\\n"\n"PO-Revision-Date: 2026-01-01\\n"\n')) == 2


def test_the_running_program_says_it_in_english() -> None:
    assert translator("en")("Gửi phiếu") == "Send response"


def test_the_compiled_catalogue_is_not_older_than_its_source() -> None:
    # Phrases with a plural are looked up another way, and differently by versions of Python.
    written = {entry.id: entry.string for entry in _entries(english()) if isinstance(entry.id, str)}
    loaded = {phrase: translator("en")(phrase) for phrase in written}
    assert loaded == written, "make setup compiles the catalogue"


def test_every_vietnamese_phrase_in_a_template_is_marked() -> None:
    templates = sorted(TEMPLATES.rglob("*.html"))
    assert templates
    found = {str(t.relative_to(PROJECT)): unmarked(t.read_text(encoding="utf-8")) for t in templates}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "template",
    [
        "<p>\nGửi phiếu\n</p>",
        '<a aria-label="Quầy số 1">1</a>',
        '{{ "Gửi phiếu" }}',
        '{{ _("%(name)s", name="quầy") }}',
        '{{ _("mở" if open else "đóng") }}',
        '{% set word = "Quầy" %}{{ word }}',
        '{% set words = {"vi": "Bảng", "en": "Bảng"} %}',
        '{% set words = {"vi": "Bảng"} %}',
    ],
)
def test_an_unmarked_phrase_in_a_template_is_noticed(template: str) -> None:
    assert unmarked(template)


@pytest.mark.parametrize(
    "template",
    [
        '<p>{{ _("Gửi phiếu") }}</p>',
        '{{ ngettext("câu", "câu", 2) }}',
        "{# Gửi phiếu #}<p>SIPAS – 95%</p>",
        '{% set words = {"vi": {"table": "Bảng"}, "en": {"table": "Table"}} %}',
    ],
)
def test_a_marked_phrase_in_a_template_is_accepted(template: str) -> None:
    assert unmarked(template) == []
