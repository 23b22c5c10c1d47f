"""An application over real HTTP within the test's own process, for a browser."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.serving import make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The address at which the application answers until the block ends, on a port that the system chooses."""
    server = make_server("127.0.0.1", 0, whole(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def whole(app: Flask) -> "WSGIApplication":
    """The application, with every body read before it is sent: a browser that leaves leaves no file open."""

    def answer(environ: "WSGIEnvironment", start: "StartResponse") -> list[bytes]:
        parts = app(environ, start)
        # What the framework answers can be closed; a plain list needs not be.
        with closing(parts) if hasattr(parts, "close") else nullcontext():
            return [b"".join(parts)]

    return answer
