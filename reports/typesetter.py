"""One run of Typst, started by :mod:`reports.pdf` as a process of its own.

Typst keeps what it has laid out for the next document and gives back only part of it: a sheet of 300 posters
leaves some 150 MB behind in a server that runs for months. A process of its own costs 40 ms and leaves nothing.

Run as ``python -I typesetter.py TEMPLATE ROOT FONTS TIMESTAMP`` with the data (JSON) on standard input; the PDF
comes out on standard output.
"""

import sys

import typst


def main(template: str, root: str, fonts: str, timestamp: str) -> None:
    """Fill a template with the JSON on standard input and write the PDF to standard output."""
    pdf = typst.compile(
        template,
        root=root,
        font_paths=[fonts],
        ignore_system_fonts=True,
        sys_inputs={"document": sys.stdin.buffer.read().decode("utf-8")},
        pdf_standards=["a-2a", "ua-1"],
        timestamp=int(timestamp),
    )
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main(*sys.argv[1:])
