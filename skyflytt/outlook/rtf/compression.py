"""Writing compressed RTF ([MS-OXRTFCP] 2.2.1).

Our own, because compressed-rtf needs 4 s for 130 KB.
"""

from __future__ import annotations

from skyflytt.outlook.rtf.container import COMPRESSED, HEADER, INITIAL, WINDOW, crc

_LONGEST = 17
_SHORTEST = 2


def compress(rtf: bytes) -> bytes:
    """`rtf` as PidTagRtfCompressed holds it (LZFu)."""
    content = _deflate(INITIAL + rtf)
    return HEADER.pack(len(content) + 12, len(rtf), COMPRESSED, crc(content)) + content


def _deflate(data: bytes) -> bytes:
    """`data` begins with the initial dictionary; a position in it is a place in the window, modulo the window."""
    latest = {data[at : at + _SHORTEST]: at for at in range(len(INITIAL) - 1)}
    longer = {data[at : at + 4]: at for at in range(len(INITIAL) - 3)}
    out = bytearray()
    tokens, control, count = bytearray(), 0, 0
    position, end = len(INITIAL), len(data)
    while True:
        start, length = _match(data, position, longer.get(data[position : position + 4], -WINDOW))
        if length < _SHORTEST:
            start, length = _match(data, position, latest.get(data[position : position + _SHORTEST], -WINDOW))
        if position == end or length >= _SHORTEST:
            control |= 1 << count
            tokens += ((start % WINDOW) << 4 | max(length - _SHORTEST, 0)).to_bytes(2, "big")
        else:
            length = 1
            tokens += data[position : position + 1]
        count += 1
        if count == 8 or position == end:
            out.append(control)
            out += tokens
            tokens, control, count = bytearray(), 0, 0
        if position == end:
            return bytes(out)
        for at in range(position, position + length):
            latest[data[at : at + _SHORTEST]] = at
            longer[data[at : at + 4]] = at
        position += length


def _match(data: bytes, position: int, candidate: int) -> tuple[int, int]:
    """The candidate and how many bytes from it equal those at `position`; at the end of the data the mark of the end."""
    if position == len(data):
        return position, 0
    if position - candidate >= WINDOW - _LONGEST:
        return 0, 0
    wanted = data[position : position + _LONGEST]
    found = data[candidate : candidate + _LONGEST]
    if found.startswith(wanted):
        return candidate, len(wanted)
    return candidate, next(at for at, byte in enumerate(wanted) if byte != found[at])
