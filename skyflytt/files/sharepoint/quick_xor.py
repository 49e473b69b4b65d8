"""quickXorHash, the digest that OneDrive and SharePoint keep of every file: 160 bits, in base64.

https://learn.microsoft.com/onedrive/developer/code-snippets/quickxorhash: each byte is turned left by 11 bits more than the one before
and xored in; the length is xored into the last eight bytes. It finds damage, and is no protection against forgery.
"""

from __future__ import annotations

import base64

WIDTH_BITS = 160
SHIFT_BITS = 11
PERIOD = 160
"""Bytes so far apart are turned alike: 11 and 160 have no common divisor."""
_MASK = (1 << WIDTH_BITS) - 1


class QuickXor:
    """Fed piece by piece. Its whole state is `position` and 160 bytes (`state`), so it can be kept and gone on with."""

    def __init__(self, position: int = 0, state: str = "") -> None:
        self.position = position
        self._columns = int(state, 16) if state else 0

    @property
    def state(self) -> str:
        """As hex, for the constructor."""
        return f"{self._columns:x}"

    def copy(self) -> QuickXor:
        return QuickXor(self.position, self.state)

    def update(self, data: bytes | memoryview) -> None:
        """Bytes of the same column are xored together first, by halving: big integers do it quickly."""
        begin = self.position % PERIOD
        self.position += len(data)
        folded, size = int.from_bytes(data, "little") << (8 * begin), begin + len(data)
        while size > PERIOD:
            half = -(-size // (2 * PERIOD)) * PERIOD
            folded = (folded & ((1 << (8 * half)) - 1)) ^ (folded >> (8 * half))
            size = half
        self._columns ^= folded

    def digest(self) -> str:
        """As Graph writes it (`file.hashes.quickXorHash`)."""
        mixed = 0
        for index, byte in enumerate(self._columns.to_bytes(PERIOD, "little")):
            turned = byte << (index * SHIFT_BITS % WIDTH_BITS)
            mixed ^= (turned & _MASK) ^ (turned >> WIDTH_BITS)
        mixed ^= (self.position & ((1 << 64) - 1)) << (WIDTH_BITS - 64)
        return base64.b64encode(mixed.to_bytes(WIDTH_BITS // 8, "little")).decode()


def quick_xor(data: bytes) -> str:
    """Of a whole content."""
    hashing = QuickXor()
    hashing.update(data)
    return hashing.digest()
