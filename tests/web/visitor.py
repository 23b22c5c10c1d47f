"""A visitor: fetches pages as a browser would and checks every one against the page rules."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import text

from survey.store.database import Database
from tests.places import PASSWORD, all_answers
from tests.web.page_rules import faults

EVERY_ITEM = all_answers()
"""Texts that answer every item; read from the questionnaire's file once."""


@dataclass
class Visitor:
    """Wraps a client; every method fails when an HTML page breaks a rule."""

    client: FlaskClient

    def get(self, address: str, status: int = 200) -> str:
        """The text of a page."""
        return str(self.fetch(address, status).text)

    def fetch(self, address: str, status: int = 200) -> Any:
        """The whole answer to a request for a page or file; redirects are followed when ``status`` is 200."""
        response = self.client.get(address, follow_redirects=status == 200, buffered=True)
        return self._checked(response, status)

    def post(self, address: str, data: Mapping[str, str], status: int = 200) -> str:
        """The text of the answer to a form; redirects are followed when ``status`` is 200."""
        response = self.client.post(address, data=data, follow_redirects=status == 200)
        return str(self._checked(response, status).text)

    def send(self, address: str, data: Mapping[str, str], status: int = 303) -> Any:
        """The bare response to a form, without following where it leads."""
        return self._checked(self.client.post(address, data=data), status)

    def sign_in(self, name: str = "canbo", password: str = PASSWORD) -> str:
        """Sign in, and give the page that follows."""
        token = self.token("/officer/sign-in")
        return self.post("/officer/sign-in", {"name": name, "password": password, "csrf_token": token})

    def token(self, address: str = "/officer/sign-in") -> str:
        """The token of the first form on a staff page."""
        return hidden(self.get(address), "csrf_token")

    def opened(self, code: str, language: str = "vi") -> dict[str, str]:
        """The hidden fields of a freshly opened questionnaire."""
        page = self.get(f"/q/{code}?lang={language}")
        return {name: hidden(page, name) for name in ("id", "visit", "lang")}

    def filled(self, code: str, language: str = "vi", field: str = "land") -> dict[str, str]:
        """A freshly opened questionnaire of a counter with several fields, with every item answered."""
        return self.opened(code, language) | EVERY_ITEM | {"field": field}

    @staticmethod
    def _checked(response: Any, status: int) -> Any:
        assert response.status_code == status, f"{response.status_code}: {response.text[:300]}"
        if response.mimetype == "text/html" and status // 100 != 3:
            assert faults(response.text, response.headers) == []
        return response


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    tag = next(t for t in re.findall(r"<input[^>]*>", page) if f'name="{name}"' in t)
    found = re.search(r'value="([^"]*)"', tag)
    assert found, tag
    return unescape(found[1])


def stored(database: Database) -> list[dict[str, Any]]:
    """Every stored response, as the table holds it."""
    with database.reading() as session:
        return [dict(row) for row in session.execute(text("SELECT * FROM response ORDER BY id")).mappings()]
