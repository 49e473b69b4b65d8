"""A line on loopback between a file adapter and its server, with trouble at a chosen byte.

Where the line ends the client's TLS and begins its own towards the server, as a broken terminator would, it can falsify what travels.
"""

from __future__ import annotations

import asyncio
import contextlib
import ftplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.faults.wire import BLOCK, HUGE, Broken, Far, Trouble, Wire

MARK = b"~content of a file~"
"""What every file's bytes begin with, so that they are found among a protocol's own."""
PORT_BYTES = 2


class FileWire(Wire):
    """`troubles` come one after the other. Their kinds have a direction, `up` to the server or `down` from it:

    | kind       | what happens                                                                          |
    |------------|---------------------------------------------------------------------------------------|
    | cut        | the connection breaks at the `skip`-th byte                                           |
    | stall      | the same, but nothing is closed: no more comes through                                |
    | noise      | one bit of the `skip`-th byte is another; what is encrypted end to end notices        |
    | kill       | `act` is called at the `skip`-th byte, and the connection breaks                      |
    | content    | one bit of a file's content is another; only where the line ends the TLS              |
    | greet down | a connection is answered with `words` and closed, after `skip` others                 |

    With `prefaced`, each connection begins with the two bytes of the port that it wants: one line for all of an FTP client's.
    """

    def __init__(self, port: int, near: ssl.SSLContext | None = None, *, prefaced: bool = False) -> None:
        self._prefaced = prefaced
        self._ends_tls = near is not None
        self._onward = _trusting() if near else None
        super().__init__(Far(port), near)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends = [writer]
        self._open.add(writer)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError, Broken):
            port = int.from_bytes(await reader.readexactly(PORT_BYTES), "big") if self._prefaced else self._far.port
            await self._greet(reader, writer, port)
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port, limit=HUGE, ssl=self._onward)
            ends.append(far_writer)
            self._open.add(far_writer)
            ways = self._pass_on(reader, far_writer, "up"), self._pass_on(far_reader, writer, "down")
            both = [asyncio.ensure_future(one) for one in ways]
            _, waiting = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            for one in waiting:
                one.cancel()
            await asyncio.gather(*both, return_exceptions=True)
        for end in ends:
            self._open.discard(end)
            end.close()

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
        trouble = self.next("greet down")
        if trouble is None or port != self._far.port or not trouble.occasion():
            return
        self.note(trouble)
        if self._ends_tls:
            await reader.readuntil(b"\r\n\r\n")
        writer.write(trouble.words)
        await writer.drain()
        raise Broken

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: str) -> None:
        while data := await reader.read(BLOCK):
            writer.write(await self._through_trouble(data, writer, way))
            await writer.drain()

    async def _through_trouble(self, data: bytes, writer: asyncio.StreamWriter, way: str) -> bytes:
        trouble = self.next(*(f"{kind} {way}" for kind in ("cut", "stall", "noise", "kill", "content")))
        if trouble is None:
            return data
        if trouble.kind.startswith("content"):
            return self._falsified(trouble, data)
        place = trouble.skip
        if not trouble.occasion(len(data)):
            return data
        self.note(trouble)
        if trouble.kind.startswith("noise"):
            return flipped(data, place)
        if trouble.kind.startswith("kill"):
            trouble.act()
            raise Broken
        writer.write(data[:place])
        await writer.drain()
        if trouble.kind.startswith("stall"):
            await asyncio.sleep(3600)
        if trouble.abrupt:
            await asyncio.sleep(0)
            writer.transport.abort()
        raise Broken

    def _falsified(self, trouble: Trouble, data: bytes) -> bytes:
        place = data.find(MARK)
        if place < 0 or not trouble.occasion():
            return data
        self.note(trouble)
        return flipped(data, place + trouble.count % len(MARK))


def flipped(data: bytes, place: int) -> bytes:
    """The same, but for one bit."""
    return b"".join((data[:place], bytes([data[place] ^ 0x10]), data[place + 1 :]))


def _trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class _Sockets:
    """`socket` for ftplib: every connection goes to the line, and says first where it is meant to go."""

    def __init__(self, line: int, server: int) -> None:
        self._line = line
        self._server = server

    def __getattr__(self, name: str) -> Any:
        return getattr(socket, name)

    def create_connection(self, address: tuple[str, int], *rest: Any, **options: Any) -> socket.socket:
        host, port = address
        wanted = self._server if port == self._line else port
        connection = socket.create_connection((host, self._line), *rest, **options)
        connection.sendall(wanted.to_bytes(PORT_BYTES, "big"))
        return connection


@contextmanager
def ftp_over(line: int, server: int) -> Iterator[None]:
    """Control and data connections of FTP to a server's port go over one prefaced line."""
    ftplib.socket = _Sockets(line, server)  # type: ignore[attr-defined]
    try:
        yield
    finally:
        ftplib.socket = socket  # type: ignore[attr-defined]


@contextmanager
def file_wire(port: int, near: ssl.SSLContext | None = None, *, prefaced: bool = False) -> Iterator[FileWire]:
    line = FileWire(port, near, prefaced=prefaced)
    try:
        yield line
    finally:
        line.close()
