"""axe in a real Chromium: which rules of WCAG 2.0 to 2.2, levels A and AA, a page breaks."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

LEVELS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa")


def violations(page: Page) -> list[str]:
    """What axe finds on the page, once it is whole: the rule, and where it is broken; empty for a good page."""
    page.wait_for_load_state()
    options = {"runOnly": {"type": "tag", "values": LEVELS}, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response
    assert found["passes"], "axe found nothing to look at"
    return [
        f"{violation['id']}: {', '.join(str(target) for target in node['target'])}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
