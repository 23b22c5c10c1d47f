"""What the production server itself writes to its log: nothing about who asked for what."""

import sys
from typing import Any

from gunicorn.glogging import Logger


class DiscreetLogger(Logger):
    """Gunicorn's logger without the addresses and requests that it would repeat.

    Gunicorn tells of a request in two messages only: a warning about what is not HTTP, which names the sender's
    network address, and an exception that no application caught, which names the page's whole address.
    """

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  as Gunicorn has it
        """A warning; the one about a sender without the sender."""
        if msg.startswith("Invalid request"):
            super().warning("a request that is not HTTP was refused")
        else:
            super().warning(msg, *args, **kwargs)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  as Gunicorn has it
        """An exception; the one about a request by its kind alone."""
        if str(msg).startswith("Error handling request"):
            kind = sys.exc_info()[0]
            super().error("a request failed outside the application: %s", kind.__name__ if kind else "")
        else:
            super().exception(msg, *args, **kwargs)
