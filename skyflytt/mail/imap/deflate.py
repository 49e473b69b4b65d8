"""COMPRESS=DEFLATE (RFC 4978): both directions of a connection compressed, from the command's OK on."""

from __future__ import annotations

import io
import zlib
from typing import Any

from skyflytt.mail.imap.errors import ServerRefused, accepted, refusals

_RAW_DEFLATE = -15
_PIECE = 1 << 16


def compress(imap: Any) -> bool:
    """Ask for compression; False where the server does not want to now. `imap` is an `imaplib.IMAP4` that is signed in."""
    try:
        with refusals():
            accepted(imap.xatom("COMPRESS", "DEFLATE"))
    except ServerRefused:
        return False
    plain = imap.file
    imap.file = io.BufferedReader(_Inflating(plain), _PIECE)
    deflating = zlib.compressobj(6, zlib.DEFLATED, _RAW_DEFLATE)
    send = imap.send
    imap.send = lambda data: send(deflating.compress(data) + deflating.flush(zlib.Z_SYNC_FLUSH))
    return True


class _Inflating(io.RawIOBase):
    """What `source` gives, inflated."""

    def __init__(self, source: io.BufferedReader) -> None:
        self._source = source
        self._inflating = zlib.decompressobj(_RAW_DEFLATE)
        self._ready = b""
        self._full = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        while not self._ready:
            packed = self._inflating.unconsumed_tail
            # A piece that came out full may have more behind it; else what is missing has to come over the line.
            if not packed and not self._full:
                packed = self._source.read1(_PIECE)
                if not packed:
                    return 0
            try:
                self._ready = self._inflating.decompress(packed, _PIECE)
            except zlib.error as error:
                raise OSError(f"the compressed stream is damaged: {error}") from error
            self._full = len(self._ready) == _PIECE
        count = min(len(view), len(self._ready))
        view[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def close(self) -> None:
        self._source.close()
        super().close()
