"""A small OpenID Connect provider over real HTTP, which can be told to lie."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "sipas-test", "a secret between two programs"


@dataclass
class Provider:
    """What the provider says next.

    Attributes:
        issuer: its address.
        claims: said instead of the honest claims; None leaves one out.
        key: signs tokens.
        published: the key that it says it signs with.
        is_broken: whether it answers every question with an error.
        asked: the queries with which people were sent here.
    """

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    published: RSAKey | None = None
    is_broken: bool = False
    metadata: dict[str, Any] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)

    def sent_back(self, address: str, **changes: str) -> str:
        """Where a browser goes that came here by ``address`` and whose person said yes."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.asked.append(query)
        back = {"code": "a code for one token", "state": query["state"]} | changes
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def answer(self, path: str, form: dict[str, str]) -> dict[str, Any]:
        """The body of the answer to a question of our application."""
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
            } | self.metadata
        if path == "/keys":
            return {"keys": [(self.published or self.key).as_dict(private=False)]}
        return self._token(form)

    def _token(self, form: dict[str, str]) -> dict[str, Any]:
        visit = self.asked[-1]
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        if challenge != visit.get("code_challenge") or visit.get("code_challenge_method") != "S256":
            return {"error": "invalid_grant"}
        honest = {
            "iss": self.issuer,
            "sub": "0123",
            "aud": CLIENT_ID,
            "iat": int(time.time()),
            "exp": int(time.time()) + 300,
            "nonce": visit.get("nonce"),
        }
        said = {name: value for name, value in (honest | self.claims).items() if value is not None}
        token = jwt.encode({"alg": "RS256", "kid": "one"}, said, self.key)
        return {"access_token": "opens nothing", "token_type": "Bearer", "id_token": token}


@contextmanager
def serving() -> Iterator[Provider]:
    """A provider until the block ends, on a port that the system chooses."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if urlsplit(self.path).path == "/authorize":
                back = escape(provider.sent_back(self.path))
                page = f'<!doctype html><html lang="vi"><title>Cổng</title><h1>Cổng</h1><a href="{back}">Đồng ý</a>'
                self._send("text/html; charset=utf-8", page.encode())
            else:
                self._reply({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._reply({name: values[0] for name, values in parse_qs(body).items()})

        def _reply(self, form: dict[str, str]) -> None:
            content = json.dumps(provider.answer(urlsplit(self.path).path, form)).encode()
            self._send("application/json", content)

        def _send(self, kind: str, content: bytes) -> None:
            self.send_response(503 if provider.is_broken else 200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
