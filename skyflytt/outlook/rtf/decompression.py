"""Reading compressed RTF ([MS-OXRTFCP] 2.2.2): of a damaged stream as much as it still holds.

Our own, because compressed-rtf gives nothing at all of a stream whose CRC or end is damaged.
"""

from __future__ import annotations

from skyflytt.outlook.rtf.container import COMPRESSED, HEADER, INITIAL, UNCOMPRESSED, WINDOW, crc

_EMPTY = b" " * (WINDOW - len(INITIAL))


def decompress(data: bytes) -> bytes:
    """The RTF; what is no compressed RTF but RTF itself comes back as it is, anything else as no bytes.

    At most 17 bytes come out of two, so that a hostile stream stays within 8.5 times its size.
    """
    if data.startswith(b"{\\rtf"):
        return data
    if len(data) < HEADER.size:
        return b""
    size, raw_size, kind, _ = HEADER.unpack_from(data)
    content = data[HEADER.size : max(size + 4, HEADER.size)] if size > 12 else data[HEADER.size :]
    if kind == UNCOMPRESSED:
        return content[:raw_size]
    return _inflate(content) if kind == COMPRESSED else b""


def intact(data: bytes) -> bool:
    """Whether sizes and CRC of the frame agree with what is in it."""
    if len(data) < HEADER.size:
        return False
    fields: tuple[int, int, bytes, int] = HEADER.unpack_from(data)
    size, raw_size, kind, check = fields
    content = data[HEADER.size : size + 4]
    if len(content) != size - 12:
        return False
    if kind == UNCOMPRESSED:
        return check == 0 and raw_size <= len(content)
    return kind == COMPRESSED and check == crc(content) and len(_inflate(content)) == raw_size


def _inflate(content: bytes) -> bytes:
    # The window's unwritten part stands before its initial text, so that every offset is a distance back from the end.
    out = bytearray(_EMPTY + INITIAL)
    position, end = 0, len(content)
    while position < end:
        control = content[position]
        position += 1
        for bit in range(8):
            if not control >> bit & 1:
                out += content[position : position + 1]
                position += 1
                continue
            reference = content[position : position + 2]
            position += 2
            if len(reference) < 2 or not _copy(out, reference[0] << 8 | reference[1]):
                return bytes(out[WINDOW:])
    return bytes(out[WINDOW:])


def _copy(out: bytearray, reference: int) -> bool:
    """Append what the reference names; False for the one that marks the end."""
    distance = (len(out) + len(INITIAL) - (reference >> 4)) % WINDOW
    if not distance:
        return False
    length = (reference & 15) + 2
    start = len(out) - distance
    found = out[start : start + length]
    out += found if len(found) == length else (found * length)[:length]
    return True
