"""How much a store can still take, where it tells."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class TellsRoom(Protocol):
    """A store that can be asked."""

    def free_bytes(self) -> int | None:
        """Bytes that the account may still write; None where the server does not tell."""
        ...


def free_bytes(store: object) -> int | None:
    """Bytes that may still be written; None where the store does not tell."""
    return store.free_bytes() if isinstance(store, TellsRoom) else None
