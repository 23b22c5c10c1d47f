"""How long a PDF of posters takes beside a bare one: the same pages, fonts and PDF standards, nothing but the least on them.

    python benchmarks/posters.py --posters 2000 --runs 5

Five files are made in turn, several times in one run, so that whatever else the machine does weighs on all alike:

- ours: from counters' texts to the finished PDF, QR codes made and texts fitted on the way;
- own: Typst alone on the finished data of the same posters: what its compile time of these pages is;
- bare: Typst alone, a page with one image and four lines; the images are made beforehand, as vector pictures (SVG);
- bare pixels: the same with the kind of picture that is on our posters, a pixel for each module of the code (PNG);
- as full: Typst alone, a page with one image and as many lines as a poster has, all of one size, one below the other.

Also said: what one poster takes (the fixed time), and the most memory that a process took.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from reports.glyphs import FONTS
from reports.poster_formats import FORMATS, STANDARD_FORMAT
from reports.look import STANDARD
from reports.pdf import TEMPLATES
from reports.posters import TEMPLATE as OWN
from reports.posters import Poster, typeset_data, write_posters
from reports.qr import qr_png, qr_svg

TYPESETTER = Path(__file__).resolve().parents[1] / "reports" / "typesetter.py"
FULL = (
    "unit", "counter", "place", "banner", "Ông/Bà có hài lòng không?", "Quét mã để góp ý – ẩn danh, vài phút",
    "Were you satisfied? Scan to tell us – anonymous, a few minutes", "code_text", "url", "fingerprint",
)  # fmt: skip
FEW = ("unit", "counter", "code_text", "url")

TEMPLATE = """#let data = json(bytes(sys.inputs.document))
#set document(title: "Bare")
#set page(width: 148mm, height: 210mm, margin: 12mm)
#set text(font: "Be Vietnam Pro", size: 11pt, lang: "vi", fallback: false)
#for (index, it) in data.enumerate() {
  if index > 0 { pagebreak() }
  image(bytes(it.qr), format: "svg", alt: "QR", width: 90mm)
  for words in it.lines { parbreak() + words }
}
"""


PIXELS = TEMPLATE.replace('"svg"', '"png", scaling: "pixelated"')


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--posters", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--format", choices=[*FORMATS], default=STANDARD_FORMAT)
    wanted = parser.parse_args()
    posters = [poster(number) for number in range(wanted.posters)]
    with tempfile.TemporaryDirectory() as folder:
        template, pixels = Path(folder) / "bare.typ", Path(folder) / "pixels.typ"
        template.write_text(TEMPLATE, encoding="utf-8")
        pixels.write_text(PIXELS, encoding="utf-8")
        bare, full = data(posters, FEW), data(posters, FULL)
        coarse = data(posters, FEW, lambda url: [*qr_png(url)])
        own = json.dumps(typeset_data(posters, wanted.format, STANDARD), ensure_ascii=False).encode()
        makers: dict[str, Callable[[], bytes]] = {
            "ours": lambda: write_posters(posters, wanted.format),
            "own": lambda: typeset(TEMPLATES / OWN, own),
            "bare": lambda: typeset(template, bare),
            "bare pixels": lambda: typeset(pixels, coarse),
            "as full": lambda: typeset(template, full),
            "one of ours": lambda: write_posters(posters[:1], wanted.format),
        }
        taken = measured(makers, wanted.runs)
    report(taken, wanted.posters)


def poster(number: int) -> Poster:
    """A poster as long as real ones; five counters to a unit."""
    return Poster(
        unit=f"Trung tâm Phục vụ hành chính công phường Trường Vinh {number // 5}",
        counter=f"Quầy {number}: Đất đai, môi trường",
        place="Tầng 1, số 27 đường Lê Mao",
        code_text=f"7K3F-{number:04d}",
        url=f"https://khaosat.nghean.gov.vn/q/7K3F{number:04d}",
        fingerprint="7c1e 90ab 44d2 f318",
        banner="Dữ liệu mô phỏng",
    )


def data(
    posters: Sequence[Poster], lines: Sequence[str], draw: Callable[[str], str | list[int]] = qr_svg
) -> bytes:
    """What a bare page says of each poster."""
    return json.dumps(
        [{"qr": draw(each.url), "lines": [getattr(each, name, name) for name in lines]} for each in posters]
    ).encode()


def typeset(template: Path, content: bytes) -> bytes:
    """Typst alone, in a process of its own as ours."""
    command = [sys.executable, "-I", TYPESETTER, template, template.parent, FONTS, "0"]
    return subprocess.run([*map(str, command)], input=content, capture_output=True, check=True).stdout


def measured(makers: dict[str, Callable[[], bytes]], runs: int) -> dict[str, list[tuple[float, float]]]:
    """Wall and processor seconds of each maker in each run."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in makers}
    for _ in range(runs):
        for name, make in makers.items():
            began, used = time.perf_counter(), processor()
            make()
            taken[name].append((time.perf_counter() - began, processor() - used))
    return taken


def processor() -> float:
    """Seconds of all processors that this program and those it started have used."""
    return sum(os.times()[:4])


def report(taken: dict[str, list[tuple[float, float]]], count: int) -> None:
    """Medians, and ours over the others run by run."""
    print(f"{count} posters, {len(taken['ours'])} runs, medians in seconds")
    for name, runs in taken.items():
        wall, used = (statistics.median(values) for values in zip(*runs, strict=True))
        print(f"{name:12} wall {wall:6.2f}   processor {used:6.2f}")
    fixed = statistics.median(wall for wall, _ in taken["one of ours"])
    for other in ("own", "bare", "bare pixels", "as full"):
        for place, what in enumerate(("wall", "processor")):
            pairs = zip(taken["ours"], taken[other], strict=True)
            ratio = statistics.median(ours[place] / theirs[place] for ours, theirs in pairs)
            print(f"ours over {other}, {what}: {ratio:.2f}")
    print(f"fixed time (one poster, wall): {fixed:.2f} s")
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"most memory of a typesetting process: {memory:.0f} MB")


if __name__ == "__main__":
    main()
