"""Ids and change keys: opaque, long, and case-sensitive, as Exchange's are."""

from __future__ import annotations

import base64
import binascii
import struct
from typing import Literal, NamedTuple

from skyflytt.sandbox.exchange.failing import ResponseError

_ID = struct.Struct(">3s1s36xq60xq4x")
_ATTACHMENT = struct.Struct(">H")
_CHANGE_KEY = struct.Struct(">3sqq")
Kind = Literal["item", "folder"]
_KINDS: dict[bytes, Kind] = {b"i": "item", b"f": "folder"}
_LETTERS: dict[Kind, bytes] = {kind: letter for letter, kind in _KINDS.items()}


class Id(NamedTuple):
    """`store` is the store that the item or folder `number` is in."""

    kind: Kind
    store: int
    number: int


def write(kind: Kind, store: int, number: int) -> str:
    return base64.b64encode(entry_id(kind, store, number)).decode()


def entry_id(kind: Kind, store: int, number: int) -> bytes:
    return _ID.pack(b"\x00\x02\x69", _LETTERS[kind], store, number)


def read(text: str | None) -> Id:
    """Raises `ResponseError`."""
    if not text:
        raise ResponseError("ErrorInvalidIdEmpty")
    try:
        mark, letter, store, number = _ID.unpack(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError, struct.error) as error:
        raise ResponseError("ErrorInvalidIdMalformed") from error
    if mark != b"\x00\x02\x69" or letter not in _KINDS:
        raise ResponseError("ErrorInvalidIdMalformed")
    return Id(_KINDS[letter], store, number)


def attachment(item: str, position: int) -> str:
    return base64.b64encode(base64.b64decode(item) + _ATTACHMENT.pack(position)).decode()


def read_attachment(text: str | None) -> tuple[Id, int]:
    """The item and the attachment's position in it. Raises `ResponseError`."""
    try:
        data = base64.b64decode(text or "", validate=True)
        (position,) = _ATTACHMENT.unpack(data[-2:])
    except (binascii.Error, ValueError, struct.error) as error:
        raise ResponseError("ErrorInvalidIdMalformed") from error
    return read(base64.b64encode(data[:-2]).decode()), position


def change_key(number: int, changed: int) -> str:
    """Another one whenever the content changes; a read mark alone leaves it, as it leaves PidTagChangeKey ([MS-OXCFXICS] 2.2.1.1.4)."""
    return base64.b64encode(_CHANGE_KEY.pack(b"CQA", number, changed)).decode()
