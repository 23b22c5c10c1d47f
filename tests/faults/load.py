"""Citizens: they fill forms, tap twice, lose the connection and send again until the server says it has it."""

import http.client
import json
import random
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn
from urllib.parse import urlencode

from survey.core.counter import Counter
from tests.faults.ledger import Ledger, Submission
from tests.places import COUNTERS, DOSSIERS, five_factors

DOUBLE_TAPS = 0.1
SECOND_THOUGHTS = 0.02
"""Share of citizens who go back after the acknowledgement, change an answer and send again: the first counts."""
LONGEST_PAUSE = 0.3
LONGEST_PATIENCE = 30.0
MORE_PATIENCE = 1.5
FINISH_SECONDS = 120
TAKEN = {http.HTTPStatus.OK, http.HTTPStatus.CREATED}
IN_SERVICE = tuple(counter for counter in COUNTERS if not counter.retired)

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


class Unfinished(AssertionError):
    """Some clients were not acknowledged in all the time they had."""


class Page:
    """A counter's page as one citizen gets it, with the id and the visit that its form will carry."""

    def __init__(self, counter: Counter, html: str) -> None:
        """Read the hidden fields.

        Raises:
            LookupError: if this is not a whole page of ours.
        """
        self.counter = counter
        self._own = dict(_HIDDEN.findall(html))
        if not {"id", "visit"} <= set(self._own) or "</html>" not in html:
            raise LookupError(html[:200])

    def fill(self, chance: random.Random) -> Submission:
        """A form with answers by chance."""
        unit = self.counter.unit_code
        served = sorted(field for at, field in DOSSIERS if at == unit)
        answers: dict[str, int | str] = {item.code: chance.randint(1, 5) for item in five_factors().items}
        answers["comment"] = f"Ý kiến {secrets.token_hex(chance.randint(1, 200))}"
        field = self.counter.field_code or chance.choice(served)
        return Submission(self._own["id"], self.counter.code, unit, field, answers)

    def body(self, submission: Submission) -> str:
        """What the browser sends."""
        choice = {} if self.counter.field_code else {"field": submission.field}
        return urlencode(
            self._own | choice | {code: str(answer) for code, answer in submission.answers.items()}
        )


class Reply:
    """What came back: status, headers, and the whole body."""

    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.body = answer.read().decode(errors="replace")
        self.status = answer.status
        self.headers = answer.headers


def ask(port: int, method: str, path: str, body: str | None = None, *, timeout: float) -> Reply:
    """One request on its own connection."""
    return _receive(_begin(port, method, path, body, timeout))


class Client(threading.Thread):
    """One citizen after another, each keeping on until acknowledged."""

    def __init__(self, load: "Load", seed: int) -> None:
        super().__init__(daemon=True)
        self._load = load
        self._patience = load.patience
        self._chance = random.Random(seed)

    def run(self) -> None:
        """Serve citizens until the load ends."""
        while self._load.one_more():
            page = self._open()
            submission = page.fill(self._chance)
            self._load.ledger.send(submission)
            self._deliver(page, submission)

    def _open(self) -> Page:
        counter = self._chance.choice(IN_SERVICE)
        while True:
            try:
                reply = ask(self._load.port, "GET", f"/q/{counter.code}", timeout=self._patience)
                self._patience = self._load.patience
                return Page(counter, reply.body)
            except (OSError, http.client.HTTPException, LookupError):
                self._pause()

    def _deliver(self, page: Page, submission: Submission) -> None:
        body = page.body(submission)
        taps = 2 if self._chance.random() < self._load.double_taps else 1
        while not any(self._send(submission, body, taps)):
            taps = 1
            self._pause()
        self._patience = self._load.patience
        self._load.ledger.acknowledge(submission)
        if self._chance.random() < SECOND_THOUGHTS:
            self._think_again(page, submission)

    def _send(self, submission: Submission, body: str, taps: int) -> list[bool]:
        """Send ``taps`` times before reading the first reply; which of them acknowledged."""
        path = f"/q/{submission.counter}/send"
        begun: list[http.client.HTTPConnection | Exception] = []
        for _ in range(taps):
            try:
                begun.append(_begin(self._load.port, "POST", path, body, self._patience))
            except (OSError, http.client.HTTPException) as fault:
                begun.append(fault)
        return [self._heard(submission, each) for each in begun]

    def _heard(self, submission: Submission, begun: http.client.HTTPConnection | Exception) -> bool:
        try:
            if isinstance(begun, Exception):
                raise begun
            reply = _receive(begun)
        except (OSError, http.client.HTTPException) as fault:
            self._load.ledger.reply(type(fault).__name__)
            return False
        self._load.ledger.reply(str(reply.status))
        if broken := broken_promise(reply):
            self._load.ledger.broken(broken)
        return acknowledges(reply, submission)

    def _think_again(self, page: Page, submission: Submission) -> None:
        changed = dict(submission.answers) | {"comment": "đã nghĩ lại"}
        other = Submission(submission.id, submission.counter, submission.unit, submission.field, changed)
        self._send(other, page.body(other), 1)

    def _pause(self) -> None:
        """Before the next attempt; it gets more time, or on a busy machine nobody would ever hear his reply."""
        time.sleep(self._chance.uniform(0, LONGEST_PAUSE))
        self._patience = min(self._patience * MORE_PATIENCE, LONGEST_PATIENCE)


class Load:
    """Several clients at once, all writing into one ledger."""

    def __init__(
        self,
        port: int,
        ledger: Ledger,
        *,
        clients: int = 4,
        most: int | None = None,
        double_taps: float = DOUBLE_TAPS,
        patience: float = LONGEST_PATIENCE,
        seed: int = 1,
    ) -> None:
        self.port = port
        self.ledger = ledger
        self.double_taps = double_taps
        self.patience = patience
        self._left = most
        self._ending = threading.Event()
        self._lock = threading.Lock()
        self._clients = [Client(self, seed * 1000 + number) for number in range(clients)]

    def one_more(self) -> bool:
        """Whether another form is to be filled."""
        with self._lock:
            if self._left is not None:
                self._left -= 1
            return not self._ending.is_set() and (self._left is None or self._left >= 0)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Under load until the block ends; then every begun delivery is seen to its end.

        Raises:
            Unfinished: if one cannot be.
        """
        for client in self._clients:
            client.start()
        try:
            yield
        finally:
            self._ending.set()
        self._finish()

    def wait(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Until ``most`` submissions are delivered.

        Raises:
            Unfinished: if for a long time none is.
        """
        had, since = 0, time.monotonic()
        while self._is_busy:
            meanwhile()
            time.sleep(0.1)
            if had != len(self.ledger.acknowledged):
                had, since = len(self.ledger.acknowledged), time.monotonic()
            if time.monotonic() - since > FINISH_SECONDS:
                self._give_up()

    @property
    def _is_busy(self) -> bool:
        return any(client.is_alive() for client in self._clients)

    def _finish(self) -> None:
        end = time.monotonic() + FINISH_SECONDS
        for client in self._clients:
            client.join(max(0, end - time.monotonic()))
        if self._is_busy:
            self._give_up()

    def _give_up(self) -> NoReturn:
        waiting = len(self.ledger.sent) - len(self.ledger.acknowledged)
        raise Unfinished(f"{waiting} not acknowledged; replies {dict(self.ledger.replies)}")


def acknowledges(reply: Reply, submission: Submission) -> bool:
    """Whether the server said that it has it: our JSON with our id, not just any page with status 200."""
    if reply.status not in TAKEN:
        return False
    try:
        said = json.loads(reply.body)
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("id") == submission.id


def broken_promise(reply: Reply) -> str:
    """What is wrong with a reply, in words; empty if nothing is. Busy is allowed, if it says when to come back."""
    if reply.status == http.HTTPStatus.SERVICE_UNAVAILABLE:
        return "" if reply.headers.get("Retry-After", "").isdigit() else "503 without Retry-After"
    return "" if reply.status in TAKEN else f"status {reply.status}: {reply.body[:300]}"


def _begin(port: int, method: str, path: str, body: str | None, timeout: float) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    headers = {"Accept": "application/json", "Connection": "close"}
    if body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        connection.request(method, path, body, headers)
    except BaseException:
        connection.close()
        raise
    return connection


def _receive(connection: http.client.HTTPConnection) -> Reply:
    try:
        return Reply(connection.getresponse())
    finally:
        connection.close()
