"""A bad network between the citizen and the server: a TCP proxy that does one harm to every other request."""

import asyncio
import random
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

HARMED = 0.5
LONGEST_DELAY = 2.0
BLOCK = 65536
PORTAL = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"
    b"<!DOCTYPE html><title>WiFi</title><p>Welcome! Please sign in to use this network."
)


class Proxy:
    """Passes connections on to ``port``; one request per connection, as the load makes them.

    Attributes:
        port: where it listens.
        done: how often each harm was done.
    """

    def __init__(self, target: int, seed: int = 1) -> None:
        self.port = 0
        self.done: Counter[str] = Counter()
        self._target = target
        self._chance = random.Random(seed)
        self._ready, self._loop = threading.Event(), asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Until the block ends."""
        thread = threading.Thread(target=self._run, daemon=True)
        thread.start()
        self._ready.wait()
        try:
            yield
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join()
            self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._accept, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        for task in self._tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*self._tasks, return_exceptions=True))

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Kept, or a task whose citizen has hung up would be collected before it is done.
        task = self._loop.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                request = await _request(reader)
                harm = self._chance.choice(sorted(HARMS)) if self._chance.random() < HARMED else "none"
                self.done[harm] += 1
                await HARMS.get(harm, pass_on)(self, request, writer)
        finally:
            writer.close()

    async def fetch(self, request: bytes) -> bytes:
        """The server's whole reply."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._target)
        try:
            writer.write(request)
            await writer.drain()
            return await reader.read()
        finally:
            writer.close()

    async def begin(self, part: bytes) -> None:
        """Send the server a part of a request, and hang up."""
        _reader, writer = await asyncio.open_connection("127.0.0.1", self._target)
        await _send(writer, part)
        writer.close()

    def part(self, data: bytes) -> bytes:
        """The front of ``data``, up to a byte by chance; never all of it."""
        return data[: self._chance.randrange(len(data))] if data else data

    async def pause(self) -> None:
        """Wait a while by chance."""
        await asyncio.sleep(self._chance.uniform(0, LONGEST_DELAY))


async def pass_on(proxy: Proxy, request: bytes, writer: asyncio.StreamWriter) -> None:
    """No harm."""
    await _send(writer, await proxy.fetch(request))


async def drop_request(_proxy: Proxy, _request: bytes, _writer: asyncio.StreamWriter) -> None:
    """The request never arrives."""


async def drop_reply(proxy: Proxy, request: bytes, _writer: asyncio.StreamWriter) -> None:
    """The server hears and answers; the citizen hears nothing."""
    await proxy.fetch(request)


async def truncate_request(proxy: Proxy, request: bytes, _writer: asyncio.StreamWriter) -> None:
    """The connection breaks in the middle of the request."""
    await proxy.begin(proxy.part(request))


async def truncate_reply(proxy: Proxy, request: bytes, writer: asyncio.StreamWriter) -> None:
    """The connection breaks in the middle of the reply."""
    await _send(writer, proxy.part(await proxy.fetch(request)))


async def delay(proxy: Proxy, request: bytes, writer: asyncio.StreamWriter) -> None:
    """Both ways are slow; at times slower than the citizen's patience."""
    await proxy.pause()
    reply = await proxy.fetch(request)
    await proxy.pause()
    await _send(writer, reply)


async def duplicate(proxy: Proxy, request: bytes, writer: asyncio.StreamWriter) -> None:
    """The network repeats the request, at the same moment."""
    first, _second = await asyncio.gather(proxy.fetch(request), proxy.fetch(request))
    await _send(writer, first)


async def captive_portal(_proxy: Proxy, _request: bytes, writer: asyncio.StreamWriter) -> None:
    """A hotel's or bus's own page comes back, with status 200."""
    await _send(writer, PORTAL)


Harm = Callable[[Proxy, bytes, asyncio.StreamWriter], Awaitable[None]]

HARMS: Mapping[str, Harm] = {
    "captive portal": captive_portal,
    "delay": delay,
    "drop reply": drop_reply,
    "drop request": drop_request,
    "duplicate": duplicate,
    "truncate reply": truncate_reply,
    "truncate request": truncate_request,
}


async def _request(reader: asyncio.StreamReader) -> bytes:
    """One whole request: the head, and as much body as it announces."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        (
            int(line.split(b":")[1])
            for line in head.splitlines()
            if line.lower().startswith(b"content-length:")
        ),
        0,
    )
    return head + await reader.readexactly(length)


async def _send(writer: asyncio.StreamWriter, reply: bytes) -> None:
    writer.write(reply)
    await writer.drain()
