"""A line on loopback between an adapter and a server, with trouble on it: at a chosen byte, or at a chosen command of IMAP.

To tell IMAP's commands and answers apart, the line ends the client's TLS and begins its own towards the server; without that it
passes bytes on as they come, whatever they mean.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

LITERAL = re.compile(rb"~?\{(\d+)(\+?)\}\r\n\Z")
BODY = re.compile(rb"BODY\[\] ~?\{\d+\}\r\n\Z")
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
BLOCK = 1 << 16
HUGE = 1 << 26
T = TypeVar("T")


@dataclass
class Trouble:
    """What happens once, or `times` times, after `skip` occasions; `kind` says what an occasion is.

    | kind    | what happens                                                                             |
    |---------|------------------------------------------------------------------------------------------|
    | down    | the connection breaks at the `skip`-th byte that the server sends                        |
    | up      | the same, of those that the client sends                                                 |
    | hang    | as down, but nothing is closed: the server says no more                                  |
    | greet   | a connection is greeted with `words`, and closed                                         |
    | command | a command that begins with `command` is answered by `words` instead of being carried out |
    | literal | the connection breaks when the client has sent a literal that holds `words`              |
    | act     | `act` is called when such a command comes, and the connection breaks                     |
    | answer  | the connection breaks inside the answer to such a command, `fraction` of it having come  |
    | stall   | as answer, but nothing is closed                                                         |
    | done    | such a command is carried out, and the connection breaks before its last line            |
    | shorter | a message's text loses its end, each time more, and the literal announces what is left   |
    | short   | a message's text loses `count` bytes, and the literal announces them all                 |
    | missing | a message's text is left out of the answer                                               |
    | sizes   | RFC822.SIZE is told as `count`                                                           |
    """

    kind: str
    skip: int = 0
    command: bytes = b""
    words: bytes = b""
    fraction: float = 0.5
    count: int = 3
    times: int = 1
    act: Callable[[], None] = lambda: None
    abrupt: bool = False
    fired: int = 0

    def occasion(self, count: int = 1) -> bool:
        """Whether it happens now; an occasion may be several bytes."""
        if self.fired >= self.times:
            return False
        self.skip -= count
        if self.skip >= 0:
            return False
        self.fired += 1
        self.skip = 0
        return True

    def __str__(self) -> str:
        return " ".join(filter(None, (self.kind, self.command.decode(), self.words.decode())))


class Broken(Exception):
    """The connection is to end here."""


@dataclass(frozen=True)
class Far:
    """The server: its port on loopback, and how it is spoken to; `context` None passes the client's TLS on unread."""

    port: int
    context: ssl.SSLContext | None = None
    starttls: bool = False


class Wire:
    """Serves in a thread of its own; `troubles` come one after the other, each when the one before has happened."""

    def __init__(self, far: Far, near: ssl.SSLContext | None) -> None:
        self._far = far
        self._near = near
        self.troubles: list[Trouble] = []
        self.happened: list[str] = []
        self.sign_ins = 0
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._run(self._listen())
        self.port = int(self._server.sockets[0].getsockname()[1])

    def close(self) -> None:
        self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def arm(self, troubles: Sequence[Trouble]) -> None:
        """These, and nothing of what was armed before."""
        self.troubles, self.happened = list(troubles), []

    def next(self, *kinds: str) -> Trouble | None:
        """The trouble that is due, if it is one of these."""
        while self.troubles and self.troubles[0].fired >= self.troubles[0].times:
            self.troubles.pop(0)
        return self.troubles[0] if self.troubles and self.troubles[0].kind in kinds else None

    def note(self, trouble: Trouble) -> None:
        self.happened.append(str(trouble))

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._near, limit=HUGE)

    async def _stop(self) -> None:
        self._server.close()
        for writer in list(self._open):
            writer.transport.abort()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ends = [writer]
        self._open.add(writer)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, Broken):
            far_reader, far_writer, greeting = await self._connect()
            ends.append(far_writer)
            self._open.add(far_writer)
            talk = Talk(self, reader, writer, far_reader, far_writer)
            both = [asyncio.ensure_future(one) for one in talk.ways(greeting)]
            _, waiting = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            for one in waiting:
                one.cancel()
            await asyncio.gather(*both, return_exceptions=True)
        for end in ends:
            self._open.discard(end)
            end.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter, bytes]:
        """And the greeting that was read already, where TLS began after it."""
        context, greeting = self._far.context, b""
        secure = {"ssl": context, "server_hostname": "localhost"} if context and not self._far.starttls else {}
        reader, writer = await asyncio.open_connection("127.0.0.1", self._far.port, limit=HUGE, **secure)  # type: ignore[arg-type]
        if context and self._far.starttls:
            greeting = await reader.readline()
            writer.write(b"w STARTTLS\r\n")
            while not (line := await reader.readline()).startswith(b"w "):
                if not line:
                    raise Broken
            await writer.start_tls(context, server_hostname="localhost")
        return reader, writer, greeting


@dataclass
class Talk:
    """One connection."""

    wire: Wire
    near_reader: asyncio.StreamReader
    near: asyncio.StreamWriter
    far_reader: asyncio.StreamReader
    far: asyncio.StreamWriter
    commands: dict[bytes, bytes] = field(default_factory=dict)
    last: bytes = b""
    word: asyncio.Event = field(default_factory=asyncio.Event)
    """The server has said that it goes on, or how the command ended."""

    def ways(self, greeting: bytes) -> tuple[Coroutine[Any, Any, None], ...]:
        if self.wire._far.context is None:
            return self._bytes(self.near_reader, self.far, "up"), self._bytes(self.far_reader, self.near, "down")
        return self._asked(), self._answered(greeting)

    async def _bytes(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: str) -> None:
        while data := await reader.read(BLOCK):
            await self._send(writer, data, way)

    async def _send(self, writer: asyncio.StreamWriter, data: bytes, way: str) -> None:
        trouble = self.wire.next(*(("down", "hang") if way == "down" else ("up",)))
        if trouble and trouble.skip < len(data):
            data = data[: trouble.skip]
            trouble.occasion(len(data) + 1)
            await self._break(trouble, writer, data)
        elif trouble:
            trouble.occasion(len(data))
        writer.write(data)
        await writer.drain()

    async def _break(self, trouble: Trouble, writer: asyncio.StreamWriter, data: bytes = b"") -> None:
        self.wire.note(trouble)
        if data:
            writer.write(data)
            await writer.drain()
        if trouble.kind in ("hang", "stall"):
            await asyncio.sleep(3600)
        if trouble.abrupt:
            await asyncio.sleep(0)
            writer.transport.abort()
        raise Broken

    async def _asked(self) -> None:
        """Commands, from the client to the server."""
        while line := await self.near_reader.readline():
            tag, _, rest = line.partition(b" ")
            self.last = self.commands[tag] = rest
            self.wire.sign_ins += rest.upper().startswith((b"LOGIN", b"AUTHENTICATE"))
            trouble = self.wire.next("command", "act")
            if trouble and rest.startswith(trouble.command) and trouble.occasion():
                await self._instead(trouble, tag, line)
                continue
            self.word.clear()
            await self._send(self.far, line, "up")
            while (found := LITERAL.search(line)) and (found[2] or await self._invited(tag)):
                await self._literal(await self.near_reader.readexactly(int(found[1])))
                line = await self.near_reader.readline()
                self.word.clear()
                await self._send(self.far, line, "up")

    async def _literal(self, text: bytes) -> None:
        trouble = self.wire.next("literal")
        if trouble and trouble.words in text and trouble.occasion():
            await self._break(trouble, self.near)
        await self._send(self.far, text, "up")

    async def _invited(self, tag: bytes) -> bool:
        """Whether the server takes the literal that it was asked about."""
        await self.word.wait()
        return tag in self.commands

    async def _instead(self, trouble: Trouble, tag: bytes, line: bytes) -> None:
        if trouble.kind == "act":
            await asyncio.get_running_loop().run_in_executor(None, trouble.act)
            await self._break(trouble, self.near)
        while found := LITERAL.search(line):
            if not found[2]:
                self.near.write(b"+ go on\r\n")
            await self.near_reader.readexactly(int(found[1]))
            line = await self.near_reader.readline()
        if trouble.words.startswith(b"* BYE"):
            await self._break(trouble, self.near, trouble.words + b"\r\n")
        self.wire.note(trouble)
        self.near.write(tag + b" " + trouble.words + b"\r\n")
        await self.near.drain()

    async def _answered(self, greeting: bytes) -> None:
        """Answers, from the server to the client."""
        trouble = self.wire.next("greet")
        if trouble and trouble.occasion():
            await self._break(trouble, self.near, trouble.words + b"\r\n")
        if greeting:
            self.near.write(greeting)
        while pieces := await self._one_answer():
            await self._send(self.near, await self._changed(pieces), "down")

    async def _one_answer(self) -> list[bytes]:
        pieces = [await self.far_reader.readline()]
        while found := LITERAL.search(pieces[-1]):
            pieces.append(await self.far_reader.readexactly(int(found[1])))
            pieces.append(await self.far_reader.readline())
        return pieces if pieces[0] else []

    async def _changed(self, pieces: list[bytes]) -> bytes:
        whole = b"".join(pieces)
        tag = pieces[0].partition(b" ")[0]
        command = self.commands.get(tag, self.last)
        ended = self.commands.pop(tag, None) is not None
        if ended or tag.startswith(b"+"):
            self.word.set()
        trouble = self.wire.next("answer", "stall", "done", "shorter", "short", "missing", "sizes")
        if trouble is None or not command.startswith(trouble.command):
            return whole
        if trouble.kind in ("answer", "stall") and trouble.occasion():
            await self._break(trouble, self.near, whole[: int(len(whole) * trouble.fraction)])
        if trouble.kind == "done" and ended and trouble.occasion():
            await self._break(trouble, self.near)
        if trouble.kind == "sizes" and SIZE.search(whole) and trouble.occasion():
            self.wire.note(trouble)
            return SIZE.sub(b"RFC822.SIZE %d" % trouble.count, whole)
        if len(pieces) > 1 and BODY.search(pieces[0]):
            return self._falsified(trouble, pieces)
        return whole

    def _falsified(self, trouble: Trouble, pieces: list[bytes]) -> bytes:
        head, text, *tail = pieces
        if trouble.kind not in ("shorter", "short", "missing") or len(text) < 2 or not trouble.occasion():
            return b"".join(pieces)
        self.wire.note(trouble)
        if trouble.kind == "missing":
            return b""
        if trouble.kind == "short":
            return head + text[: -trouble.count] + b"".join(tail)
        text = text[: int(len(text) * trouble.fraction)]
        trouble.fraction *= 0.9
        return re.sub(rb"\{\d+\}", b"{%d}" % len(text), head) + text + b"".join(tail)


@contextlib.contextmanager
def wire(far: Far, near: ssl.SSLContext | None = None) -> Iterator[Wire]:
    line = Wire(far, near)
    try:
        yield line
    finally:
        line.close()
