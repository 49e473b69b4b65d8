"""Reading and writing one file with many requests under way."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from skyflytt.files.sftp.packets import Command, Refusal, Status, text
from skyflytt.files.sftp.session import Session, read_fields, write_fields

IN_FLIGHT_BYTES = 4 << 20
"""Enough for 40 MB/s over 100 ms; bounded, so that a reading that is given up does not hold back what comes after it."""


@dataclass
class _Ask:
    request: int
    offset: int
    size: int


class Reader:
    """Takes a file from `offset` on. `size_bytes` says how far to ask ahead; the file ends where the server says so."""

    def __init__(self, session: Session, handle: bytes, offset: int, size_bytes: int) -> None:
        self._session = session
        self._handle = handle
        self._next = offset
        self._size = size_bytes
        self._asked: deque[_Ask] = deque()
        self._asked_bytes = 0
        self._rest = memoryview(b"")
        self._ended = False

    def take(self, size: int) -> bytes:
        """1 to `size` bytes, or none at the end; raises `Refusal`."""
        if not self._rest and not self._ended:
            self._rest = memoryview(self._receive())
        piece = bytes(self._rest[:size])
        self._rest = self._rest[size:]
        return piece

    def _receive(self) -> bytes:
        self._ask_ahead()
        ask = self._asked.popleft()
        self._asked_bytes -= ask.size
        try:
            data = self._session.wait(ask.request).text()
        except Refusal as refusal:
            if refusal.code != Status.EOF:
                raise
            data = b""
        if not data:
            self._ended = True
            self.give_up()
        elif len(data) < ask.size:
            self._continue(ask, len(data))
        return data

    def _continue(self, ask: _Ask, got: int) -> None:
        """An answer may be shorter than was asked for; what lies between it and the next answer is asked for again."""
        offset, missing = ask.offset + got, ask.size - got
        if self._asked:
            self._asked.appendleft(self._ask(offset, missing))
        else:
            self._next = offset

    def _ask_ahead(self) -> None:
        """Up to the known size in blocks, then one request beyond it, which says whether that was the end."""
        while not self._asked or (self._asked_bytes < IN_FLIGHT_BYTES and self._asked[-1].offset < self._size):
            known = self._size - self._next
            block = self._session.block_bytes
            ask = self._ask(self._next, min(block, known) if known > 0 else block)
            self._next += ask.size
            self._asked.append(ask)

    def _ask(self, offset: int, size: int) -> _Ask:
        self._asked_bytes += size
        return _Ask(self._session.send(Command.READ, read_fields(self._handle, offset, size)), offset, size)

    def give_up(self) -> None:
        """Answers that are still to come are thrown away."""
        self._session.forget(*(ask.request for ask in self._asked))
        self._asked.clear()


class Writer:
    """Puts a file from `offset` on. Every answer is looked at: a refused block is never taken for one that arrived."""

    def __init__(self, session: Session, handle: bytes, offset: int) -> None:
        self._session = session
        self._handle = handle
        self._next = offset
        self._sent: deque[tuple[int, int]] = deque()
        self._unanswered = 0

    def put(self, data: memoryview) -> None:
        """Send all of it; raises `Refusal` for this or an earlier block."""
        for at in range(0, len(data), self._session.block_bytes):
            block = data[at : at + self._session.block_bytes]
            head = write_fields(self._handle, self._next, len(block))
            self._sent.append((self._session.send(Command.WRITE, head, block), len(block)))
            self._next += len(block)
            self._unanswered += len(block)
            while self._unanswered > IN_FLIGHT_BYTES:
                self._settle()

    def _settle(self) -> None:
        request, size = self._sent.popleft()
        self._unanswered -= size
        self._session.wait(request)

    def finish(self) -> None:
        """Wait until everything has arrived and the file is closed."""
        closing = self._session.send(Command.CLOSE, text(self._handle))
        try:
            while self._sent:
                self._settle()
            self._session.wait(closing)
        except Refusal:
            self._session.forget(closing, *(request for request, _ in self._sent))
            raise

    def give_up(self) -> None:
        """Close behind what was sent, without waiting."""
        self._session.forget(*(request for request, _ in self._sent))
        self._session.close_handle(self._handle)
