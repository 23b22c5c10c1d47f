"""How Lighthouse rates the citizen's form on a slow phone, and what a first visit weighs on the wire.

    python benchmarks/lighthouse.py --lighthouse PATH [--runs 5]

PATH is the program ``lighthouse`` of the npm package of that name (12.8.2 was used for the figures in
docs/citizen.md); the project itself needs nothing from npm. The form is the five-factor one at a counter of
several fields, served by ``sipas serve``; the phone is Lighthouse's with a slow 4G network and a processor four
times slower, both imposed on a real Chromium. What counts is the median of the runs.
"""

import argparse
import gzip
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from tests.browser import ARGUMENTS, CHROMIUM
from tests.databases import Originals
from tests.places import MIXED
from tests.server import Installation, free_port

ADDRESS = f"/q/{MIXED}"
CATEGORIES = ("performance", "accessibility", "best-practices")
TIMES = {"LCP": "largest-contentful-paint", "FCP": "first-contentful-paint", "TBT": "total-blocking-time"}
AT_MOST = {"LCP": 2000, "CLS": 0}
AT_LEAST = {"performance": 98, "accessibility": 100, "best-practices": 100}
ON_THE_WIRE = 14_000
SCRIPT_ON_THE_WIRE = 6 * 1024
REQUESTS = 3
_FILES = re.compile(r'<(?:link rel="stylesheet" href|script src)="([^"]+)"')


def main() -> None:
    """Measure, print, and end with 1 where a bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--lighthouse", required=True, help="the program")
    parser.add_argument("--runs", type=int, default=5)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        originals = Originals(folder)
        database = originals.copy("sqlite", "small", folder)
        database.close()
        site = Installation(database.url, folder, free_port())
        with site.serving():
            broken = weigh(site.port)
            found = [rate(chosen.lighthouse, site.address, folder / str(run)) for run in range(chosen.runs)]
        originals.close()
    broken += judge(found)
    print(f"broken: {', '.join(broken)}" if broken else "every bound holds")
    sys.exit(bool(broken))


def weigh(port: int) -> list[str]:
    """The bytes of a first visit, over real HTTP; gives the bounds that are broken."""
    body, cookie = fetch(port, ADDRESS)
    files = _FILES.findall(gzip.decompress(body).decode())
    sizes = {ADDRESS: len(body)} | {file: len(fetch(port, file)[0]) for file in files}
    for address, size in sizes.items():
        print(f"{size:6d} bytes  {address.partition('?')[0]}")
    total, script = sum(sizes.values()), sum(size for file, size in sizes.items() if ".js" in file)
    print(f"{total:6d} bytes in {len(sizes)} requests, headers not counted")
    bounds = {
        "weight": total <= ON_THE_WIRE,
        "script": script <= SCRIPT_ON_THE_WIRE,
        "requests": len(sizes) <= REQUESTS,
        "no cookie": cookie is None,
    }
    return [name for name, holds in bounds.items() if not holds]


def fetch(port: int, address: str) -> tuple[bytes, str | None]:
    """What comes over the wire for an address, compressed, and the cookie that came with it."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", address, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return body, answer.headers["Set-Cookie"]


def rate(program: str, site: str, folder: Path) -> dict[str, float]:
    """One run with an empty profile."""
    folder.mkdir()
    report = folder / "report.json"
    flags = ["--headless", *ARGUMENTS, f"--user-data-dir={folder / 'profile'}"]
    subprocess.run(
        [
            program, site + ADDRESS, "--quiet", "--output=json", f"--output-path={report}", "--form-factor=mobile",
            "--throttling-method=devtools", "--no-enable-error-reporting", f"--chrome-flags={' '.join(flags)}",
            f"--only-categories={','.join(CATEGORIES)}",
        ],
        env=os.environ | {"CHROME_PATH": CHROMIUM},
        check=True,
        timeout=600,
    )  # fmt: skip
    found = figures(json.loads(report.read_text(encoding="utf-8")))
    print("  ".join(f"{name} {value:g}" for name, value in found.items()), flush=True)
    return found


def figures(report: dict[str, Any]) -> dict[str, float]:
    """Scores from 0 to 100, times in milliseconds, and what lost a point."""
    scores = {name: round(100 * report["categories"][name]["score"]) for name in CATEGORIES}
    for name in CATEGORIES[1:]:
        for part in report["categories"][name]["auditRefs"]:
            audit = report["audits"][part["id"]]
            if part["weight"] and audit["score"] is not None and audit["score"] < 1:
                print(f"{name} loses by {audit['title']}")
    times = {name: round(report["audits"][audit]["numericValue"]) for name, audit in TIMES.items()}
    return {**scores, **times, "CLS": report["audits"]["cumulative-layout-shift"]["numericValue"]}


def judge(found: list[dict[str, float]]) -> list[str]:
    """The medians; gives the bounds that are broken."""
    median = {name: statistics.median(run[name] for run in found) for name in found[0]}
    print(f"median of {len(found)}: " + "  ".join(f"{name} {value:g}" for name, value in median.items()))
    too_large = [name for name, most in AT_MOST.items() if median[name] > most]
    return too_large + [name for name, least in AT_LEAST.items() if median[name] < least]


if __name__ == "__main__":
    main()
