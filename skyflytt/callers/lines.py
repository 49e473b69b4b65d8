"""A log's lines in batches, whatever its size: plain, gzip, zstd, xz or bzip2, UTF-8 or UTF-16, in flat memory."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

import zstandard

from skyflytt.errors.callers import LogDamaged, LogFormUnknown

BLOCK = 1 << 20
LONGEST_LINE = 1 << 20
HEAD = 1 << 16
UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
OPENERS: dict[bytes, Callable[[BinaryIO], BinaryIO]] = {
    b"\x1f\x8b": lambda raw: cast("BinaryIO", gzip.GzipFile(fileobj=raw)),
    b"\x28\xb5\x2f\xfd": lambda raw: cast("BinaryIO", _Zstd(raw)),
    b"\xfd7zXZ": lambda raw: cast("BinaryIO", lzma.LZMAFile(raw)),  # noqa: SIM115 -- closed with what is below it
    b"BZh": lambda raw: cast("BinaryIO", bz2.BZ2File(raw)),
}
DAMAGE = (EOFError, gzip.BadGzipFile, lzma.LZMAError, zstandard.ZstdError, OSError, UnicodeDecodeError)


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A log's bytes, unpacked and in UTF-8; `packed` where it was compressed, so that nothing is written to it any more."""

    stream: BinaryIO
    packed: bool

    def read(self, size: int, name: str) -> bytes:
        """Up to `size` bytes; nothing at the end. Raises `LogDamaged`."""
        try:
            return self.stream.read(size)
        except DAMAGE as error:
            if not self.packed:
                raise
            raise LogDamaged(name, str(error) or type(error).__name__) from error


def unpacked(raw: BinaryIO) -> Unpacked:
    """The log behind `raw`, which need not be seekable."""
    buffered = cast("BinaryIO", io.BufferedReader(_Raw(raw), BLOCK))
    first = buffered.peek(8)[:8]  # type: ignore[attr-defined]
    opener = next((one for magic, one in OPENERS.items() if first.startswith(magic)), None)
    if opener is not None:
        inner = opener(buffered)
        return Unpacked(inner, packed=True)
    if first[:2] in UTF16:
        return Unpacked(cast("BinaryIO", _Recoded(buffered, UTF16[first[:2]])), packed=True)
    return Unpacked(buffered, packed=False)


def skip(source: Unpacked, size: int, name: str) -> None:
    """Pass over so many bytes."""
    while size > 0 and (data := source.read(min(BLOCK, size), name)):
        size -= len(data)


def read_up_to(source: Unpacked, size: int, name: str) -> bytes:
    """So many bytes, or all that there are."""
    found = b""
    while len(found) < size and (data := source.read(size - len(found), name)):
        found += data
    return found


def batches(
    source: Unpacked, name: str, *, first: bytes = b"", ends: bytes = b"\n"
) -> Iterator[tuple[list[bytes], bytes]]:
    """The complete lines of each block, and what is left over, which is the last line's beginning. Raises `LogFormUnknown`."""
    rest, block = b"", first or source.read(BLOCK, name)
    while block:
        lines = (rest + block).split(ends)
        rest = lines.pop()
        if len(rest) > LONGEST_LINE:
            raise LogFormUnknown(name, f"it has a line of more than {LONGEST_LINE >> 20} MB; it is no text")
        yield lines, rest
        block = source.read(BLOCK, name)


class _Raw(io.RawIOBase):
    """Any stream that has `read`, as one that can be buffered and looked into."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


class _Zstd:
    """Frames of zstd one after the other; one that was cut off raises `EOFError`, which zstandard's own reader does not tell."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._ready, self._ended = stream, bytearray(), False
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._begun = False

    def read(self, size: int) -> bytes:
        while len(self._ready) < size and not self._ended:
            self._fill(self._stream.read(8192))
        data = bytes(self._ready[:size])
        del self._ready[:size]
        return data

    def _fill(self, packed: bytes) -> None:
        if not packed:
            self._ended = True
            if self._begun:
                raise EOFError("the file ends in the middle of a zstd frame")
        while packed:
            self._ready += self._frame.decompress(packed)
            self._begun, packed = not self._frame.eof, self._frame.unused_data
            if self._frame.eof:
                self._frame = zstandard.ZstdDecompressor().decompressobj()


class _Recoded:
    """UTF-16, as PowerShell writes it, read as UTF-8."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream, self._decoder = stream, codecs.getincrementaldecoder(encoding)()

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        return self._decoder.decode(data, final=len(data) < size).lstrip("\ufeff").encode()
