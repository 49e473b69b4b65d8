"""A line that is long: a TCP proxy on loopback, in a process of its own, that delivers each answer so many milliseconds later.

What is on its way is not held up by what comes behind it: only the way is long, the line is not narrow.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import socket
from collections.abc import Iterator
from multiprocessing.synchronize import Event as Ready

CHUNK = 1 << 16


@contextlib.contextmanager
def long_line(port: int, latency_s: float) -> Iterator[int]:
    """A port of loopback that leads to `port`; its answers take `latency_s` longer."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    context = multiprocessing.get_context("fork")
    ready = context.Event()
    process = context.Process(target=_serve, args=(listener, port, latency_s, ready), daemon=True)
    process.start()
    ready.wait(30)
    own = int(listener.getsockname()[1])
    listener.close()
    try:
        yield own
    finally:
        process.terminate()
        process.join()


def _serve(listener: socket.socket, port: int, latency_s: float, ready: Ready) -> None:
    async def main() -> None:
        server = await asyncio.start_server(
            lambda reader, writer: _line(reader, writer, port, latency_s), sock=listener
        )
        ready.set()
        await server.serve_forever()

    asyncio.run(main())


async def _line(near: asyncio.StreamReader, near_writer: asyncio.StreamWriter, port: int, latency_s: float) -> None:
    far, far_writer = await asyncio.open_connection("127.0.0.1", port)
    with contextlib.suppress(ConnectionError):
        await asyncio.gather(_pass_on(near, far_writer, 0.0), _pass_on(far, near_writer, latency_s))


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, latency_s: float) -> None:
    """In order, each chunk when its time has come."""
    loop = asyncio.get_running_loop()
    waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def deliver() -> None:
        while True:
            due, chunk = await waiting.get()
            await asyncio.sleep(max(0.0, due - loop.time()))
            if not chunk:
                writer.close()
                return
            writer.write(chunk)
            await writer.drain()

    delivering = asyncio.create_task(deliver())
    with contextlib.suppress(ConnectionError):
        while chunk := await reader.read(CHUNK):
            waiting.put_nowait((loop.time() + latency_s, chunk))
    waiting.put_nowait((loop.time() + latency_s, b""))
    with contextlib.suppress(ConnectionError):
        await delivering
