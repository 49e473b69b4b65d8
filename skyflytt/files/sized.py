"""Writes whose size is told beforehand: upload sessions of clouds want to know it with the first byte, and are gone on with by it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import BinaryIO, Protocol, cast

from skyflytt.files.port import FileStore


class SizedWrites(Protocol):
    """What a store offers beside `FileStore` where its capabilities say `sized_writes`."""

    def write_sized(self, path: str, size_bytes: int, offset: int = 0) -> AbstractContextManager[BinaryIO]:
        """As `write`, for exactly `size_bytes` in all; `offset` is what `unfinished_bytes` told, or 0. Nothing is at `path` before the end.

        An error inside leaves what came, for a later call. Raises `skyflytt.errors.sharepoint.UploadExpired` where that is gone.
        """
        ...

    def unfinished_bytes(self, path: str, size_bytes: int) -> int:
        """How much the store still has of such a write that was cut off; 0 for nothing."""
        ...


def write_sized(store: FileStore, path: str, size_bytes: int, offset: int = 0) -> AbstractContextManager[BinaryIO]:
    """`SizedWrites.write_sized`, and `FileStore.write` for a store that does not have it."""
    if store.capabilities.sized_writes:
        return cast(SizedWrites, store).write_sized(path, size_bytes, offset)
    return store.write(path, offset)


def unfinished_bytes(store: FileStore, path: str, size_bytes: int) -> int:
    """For a store that has it."""
    return cast(SizedWrites, store).unfinished_bytes(path, size_bytes)
