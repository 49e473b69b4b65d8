"""Personal distribution lists: IPM.DistList ([MS-OXOCNTC] 2.2.2)."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from zlib import crc32

from skyflytt.outlook.items.classes import DISTRIBUTION_LIST, is_a
from skyflytt.outlook.items.contact import FILE_UNDER
from skyflytt.outlook.items.item import ICALENDAR_UID, Item, common_message, read_common
from skyflytt.outlook.items.people import Person, one_off_entry_id, person_of_entry_id
from skyflytt.outlook.items.values import binaries, binary, text
from skyflytt.outlook.mapi import Message, Properties, tags
from skyflytt.outlook.mapi.named import PSETID_ADDRESS, Named

CHECKSUM = Named(PSETID_ADDRESS, 0x804C, 0x0003)
NAME = Named(PSETID_ADDRESS, 0x8053, 0x001F)
ONE_OFF_MEMBERS = Named(PSETID_ADDRESS, 0x8054, 0x1102)
MEMBERS = Named(PSETID_ADDRESS, 0x8055, 0x1102)
STREAM = Named(PSETID_ADDRESS, 0x8064, 0x0102)

_MOST_BYTES = 15_000
_ICON = 0x202
_STREAM_HEAD = struct.Struct("<HH6I")
_BUILD = 16


@dataclass(kw_only=True)
class DistributionList(Item):
    """A name and those whom mail to it reaches."""

    name: str = ""
    members: list[Person] = field(default_factory=list)


def list_message(group: DistributionList) -> Message:
    """The message with the properties that Outlook expects; beyond 15,000 bytes the members are in a stream."""
    group.subject = group.name
    message = common_message(group, DISTRIBUTION_LIST)
    entries = [one_off_entry_id(person) for person in group.members]
    message.properties |= {
        tags.DISPLAY_NAME: group.name,
        NAME: group.name,
        FILE_UNDER: group.name,
        tags.ICON_INDEX: _ICON,
    }
    message.properties |= _members(entries)
    if group.uid:
        message.properties[ICALENDAR_UID] = group.uid
    return message


def is_list(message: Message) -> bool:
    """Whether a message is a distribution list."""
    return is_a(text(message.properties, tags.MESSAGE_CLASS), DISTRIBUTION_LIST)


def read_list(message: Message) -> DistributionList:
    """Every message of the class is a list. A member of a form that names nobody is a loss."""
    bag = message.properties
    group = DistributionList()
    read_common(group, message)
    group.name = text(bag, NAME) or text(bag, tags.DISPLAY_NAME) or group.subject
    members, one_offs = _streamed(binary(bag, STREAM)) or (binaries(bag, MEMBERS), binaries(bag, ONE_OFF_MEMBERS))
    for index, entry in enumerate(members):
        one_off = one_offs[index] if index < len(one_offs) else b""
        person = person_of_entry_id(one_off) or person_of_entry_id(entry)
        if person is None:
            group.losses.append(f"member {index + 1} is left out: its entry id names nobody ({entry[:40].hex()})")
        else:
            group.members.append(person)
    return group


def checksum(entries: Sequence[bytes]) -> int:
    """PidLidDistributionListChecksum: the CRC of PST files over all entry ids, as a signed number."""
    value = crc32(b"".join(entries), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return value - (1 << 32) if value >> 31 else value


def _members(entries: list[bytes]) -> Properties:
    if sum(map(len, entries)) < _MOST_BYTES:
        return {MEMBERS: tuple(entries), ONE_OFF_MEMBERS: tuple(entries), CHECKSUM: checksum(entries)}
    size = sum(map(len, entries))
    head = _STREAM_HEAD.pack(1, 0, _BUILD, 0, len(entries), size, size, 0)
    body = b"".join(2 * (struct.pack("<I", len(entry)) + entry) + bytes(4) for entry in entries)
    first = _fitting(entries)
    return {STREAM: head + body + bytes(8), MEMBERS: first, ONE_OFF_MEMBERS: first, CHECKSUM: checksum(first)}


def _fitting(entries: list[bytes]) -> tuple[bytes, ...]:
    """The beginning of the list, for programs that do not read the stream."""
    size, kept = 0, 0
    while kept < len(entries) and size + len(entries[kept]) < _MOST_BYTES:
        size += len(entries[kept])
        kept += 1
    return tuple(entries[:kept])


def _streamed(data: bytes) -> tuple[tuple[bytes, ...], tuple[bytes, ...]] | None:
    """The members in a stream; None without one, or a damaged one (the plain properties are then what there is)."""
    if len(data) < _STREAM_HEAD.size:
        return None
    offset, members, one_offs = _STREAM_HEAD.size, [], []
    try:
        for _ in range(_STREAM_HEAD.unpack_from(data)[4]):
            member, offset = _sized(data, offset)
            one_off, offset = _sized(data, offset)
            _, offset = _sized(data, offset)
            members.append(member)
            one_offs.append(one_off)
    except struct.error:
        return None
    return tuple(members), tuple(one_offs)


def _sized(data: bytes, offset: int) -> tuple[bytes, int]:
    (size,) = struct.unpack_from("<I", data, offset)
    if offset + 4 + size > len(data):
        raise struct.error("cut off")
    return data[offset + 4 : offset + 4 + size], offset + 4 + size
