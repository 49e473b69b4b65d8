"""The records around a FastTransfer stream: what ExportItems writes and UploadItems expects, before and between its buffers.

A record is {u32 opcode, u32 size, data}. The first says how the stream was made, the next two what it is and who made it;
then come the buffers, whose contents joined are the stream.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from enum import IntEnum
from struct import Struct
from typing import NamedTuple, NoReturn
from uuid import UUID

from skyflytt.outlook.errors import StreamMalformed, StreamTruncated

BUFFER_BYTES = 31680
"""The most that one TransferBuffer holds."""

IID_IMESSAGE = UUID("00020307-0000-0000-C000-000000000046")

_TRUNCATION_NOTE = b"=== Truncated Data ==="
_RECORD = Struct("<II")


class Opcode(IntEnum):
    """The operations whose parameters the records are."""

    CONFIG = 1
    TRANSFER_BUFFER = 2
    IS_INTERFACE_OK = 3
    TELL_PARTNER_VERSION = 4


_SIZES = {Opcode.CONFIG: range(8, 9), Opcode.IS_INTERFACE_OK: range(20, 65), Opcode.TELL_PARTNER_VERSION: range(4, 65)}

_HEADER = (
    (Opcode.CONFIG, Struct("<II").pack(0, 1)),  # no flags; made by CopyTo
    # The flags and the words after the interface are those that Exchange sends.
    (Opcode.IS_INTERFACE_OK, Struct("<I16sI").pack(1, IID_IMESSAGE.bytes_le, 0x80002400)),
    (Opcode.TELL_PARTNER_VERSION, Struct("<3H").pack(0x0E01, 0x80A4, 0)),  # Exchange 2010 SP1
)


class Payload(NamedTuple):
    """The joined stream; `starts` and `origins` say where each buffer begins in the stream and in the data, in bytes."""

    stream: bytes
    starts: tuple[int, ...]
    origins: tuple[int, ...]

    def offset(self, position: int) -> int:
        """The offset in the data of a position in the stream."""
        index = max(0, bisect_right(self.starts, position) - 1)
        return self.origins[index] + position - self.starts[index]

    @property
    def ends_on_full_buffer(self) -> bool:
        """True where nothing tells the last buffer from one that another should follow."""
        sizes = [end - start for start, end in zip(self.starts, (*self.starts[1:], len(self.stream)), strict=True)]
        return sizes[-1] >= min(sizes[:-1], default=BUFFER_BYTES - 64)


def payload(data: bytes, item: str) -> Payload:
    """The stream that the records of `data` carry; StreamTruncated, StreamMalformed."""
    view = memoryview(data)
    buffers: list[memoryview] = []
    starts, origins, length = [], [], 0
    for offset, opcode, content in _records(view, item):
        if opcode == Opcode.TRANSFER_BUFFER:
            buffers.append(content)
            starts.append(length)
            origins.append(offset)
            length += len(content)
        else:
            _accept(opcode, content, offset, item)
    if not length:
        raise StreamTruncated(item, "it ends before the first buffer" + _note(view))
    return Payload(b"".join(buffers), tuple(starts), tuple(origins))


def _records(view: memoryview, item: str) -> Iterator[tuple[int, int, memoryview]]:
    """Offset of the contents, opcode and contents of each record."""
    position = 0
    while position < len(view):
        if len(view) - position < _RECORD.size:
            _cut(view, position, item)
        opcode, size = _RECORD.unpack_from(view, position)
        position += _RECORD.size
        if not _plausible(opcode, size, first=position == _RECORD.size):
            _refuse(view, opcode, size, position - _RECORD.size, item)
        if size > len(view) - position:
            _cut(view, position - _RECORD.size, item)
        yield position, opcode, view[position : position + size]
        position += size


def _plausible(opcode: int, size: int, *, first: bool) -> bool:
    if opcode == Opcode.TRANSFER_BUFFER:
        return not first
    return opcode in _SIZES and size in _SIZES[Opcode(opcode)] and (opcode == Opcode.CONFIG) == first


def _accept(opcode: int, content: memoryview, offset: int, item: str) -> None:
    if opcode != Opcode.IS_INTERFACE_OK:
        return
    interface = UUID(bytes_le=bytes(content[4:20]))
    if interface != IID_IMESSAGE:
        raise StreamMalformed(item, f"it is not of a message but of {interface} (byte {offset + 4})")


def _refuse(view: memoryview, opcode: int, size: int, offset: int, item: str) -> NoReturn:
    if _noted(view):
        _cut(view, offset, item)
    raise StreamMalformed(
        item, f"at byte {offset} there is no record of a FastTransfer stream (operation {opcode}, {size} bytes)"
    )


def _cut(view: memoryview, offset: int, item: str) -> NoReturn:
    raise StreamTruncated(item, f"its {len(view)} bytes end within the record at byte {offset}" + _note(view))


def _noted(view: memoryview) -> bool:
    return bytes(view[-64:]).rstrip(b"\0\r\n ").endswith(_TRUNCATION_NOTE)


def _note(view: memoryview) -> str:
    return f', where the server wrote "{_TRUNCATION_NOTE.decode()}"' if _noted(view) else ""


def frame(buffers: Iterable[Iterable[bytes | bytearray | memoryview]]) -> bytes:
    """The records for UploadItems; each buffer comes in pieces, of BUFFER_BYTES together at most."""
    pieces: list[bytes | bytearray | memoryview] = []
    for opcode, content in _HEADER:
        pieces += (_RECORD.pack(opcode, len(content)), content)
    for buffer in buffers:
        parts = list(buffer)
        pieces.append(_RECORD.pack(Opcode.TRANSFER_BUFFER, sum(map(len, parts))))
        pieces += parts
    return b"".join(pieces)
