"""Which bytes of the file are in use: one bit for each 64 bytes, as in allocation maps."""

from __future__ import annotations

from skyflytt.outlook.pst.structure.layout import FIRST_MAP, SLOT_BYTES, SPAN_BYTES

MAP_BYTES = 496
SLOTS = MAP_BYTES * 8


class Usage:
    """Bits are kept from the highest downwards, like rgbAMapBits: 496 bytes of memory for each 254 KB of the file."""

    def __init__(self, spans: int) -> None:
        self.spans = spans
        self._bits = bytearray(MAP_BYTES * spans)

    def mark(self, offset: int, size: int) -> bool:
        """Mark an area inside one span as used. False where some of it was in use already, or lies outside the maps."""
        span, within = divmod(offset - FIRST_MAP, SPAN_BYTES)
        first, count = within // SLOT_BYTES, (size + SLOT_BYTES - 1) // SLOT_BYTES
        if offset < FIRST_MAP or span >= self.spans or first + count > SLOTS:
            return False
        low, high = first >> 3, (first + count + 7) >> 3
        start = span * MAP_BYTES
        shift = high * 8 - first - count
        mask = ((1 << count) - 1) << shift
        area = slice(start + low, start + high)
        there = int.from_bytes(self._bits[area], "big")
        self._bits[area] = (there | mask).to_bytes(high - low, "big")
        return not there & mask

    def span(self, number: int) -> bytes:
        return bytes(self._bits[number * MAP_BYTES : (number + 1) * MAP_BYTES])


def runs(bits: int, slots: int = SLOTS) -> list[tuple[int, int]]:
    """(first slot, count) of each run of set bits, counted from the highest bit."""
    text = f"{bits:0{slots}b}"
    found, start = [], text.find("1")
    while start >= 0:
        end = text.find("0", start)
        end = len(text) if end < 0 else end
        found.append((start, end - start))
        start = text.find("1", end)
    return found
