"""Cutting a FastTransfer stream into TransferBuffers while it is written."""

from __future__ import annotations

from skyflytt.outlook.fasttransfer.framing import BUFFER_BYTES


class TransferBuffers:
    """Takes elements in three kinds of pieces and closes a buffer whenever the next piece would not fit.

    A buffer ends within an element and never between two: a stream that lost its last buffers can then always be told
    from a whole one. Lexemes of fixed size stay in one buffer; large data is taken by reference and never copied.
    """

    def __init__(self) -> None:
        self.closed: list[tuple[bytes | memoryview, ...]] = []
        self._current = bytearray()
        self._cut = 0

    def head(self, piece: bytes) -> None:
        """A marker, or the type, id and name of a property: a buffer never ends in front of it."""
        # Without a place within an element there are nothing but markers, far inside others: in front of one will do.
        cut = self._cut or len(self._current)
        self._current += piece
        while len(self._current) > BUFFER_BYTES:
            cut = self._close_at(min(cut or BUFFER_BYTES, BUFFER_BYTES))

    def fixed(self, piece: bytes) -> None:
        """A length, count or value of fixed size, within an element."""
        self._cut = len(self._current)
        self.head(piece)

    def data(self, piece: bytes) -> None:
        """The bytes of a string, binary or object."""
        self._cut = len(self._current)
        view = memoryview(piece)
        room = BUFFER_BYTES - len(self._current)
        if len(view) > room:
            self._close((bytes(self._current), view[:room]))
            view = view[room:]
        while len(view) > BUFFER_BYTES:
            self._close((view[:BUFFER_BYTES],))
            view = view[BUFFER_BYTES:]
        self._current += view
        self._cut = max(self._cut, len(self._current) - 2)

    def complete(self) -> list[tuple[bytes | memoryview, ...]]:
        """Every buffer, as the pieces it consists of."""
        if self._current:
            self._close((bytes(self._current),))
        return self.closed

    def _close_at(self, cut: int) -> int:
        kept = self._current[cut:]
        self._close((bytes(self._current[:cut]),))
        self._current = kept
        return self._cut

    def _close(self, pieces: tuple[bytes | memoryview, ...]) -> None:
        self.closed.append(pieces)
        self._current = bytearray()
        self._cut = 0
