"""A visitor: fetches pages as a browser would and checks every one against the page rules."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

from flask.testing import FlaskClient

from tests.places import PASSWORD
from tests.web.page_rules import faults


@dataclass
class Visitor:
    """Wraps a client; ``get`` and ``post`` fail when an HTML page breaks a rule."""

    client: FlaskClient

    def get(self, address: str, status: int = 200) -> str:
        """The text of a page."""
        return self._checked(self.client.get(address), status)

    def post(self, address: str, data: Mapping[str, str], status: int = 200) -> str:
        """The text of the answer to a form; redirects are followed when ``status`` is 200."""
        return self._checked(self.client.post(address, data=data, follow_redirects=status == 200), status)

    def sign_in(self, name: str = "canbo", password: str = PASSWORD) -> str:
        """Sign in, and give the page that follows."""
        token = self.token("/officer/sign-in")
        return self.post("/officer/sign-in", {"name": name, "password": password, "csrf_token": token})

    def token(self, address: str) -> str:
        """The token of the first form on a staff page."""
        return hidden(self.get(address), "csrf_token")

    def opened(self, code: str, language: str = "vi") -> dict[str, str]:
        """The hidden fields of a freshly opened questionnaire."""
        page = self.get(f"/q/{code}?lang={language}")
        return {name: hidden(page, name) for name in ("id", "visit", "lang")}

    @staticmethod
    def _checked(response: Any, status: int) -> str:
        assert response.status_code == status, f"{response.status_code}: {response.text[:300]}"
        if response.mimetype == "text/html" and status // 100 != 3:
            assert faults(response.text, response.headers) == []
        return str(response.text)


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    tag = next(t for t in re.findall(r"<input[^>]*>", page) if f'name="{name}"' in t)
    found = re.search(r'value="([^"]*)"', tag)
    assert found, tag
    return unescape(found[1])
