"""Printed papers read back: text as a reader would copy it, pixels as a phone would see them."""

from pathlib import Path

import pypdfium2
import zxingcpp


def pages(pdf: Path | bytes) -> list[str]:
    """The text of every page."""
    document = pypdfium2.PdfDocument(pdf)
    texts = []
    for page in document:
        text_page = page.get_textpage()
        texts.append(text_page.get_text_bounded().replace("\r\n", "\n"))
        text_page.close()
        page.close()
    document.close()
    return texts


def decoded(pdf: Path | bytes, page_number: int = 0, dots_per_inch: int = 150) -> list[str]:
    """What a scanner reads in the pixels of one page."""
    document = pypdfium2.PdfDocument(pdf)
    page = document[page_number]
    picture = page.render(scale=dots_per_inch / 72).to_pil()
    page.close()
    document.close()
    return [code.text for code in zxingcpp.read_barcodes(picture)]
