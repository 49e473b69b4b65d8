"""Addresses in items: one-off entry ids ([MS-OXCDATA] 2.2.5.1), recipients of meetings ([MS-OXOCAL] 2.2.4.10)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum

from skyflytt.outlook.items.values import binary, number, text
from skyflytt.outlook.mapi import Properties, tags

_ONE_OFF = bytes.fromhex("00000000812b1fa4bea310199d6e00dd010f5402")
_FLAGS = struct.Struct("<HH")
_UNICODE_WITHOUT_RICH_TEXT = 0x9001
_UNICODE = 0x8000
_SENDABLE, _ORGANIZER = 0x1, 0x2
_MAIL_USER = 6


class Role(IntEnum):
    """PidTagRecipientType of an attendee."""

    REQUIRED = 1
    OPTIONAL = 2
    RESOURCE = 3


class Response(IntEnum):
    """PidLidResponseStatus, and PidTagRecipientTrackStatus of an attendee."""

    NONE = 0
    ORGANIZED = 1
    TENTATIVE = 2
    ACCEPTED = 3
    DECLINED = 4
    NOT_RESPONDED = 5


@dataclass(frozen=True)
class Person:
    """A name with an address; either may be empty."""

    name: str = ""
    address: str = ""
    address_type: str = "SMTP"

    @property
    def shown(self) -> str:
        """What a list of people shows."""
        return self.name or self.address


@dataclass(frozen=True)
class Attendee:
    """Somebody who is asked to a meeting."""

    person: Person
    role: Role = Role.REQUIRED
    response: Response = Response.NONE


def one_off_entry_id(person: Person) -> bytes:
    """The entry id of an address that is in no address book."""
    texts = f"{person.shown}\0{person.address_type}\0{person.address}\0".encode("utf-16-le", "surrogatepass")
    return _ONE_OFF + _FLAGS.pack(0, _UNICODE_WITHOUT_RICH_TEXT) + texts


def person_of_entry_id(entry_id: bytes) -> Person | None:
    """Who a one-off entry id names; None for any other entry id."""
    if entry_id[4:20] != _ONE_OFF[4:] or len(entry_id) < 24:
        return None
    _, flags = _FLAGS.unpack_from(entry_id, 20)
    rest = entry_id[24:]
    texts = (
        rest[: len(rest) & ~1].decode("utf-16-le", "replace") if flags & _UNICODE else rest.decode("cp1252", "replace")
    )
    name, kind, address = [*texts.split("\0"), "", "", ""][:3]
    return Person(name, address, kind)


def search_key(person: Person) -> bytes:
    """PidTagSearchKey of an address."""
    return f"{person.address_type}:{person.address}\0".upper().encode("utf-8", "replace")


def recipient(attendee: Attendee, *, organizer: bool = False) -> Properties:
    """An attendee's row in the recipient table."""
    person = attendee.person
    entry_id = one_off_entry_id(person)
    return {
        tags.RECIPIENT_TYPE: int(attendee.role),
        tags.DISPLAY_NAME: person.shown,
        tags.ADDRESS_TYPE: person.address_type,
        tags.EMAIL_ADDRESS: person.address,
        tags.SMTP_ADDRESS: person.address,
        tags.ENTRY_ID: entry_id,
        tags.SEARCH_KEY: search_key(person),
        tags.OBJECT_TYPE: _MAIL_USER,
        tags.DISPLAY_TYPE: 0,
        tags.RESPONSIBILITY: True,
        tags.SEND_RICH_INFO: False,
        tags.RECIPIENT_DISPLAY_NAME: person.shown,
        tags.RECIPIENT_ENTRY_ID: entry_id,
        tags.RECIPIENT_FLAGS: _SENDABLE | (_ORGANIZER if organizer else 0),
        tags.RECIPIENT_TRACK_STATUS: int(attendee.response),
    }


def attendee_of(row: Properties) -> tuple[Attendee, bool]:
    """The attendee in a recipient row, and whether it is the organizer."""
    person = person_of_entry_id(binary(row, tags.ENTRY_ID)) or Person()
    address = text(row, tags.SMTP_ADDRESS) or text(row, tags.EMAIL_ADDRESS) or person.address
    role, response = number(row, tags.RECIPIENT_TYPE, 1) & 0xF, number(row, tags.RECIPIENT_TRACK_STATUS)
    attendee = Attendee(
        Person(text(row, tags.DISPLAY_NAME) or person.name, address, text(row, tags.ADDRESS_TYPE) or "SMTP"),
        Role(role) if role in set(Role) else Role.REQUIRED,
        Response(response) if response in set(Response) else Response.NONE,
    )
    return attendee, bool(number(row, tags.RECIPIENT_FLAGS) & _ORGANIZER)


def sender(person: Person) -> Properties:
    """Who sent an item, and on whose behalf: the same."""
    entry_id, key = one_off_entry_id(person), search_key(person)
    return {
        tags.SENDER_NAME: person.shown,
        tags.SENDER_ADDRESS_TYPE: person.address_type,
        tags.SENDER_EMAIL_ADDRESS: person.address,
        tags.SENDER_SMTP_ADDRESS: person.address,
        tags.SENDER_ENTRY_ID: entry_id,
        tags.SENDER_SEARCH_KEY: key,
        tags.SENT_REPRESENTING_NAME: person.shown,
        tags.SENT_REPRESENTING_ADDRESS_TYPE: person.address_type,
        tags.SENT_REPRESENTING_EMAIL_ADDRESS: person.address,
        tags.SENT_REPRESENTING_SMTP_ADDRESS: person.address,
        tags.SENT_REPRESENTING_ENTRY_ID: entry_id,
        tags.SENT_REPRESENTING_SEARCH_KEY: key,
    }


def represented(properties: Properties) -> Person | None:
    """On whose behalf an item was sent; None for Outlook's "Unknown" and for nobody."""
    kind = text(properties, tags.SENT_REPRESENTING_ADDRESS_TYPE) or "SMTP"
    address = text(properties, tags.SENT_REPRESENTING_SMTP_ADDRESS) or text(
        properties, tags.SENT_REPRESENTING_EMAIL_ADDRESS
    )
    name = text(properties, tags.SENT_REPRESENTING_NAME)
    return None if kind == "UNKNOWN" or not (address or name) else Person(name, address, kind)
