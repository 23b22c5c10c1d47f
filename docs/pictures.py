"""Takes the README's two pictures from the demo: run `make demo SERVE=0 OUT=out`, then this."""

import subprocess
import sys
import time
from pathlib import Path

import pypdfium2
from playwright.sync_api import sync_playwright

from survey.library import PROJECT
from survey.settings import settings_from
from survey.store import places
from survey.store.database import Database

IMAGES = PROJECT / "docs" / "images"
PORT = 8123


def report(pdf: Path) -> None:
    """The first page of the report."""
    document = pypdfium2.PdfDocument(pdf)
    document[0].render(scale=1.1).to_pil().save(IMAGES / "report.png", optimize=True)


def citizen(code: str) -> None:
    """The questionnaire at phone size."""
    server = subprocess.Popen([Path(sys.executable).with_name("sipas"), "serve", "--port", str(PORT)])
    time.sleep(5)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium-headless-shell", args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 390, "height": 925})
        page.goto(f"http://127.0.0.1:{PORT}/q/{code}")
        page.locator("#q-a1").scroll_into_view_if_needed()
        page.get_by_label("Hài lòng", exact=True).first.check()
        page.screenshot(path=str(IMAGES / "citizen.png"))
        browser.close()
    server.terminate()
    server.wait()


def main() -> None:
    """Take both."""
    report(Path("out") / "bao-cao.pdf")
    with Database(settings_from({}).database_url).reading() as session:
        code = next(counter.code for counter in places.counters(session) if counter.field_code is None)
    citizen(code)


if __name__ == "__main__":
    main()
