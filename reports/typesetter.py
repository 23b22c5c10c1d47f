"""One run of Typst, started by :mod:`reports.pdf` as a process of its own.

Typst keeps what it has laid out for the next document and gives back only part of it: a sheet of 300 posters
leaves some 150 MB behind in a server that runs for months. A process of its own costs 40 ms and leaves nothing.

Run as ``python -I typesetter.py TEMPLATE ROOT FONTS TIMESTAMP`` with the data (JSON) on standard input; the PDF
comes out on standard output. With ``png`` for the timestamp every page comes out as a picture, in base 64, a line
each.
"""

import sys
from base64 import b64encode

import typst

DOTS_PER_INCH = 220


def main(template: str, root: str, fonts: str, timestamp: str) -> None:
    """Fill a template with the JSON on standard input and write the result to standard output."""
    given = {"document": sys.stdin.buffer.read().decode("utf-8")}
    if timestamp == "png":
        pages = typst.compile(
            template,
            root=root,
            font_paths=[fonts],
            ignore_system_fonts=True,
            sys_inputs=given,
            format="png",
            ppi=DOTS_PER_INCH,
        )
        pictures = pages if isinstance(pages, list) else [pages]
        sys.stdout.buffer.write(b"\n".join(map(b64encode, pictures)))
        return
    pdf = typst.compile(
        template,
        root=root,
        font_paths=[fonts],
        ignore_system_fonts=True,
        sys_inputs=given,
        pdf_standards=["a-2a", "ua-1"],
        timestamp=int(timestamp),
    )
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main(*sys.argv[1:])
