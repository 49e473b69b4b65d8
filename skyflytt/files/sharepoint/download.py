"""One file on its way down (RFC 9110, section 14: ranges); its address is told to nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx

from skyflytt.errors.connection import ConnectionLost
from skyflytt.graph.unreachable import told

RANGE = re.compile(r"bytes (\d+)-\d+/(?:\d+|\*)")
BEHIND_THE_END = 416


class Download:
    """The bytes of an answer from `offset` on."""

    def __init__(self, response: httpx.Response, server: str, offset: int) -> None:
        self._server = f"https://{server}"
        self._pieces: Iterator[bytes] = response.iter_raw()
        self._rest = memoryview(b"")
        self._ended = response.status_code == BEHIND_THE_END
        self._to_skip = offset if response.status_code == 200 else 0
        if response.status_code == 206:
            begins = RANGE.match(response.headers.get("content-range", ""))
            if begins is None or int(begins[1]) != offset:
                raise ConnectionLost(server, f"it sent another range than the one from {offset} on")

    def take(self, size: int) -> bytes:
        """1 to `size` bytes, or none at the end."""
        while self._to_skip and (piece := self._next(self._to_skip)):
            self._to_skip -= len(piece)
        return self._next(size)

    def _next(self, size: int) -> bytes:
        if not self._rest and not self._ended:
            with told(self._server):
                piece = next(self._pieces, None)
            self._ended = piece is None
            self._rest = memoryview(piece or b"")
        taken, self._rest = bytes(self._rest[:size]), self._rest[size:]
        return taken
