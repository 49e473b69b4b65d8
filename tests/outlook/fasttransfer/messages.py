"""Random messages for hypothesis: every property type, named properties, recipients, attachments, embedded messages."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from skyflytt.outlook.fasttransfer.writing import OF_THE_STORE
from skyflytt.outlook.mapi import Attachment, Message, Named, Properties, PropertyType, tags


def signed(bits: int) -> st.SearchStrategy[int]:
    return st.integers(-(1 << bits - 1), (1 << bits - 1) - 1)


TEXT = st.text(st.characters(codec="utf-16-le", exclude_categories=())) | st.text(st.sampled_from("a\0\ud800å😀"))
SINGLE: dict[int, st.SearchStrategy[Any]] = {
    PropertyType.INTEGER_16: signed(16),
    PropertyType.INTEGER_32: signed(32),
    PropertyType.INTEGER_64: signed(64),
    PropertyType.CURRENCY: signed(64),
    PropertyType.ERROR_CODE: st.integers(0, (1 << 32) - 1),
    PropertyType.FLOATING_32: st.floats(width=32, allow_nan=False),
    PropertyType.FLOATING_64: st.floats(allow_nan=False),
    PropertyType.FLOATING_TIME: st.floats(allow_nan=False),
    PropertyType.BOOLEAN: st.booleans(),
    PropertyType.TIME: st.integers(0, (1 << 64) - 1),
    PropertyType.STRING: TEXT,
    PropertyType.BINARY: st.binary(),
    PropertyType.SERVER_ID: st.binary(),
    PropertyType.OBJECT: st.binary(),
    PropertyType.GUID: st.uuids(),
}
MULTIPLE = {
    int(kind): st.lists(SINGLE[kind & 0xFFF], max_size=4).map(tuple)
    for kind in PropertyType
    if kind & 0x1000 and kind != PropertyType.MULTIPLE_STRING_8
}
VALUES: dict[int, st.SearchStrategy[Any]] = {int(kind): values for kind, values in SINGLE.items()} | MULTIPLE
META_IDS = frozenset({*range(0x4000, 0x4100), tags.ROWID >> 16, tags.ATTACH_NUMBER >> 16})
STORE_IDS = frozenset(tag >> 16 for tag in OF_THE_STORE) | {tags.MESSAGE_FLAGS >> 16, tags.ATTACH_DATA >> 16}
IDS = st.integers(1, 0x7FFF).filter(lambda identifier: identifier not in META_IDS | STORE_IDS)
NAMES = st.tuples(
    st.uuids(), st.integers(0, (1 << 32) - 1) | st.text(st.characters(exclude_characters="\0"), max_size=9)
)


@st.composite
def bags(draw: st.DrawFn) -> Properties:
    bag: Properties = {}
    for identity in draw(st.lists(IDS | NAMES, max_size=6, unique=True)):
        kind = draw(st.sampled_from(sorted(VALUES)))
        key = identity << 16 | kind if isinstance(identity, int) else Named(*identity, kind)
        bag[key] = draw(VALUES[kind])
    return bag


def _larger(messages: st.SearchStrategy[Message]) -> st.SearchStrategy[Message]:
    attachments = st.lists(st.builds(Attachment, bags(), st.none() | messages), max_size=3)
    return st.builds(Message, bags(), st.lists(bags(), max_size=3), attachments)


MESSAGES = st.recursive(st.builds(Message, bags()), _larger, max_leaves=6)
