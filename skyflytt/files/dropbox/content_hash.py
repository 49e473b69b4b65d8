"""Dropbox's content_hash: the SHA-256 of the SHA-256s of the blocks of 4 MiB (https://www.dropbox.com/developers/reference/content-hash)."""

from __future__ import annotations

import hashlib

BLOCK_BYTES = 4 << 20


class ContentHash:
    """Computed as the bytes pass."""

    def __init__(self) -> None:
        self._whole = hashlib.sha256()
        self._block = hashlib.sha256()
        self._room = BLOCK_BYTES

    def update(self, data: bytes | memoryview) -> None:
        view = memoryview(data)
        while view:
            taken, view = view[: self._room], view[self._room :]
            self._block.update(taken)
            self._room -= len(taken)
            if not self._room:
                self._whole.update(self._block.digest())
                self._block, self._room = hashlib.sha256(), BLOCK_BYTES

    def hexdigest(self) -> str:
        whole = self._whole.copy()
        if self._room < BLOCK_BYTES:
            whole.update(self._block.digest())
        return whole.hexdigest()


def content_hash(data: bytes | memoryview) -> str:
    found = ContentHash()
    found.update(data)
    return found.hexdigest()
