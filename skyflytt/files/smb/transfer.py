"""Reading and writing one file with several requests under way."""

from __future__ import annotations

import struct
from collections import deque
from dataclasses import dataclass
from typing import Any

from skyflytt.files.smb.failures import DISK_FULL, END_OF_FILE, Refusal
from skyflytt.files.smb.messages import close, read, write
from skyflytt.files.smb.share import IN_FLIGHT_BYTES, Share


@dataclass
class _Ask:
    request: Any
    offset: int
    size: int


class Reader:
    """Takes a file from `offset` on. `size_bytes` says how far to ask ahead; the file ends where the server says so."""

    def __init__(self, share: Share, handle: bytes, offset: int, size_bytes: int) -> None:
        self._share = share
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
            data = _read_data(self._share.wait(ask.request))[: ask.size]
        except Refusal as refusal:
            if refusal.status != END_OF_FILE:
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
        if self._asked:
            self._asked.appendleft(self._ask(ask.offset + got, ask.size - got))
        else:
            self._next = ask.offset + got

    def _ask_ahead(self) -> None:
        """Up to the known size in blocks, then one request beyond it, which says whether that was the end."""
        while not self._asked or self._may_ask_more():
            known = self._size - self._next
            block = self._share.block_bytes
            ask = self._ask(self._next, min(block, known) if known > 0 else block)
            self._next += ask.size
            self._asked.append(ask)

    def _may_ask_more(self) -> bool:
        wanted = self._asked_bytes < IN_FLIGHT_BYTES and self._asked[-1].offset < self._size
        return wanted and self._share.has_room(self._share.block_bytes)

    def _ask(self, offset: int, size: int) -> _Ask:
        self._asked_bytes += size
        return _Ask(self._share.send(read(self._handle, offset, size))[0], offset, size)

    def give_up(self) -> None:
        """Answers that are still to come are thrown away; the server must have sent them before the file is closed."""
        if not self._share.broken:
            self._share.answers([ask.request for ask in self._asked])
        self._asked.clear()


class Writer:
    """Puts a file from `offset` on. Every answer is looked at: a refused block is never taken for one that arrived."""

    def __init__(self, share: Share, handle: bytes, offset: int) -> None:
        self._share = share
        self._handle = handle
        self._next = offset
        self._pending = bytearray()
        self._sent: deque[tuple[_Ask, bytes]] = deque()
        self._unanswered = 0

    def put(self, data: memoryview) -> None:
        """Send all of it; raises `Refusal` for this or an earlier block."""
        self._pending += data
        while len(self._pending) >= self._share.block_bytes:
            self._send(bytes(self._pending[: self._share.block_bytes]))
            del self._pending[: self._share.block_bytes]

    def _send(self, block: bytes) -> None:
        while self._sent and (self._unanswered >= IN_FLIGHT_BYTES or not self._share.has_room(len(block))):
            self._settle()
        request = self._share.send(write(self._handle, self._next, block))[0]
        self._sent.append((_Ask(request, self._next, len(block)), block))
        self._next += len(block)
        self._unanswered += len(block)

    def _settle(self) -> None:
        ask, block = self._sent.popleft()
        self._unanswered -= ask.size
        written = _written(self._share.wait(ask.request))
        while written < ask.size:
            # The rest of a block that arrived in part; what kept it from arriving is what this is refused for.
            more = _written(self._share.ask(write(self._handle, ask.offset + written, block[written:]))[0])
            if not more:
                raise Refusal(DISK_FULL, "the server takes no more of it")
            written += more

    def finish(self) -> None:
        """Wait until everything has arrived and the file is closed."""
        try:
            self._flush()
            while self._sent:
                self._settle()
        except Refusal:
            self._pending.clear()
            self.give_up()
            raise
        self._share.ask(close(self._handle))

    def _flush(self) -> None:
        if self._pending:
            self._send(bytes(self._pending))
            self._pending.clear()

    def give_up(self) -> None:
        """Close behind what was put; what arrived stays."""
        if self._share.broken:
            return
        self._flush()
        self._share.answers([ask.request for ask, _ in self._sent])
        self._sent.clear()
        self._share.answers(self._share.send(close(self._handle)))


def _read_data(answer: bytes) -> bytes:
    """[MS-SMB2] section 2.2.20; the offset counts the header."""
    _, offset, _, size = struct.unpack_from("<HBBI", answer)
    return answer[offset - 64 : offset - 64 + size]


def _written(answer: bytes) -> int:
    """[MS-SMB2] section 2.2.22."""
    return int(struct.unpack_from("<HHI", answer)[2])
