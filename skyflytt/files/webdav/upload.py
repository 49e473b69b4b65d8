"""One file on its way up. Its size is not known beforehand, and a PUT has to say it: many servers refuse or lose a chunked body.

Where a PUT may go on with a file, the file goes up in parts as it comes. Elsewhere it is gathered first, in memory or, from
8 MiB on, in a temporary file of this machine, and goes up in one request.
"""

from __future__ import annotations

import errno
import hashlib
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress

from skyflytt.errors.base import Failure
from skyflytt.errors.files import WorkspaceFull
from skyflytt.files.webdav.requests import Content

PART_BYTES = 8 << 20
PIECE_BYTES = 1 << 17

Put = Callable[[Content, Mapping[str, str]], None]
"""Sends a PUT with a body and its headers."""


class PartsUpload:
    """PUT with Content-Range from the second part on. `position` is how many bytes the file has when all were sent."""

    def __init__(self, put: Put, offset: int) -> None:
        self._send = put
        self._pending = bytearray()
        self.position = offset
        self.in_parts = bool(offset)
        self._begun = bool(offset)
        self._broken = False

    def put(self, data: memoryview) -> None:
        while data:
            room = PART_BYTES - len(self._pending)
            self._pending += data[:room]
            data = data[room:]
            if data:
                self._send_pending()

    def _send_pending(self) -> None:
        part, self._pending = bytes(self._pending), bytearray()
        headers = {"Content-Length": str(len(part))}
        if self._begun:
            self.in_parts = True
            headers["Content-Range"] = f"bytes {self.position}-{self.position + len(part) - 1}/*"
        try:
            self._send(_Pieces(part), headers)
        except Failure:
            self._broken = True
            raise
        self._begun = True
        self.position += len(part)

    def finish(self) -> None:
        if self._pending or not self._begun:
            self._send_pending()

    def give_up(self) -> None:
        """What came is left at the server, for a later write to go on with; not when the server is what failed."""
        if self._pending and not self._broken:
            with suppress(Failure):
                self._send_pending()


class WholeUpload:
    """One PUT of everything, and nothing at the server before it. With `checksum`, the server is told what to expect."""

    in_parts = False

    def __init__(self, put: Put, item: str, *, checksum: bool) -> None:
        self._send = put
        self._item = item
        self._file = tempfile.SpooledTemporaryFile(max_size=PART_BYTES)  # noqa: SIM115 (closed by finish and give_up)
        self._sha1 = hashlib.sha1(usedforsecurity=False) if checksum else None
        self.position = 0

    def put(self, data: memoryview) -> None:
        try:
            self._file.write(data)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise WorkspaceFull(
                    tempfile.gettempdir(), f"{error.strerror}, while {self._item} was gathered"
                ) from error
            raise
        if self._sha1 is not None:
            self._sha1.update(data)
        self.position += len(data)

    def finish(self) -> None:
        headers = {"Content-Length": str(self.position)}
        if self._sha1 is not None:
            headers["OC-Checksum"] = f"SHA1:{self._sha1.hexdigest()}"
        try:
            self._send(_Spooled(self._file), headers)
        finally:
            self._file.close()

    def give_up(self) -> None:
        self._file.close()


class _Pieces:
    """A body in pieces, so that the timeout counts for each of them and not for all; may be sent again, as Digest needs."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        for start in range(0, len(self._body), PIECE_BYTES):
            yield self._body[start : start + PIECE_BYTES]


class _Spooled:
    def __init__(self, file: tempfile.SpooledTemporaryFile[bytes]) -> None:
        self._file = file

    def __iter__(self) -> Iterator[bytes]:
        self._file.seek(0)
        while piece := self._file.read(PIECE_BYTES):
            yield piece
