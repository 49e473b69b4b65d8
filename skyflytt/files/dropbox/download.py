"""One file on its way down; read from its beginning to its end, it is compared with the hash that Dropbox has of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from dropbox.exceptions import HttpError

from skyflytt.errors.connection import ConnectionLost
from skyflytt.errors.files import FileChanging
from skyflytt.files.dropbox.connect import Calls
from skyflytt.files.dropbox.content_hash import ContentHash
from skyflytt.files.dropbox.failures import failures
from skyflytt.files.stream import reading

BEHIND_THE_END = 416


@contextmanager
def download(calls: Calls, path: str, at: str, offset: int) -> Iterator[BinaryIO]:
    """The bytes from `offset` on (RFC 9110, section 14: ranges)."""
    headers = {"Range": f"bytes={offset}-"} if offset else None
    answer = calls.ask(path, lambda one: _begun(one, at, headers))
    if answer is None:
        yield reading(lambda _size: b"")
        return
    metadata, response = answer
    try:
        if offset and response.status_code != 206:
            raise ConnectionLost(calls.server, f"it sent {path} from its beginning instead of from {offset} on")
        yield reading(_Bytes(calls, path, metadata, response, whole=not offset).take)
    finally:
        response.close()


def _begun(client: Any, at: str, headers: dict[str, str] | None) -> Any:
    try:
        return client.files_download(at, extra_headers=headers)
    except HttpError as error:
        if error.status_code == BEHIND_THE_END:
            return None
        raise


class _Bytes:
    def __init__(self, calls: Calls, path: str, metadata: Any, response: Any, *, whole: bool) -> None:
        self._calls, self._path, self._raw = calls, path, response.raw
        self._expected = metadata.content_hash if whole else None
        self._hash = ContentHash()
        self._ended = False

    def take(self, size: int) -> bytes:
        if self._ended:
            return b""
        with failures(self._path, self._calls.server):
            piece: bytes = self._raw.read(size)
        if self._expected is not None:
            self._hash.update(piece)
        if not piece:
            self._ended = True
            if self._expected is not None and self._hash.hexdigest() != self._expected:
                raise FileChanging(self._path, "what came is not what Dropbox says that it holds (content hash)")
        return piece
