from __future__ import annotations

import struct
import zlib
from pathlib import Path
from uuid import UUID

import pytest

from skyflytt.outlook.errors import ItemTooLarge
from skyflytt.outlook.mapi import Message, Named
from skyflytt.outlook.mapi.named import PS_INTERNET_HEADERS, PS_MAPI, PS_PUBLIC_STRINGS, PSETID_ADDRESS, PSETID_COMMON
from skyflytt.outlook.pst.messaging.name_map import NameMap
from tests.outlook.pst.written import Written, write

NAMES = [
    Named(PSETID_COMMON, 0x8506, 0x000B),
    Named(PS_INTERNET_HEADERS, "x-mailer", 0x001F),
    Named(PS_PUBLIC_STRINGS, "Größe 🎉", 0x001F),
    Named(PSETID_ADDRESS, 0x8080, 0x001F),
    Named(PS_INTERNET_HEADERS, "odd", 0x001F),
    Named(PS_MAPI, "in mapi", 0x001F),
]


def test_names_are_numbered_by_first_use_and_without_regard_to_case() -> None:
    names = NameMap()
    first = len(names)
    assert [names.tag(name) >> 16 for name in NAMES] == [0x8000 + first + at for at in range(len(NAMES))]
    assert names.tag(Named(PS_INTERNET_HEADERS, "X-Mailer", 0x0003)) == (0x8001 + first) << 16 | 0x0003
    assert len(names) == first + len(NAMES)


def test_a_lid_in_ps_mapi_is_an_ordinary_id() -> None:
    assert NameMap().tag(Named(PS_MAPI, 0x0037, 0x001F)) == 0x0037001F


def test_a_file_has_room_for_32766_names() -> None:
    names = NameMap()
    for number in range(32766 - len(names)):
        names.tag(Named(PS_PUBLIC_STRINGS, f"n{number}", 0x0003))
    assert names.tag(Named(PS_PUBLIC_STRINGS, "N0", 0x0003)) >> 16 < 0xFFFE
    with pytest.raises(ItemTooLarge, match=r"one more.*32,767"):
        names.tag(Named(PS_PUBLIC_STRINGS, "one more", 0x0003))


def test_the_streams_and_buckets_say_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.pst"
    write(path, Message({name: True if name.type == 0xB else "x" for name in NAMES}))
    properties = Written(path).properties(0x61)
    assert properties[0x00010003] == struct.pack("<I", 251)
    entries = [
        struct.unpack_from("<IHH", properties[0x00030102], at) for at in range(0, len(properties[0x00030102]), 8)
    ]
    assert [index for _, _, index in entries] == list(range(len(NAMES) + 2))
    read = [_name(entry, properties[0x00020102], properties[0x00040102]) for entry in entries[2:]]
    assert read == [(name.set, name.name) for name in NAMES]
    for place, which, index in entries:
        digest = _crc(place, properties[0x00040102]) if which & 1 else place
        bucket = properties[0x10000102 + ((digest ^ which) % 251 << 16)]
        assert struct.pack("<IHH", digest, which, index) in [bucket[at : at + 8] for at in range(0, len(bucket), 8)]
    buckets = [len(value) for tag, value in properties.items() if tag >> 16 >= 0x1000]
    assert sum(buckets) == 8 * len(entries)


def _name(entry: tuple[int, int, int], guids: bytes, strings: bytes) -> tuple[UUID, int | str]:
    place, which, _ = entry
    fixed = {1: PS_MAPI, 2: PS_PUBLIC_STRINGS}
    start = ((which >> 1) - 3) * 16
    guid = fixed.get(which >> 1) or UUID(bytes_le=guids[start : start + 16])
    if not which & 1:
        return guid, place
    assert place % 4 == 0
    return guid, _text(place, strings).decode("utf-16-le")


def _text(place: int, strings: bytes) -> bytes:
    (length,) = struct.unpack_from("<I", strings, place)
    return strings[place + 4 : place + 4 + length]


def _crc(place: int, strings: bytes) -> int:
    return zlib.crc32(_text(place, strings), 0xFFFFFFFF) ^ 0xFFFFFFFF
