"""Read a PDF and a page back, the way a reader's machine would."""

import unicodedata
from itertools import product
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import jinja2
import pypdfium2 as pdfium
from PIL import Image

from reports.document import Block, Document, Heading, Letterhead
from reports.formats import words
from survey.web.language import attribute
from tests.reports.sample import sample_document

ROOT = Path(__file__).resolve().parents[2]
_VOWELS = "aăâeêioôơuưy"
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")


def vietnamese_letters() -> str:
    """All letters of Vietnamese, both cases, with and without tones: 134 with marks and 52 plain ones."""
    toned = [unicodedata.normalize("NFC", vowel + tone) for vowel, tone in product(_VOWELS, _TONES)]
    consonants = "bcdđfghjklmnpqrstvwxz"
    small = "".join([*toned, *consonants])
    return small + small.upper()


def in_words(letters: str, size: int = 8) -> str:
    """Letters as words, so that lines can break between them."""
    return " ".join(letters[start : start + size] for start in range(0, len(letters), size))


def squeezed(text: str) -> str:
    """Text without any white space, for comparing what line breaks have parted."""
    return "".join(text.split())


def page_texts(pdf: bytes) -> list[str]:
    """The text of every page as a PDF reader finds it."""
    with pdfium.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


def text_within(pdf: bytes, page: int, millimetres: tuple[float, float, float, float]) -> str:
    """The text inside a rectangle of a page: left, top, right, bottom from the page's top left corner."""
    left, top, right, bottom = (length * 72 / 25.4 for length in millimetres)
    with pdfium.PdfDocument(pdf) as document:
        sheet = document[page]
        high = sheet.get_height()
        found: str = sheet.get_textpage().get_text_bounded(left, high - bottom, right, high - top)
        return found


def fonts(pdf: bytes) -> set[tuple[str, bool]]:
    """Every font that draws text, without its subset tag, and whether it is embedded."""
    found: set[tuple[str, bool]] = set()
    with pdfium.PdfDocument(pdf) as document:
        for page in document:
            for item in page.get_objects(max_depth=15):
                if isinstance(item, pdfium.PdfTextObj):
                    font = item.get_font()
                    found.add((font.get_base_name().partition("+")[2], bool(font.is_embedded)))
    return found


def pixels(pdf: bytes, page: int, dpi: int) -> Image.Image:
    """A page as a picture."""
    with pdfium.PdfDocument(pdf) as document:
        return document[page].render(scale=dpi / 72).to_pil().convert("RGB")


_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(ROOT / "templates"), autoescape=True, undefined=jinja2.StrictUndefined
)
_TEMPLATES.globals["report_words"] = words
_TEMPLATES.globals["lang"] = attribute
_WHOLE = '{% from "leader/blocks.html" import render with context %}{{ render(it) }}'
HTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"


def html(it: Document | Block) -> str:
    """A document or one block as the leader's page writes it."""
    return _TEMPLATES.from_string(_WHOLE).render(it=it, language="vi")


def parsed(markup: str) -> Element:
    """The markup as a strictly parsed page."""
    page = f'<!doctype html><html lang="vi"><head><title>t</title></head><body>{markup}</body></html>'
    root: Element = html5lib.HTMLParser(strict=True).parse(page)
    return root


def document(*blocks: Block, banner: str = "", text: str = "Phần") -> Document:
    """A small document that holds these blocks."""
    head = Letterhead(text, text, text, text, text, text)
    base = sample_document(1)
    return Document(text, "vi", base.dated, head, banner, text, (Heading(1, text, "phan"), *blocks))
