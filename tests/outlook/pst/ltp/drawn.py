"""Properties that hypothesis draws, and the bytes that stand for each ([MS-PST] 2.3.3), worked out apart from the writer."""

from __future__ import annotations

from collections.abc import Callable
from struct import pack
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

_text = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=60)
_sizes = st.sampled_from([0, 1, 2, 3, 100, 1789, 1790, 1791, 3579, 3580, 3581, 8176, 8177, 30_000])
_long_text = _sizes.map(lambda size: "åé"[size % 2] * (size // 2))
_long_bytes = _sizes.map(lambda size: bytes([size % 251]) * size)
_guid = st.uuids()


def _number(form: str) -> Callable[[Any], bytes]:
    return lambda value: pack("<" + form, value)


def _integers(bits: int) -> st.SearchStrategy[int]:
    return st.integers(-(1 << bits - 1), (1 << bits - 1) - 1)


def _guid_bytes(value: UUID) -> bytes:
    return pack("<IHH", *value.fields[:3]) + value.bytes[8:]


def _text_bytes(value: str) -> bytes:
    return value.encode("utf-16-le")


FIXED: dict[int, tuple[st.SearchStrategy[Any], Callable[[Any], bytes]]] = {
    0x0002: (_integers(16), _number("h")),
    0x0003: (_integers(32), _number("i")),
    0x0004: (st.floats(width=32), _number("f")),
    0x0005: (st.floats(), _number("d")),
    0x0006: (_integers(64), _number("q")),
    0x0007: (st.floats(), _number("d")),
    0x000A: (st.integers(0, 0xFFFFFFFF), _number("I")),
    0x000B: (st.booleans(), _number("?")),
    0x0014: (_integers(64), _number("q")),
    0x0040: (_integers(64), _number("q")),
}
OTHERS: dict[int, tuple[st.SearchStrategy[Any], Callable[[Any], bytes]]] = {
    0x001F: (_text | _long_text, _text_bytes),
    0x0048: (_guid, _guid_bytes),
    0x00FB: (st.binary(max_size=60), bytes),
    0x0102: (st.binary(max_size=60) | _long_bytes, bytes),
}


def _joined(base: int) -> Callable[[Any], bytes]:
    one = (FIXED | OTHERS)[base][1]
    return lambda values: b"".join(map(one, values))


def _with_offsets(base: int) -> Callable[[Any], bytes]:
    one = OTHERS[base][1]

    def encode(values: Any) -> bytes:
        if not values:
            return b""
        at, head, parts = 4 + 4 * len(values), pack("<I", len(values)), b""
        for value in values:
            head += pack("<I", at + len(parts))
            parts += one(value)
        return head + parts

    return encode


def _several(base: int) -> st.SearchStrategy[Any]:
    return st.lists((FIXED | OTHERS)[base][0], max_size=6).map(tuple)


MULTIPLE = {0x1000 | base: (_several(base), _joined(base)) for base in (2, 3, 4, 5, 6, 7, 0x14, 0x40, 0x48)} | {
    0x1000 | base: (_several(base), _with_offsets(base)) for base in (0x1F, 0x102)
}
KINDS = FIXED | OTHERS | MULTIPLE

ids = st.integers(0x6800, 0x6FFF) | st.integers(0x7C00, 0x7FFF) | st.integers(0x8000, 0xFFFE)
"""Property ids that libpff gives no meaning of its own."""


def expected(tag: int, value: Any) -> bytes:
    """The bytes of a value."""
    return KINDS[tag & 0xFFFF][1](value)


def _property(identifier: int) -> st.SearchStrategy[tuple[int, Any]]:
    return st.sampled_from(sorted(KINDS)).flatmap(
        lambda kind: KINDS[kind][0].map(lambda value: (identifier << 16 | kind, value))
    )


properties: st.SearchStrategy[dict[int, Any]] = (
    st.lists(ids, unique=True, max_size=40).flatmap(lambda ids: st.tuples(*map(_property, ids))).map(dict)
)
columns: st.SearchStrategy[list[int]] = (
    st.lists(ids, unique=True, max_size=30)
    .flatmap(
        lambda ids: st.tuples(*[st.sampled_from(sorted(KINDS)).map(lambda kind, at=at: at << 16 | kind) for at in ids])
    )
    .map(list)
)


def cells(columns: list[int]) -> st.SearchStrategy[dict[int, Any]]:
    """A row's cells: each column's, or none."""
    return st.fixed_dictionaries({}, optional={tag: KINDS[tag & 0xFFFF][0] for tag in columns})
