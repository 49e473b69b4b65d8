"""Mailboxes of address headers, out of a message's and a recipient's properties ([MS-OXCMAIL] 2.1.3.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from skyflytt.outlook.mapi import tags
from skyflytt.outlook.mapi.message import Message, Properties
from skyflytt.outlook.mime.outbound.headertext import folded, one_line, phrase
from skyflytt.outlook.mime.outbound.oneoff import flat_entries, one_off
from skyflytt.outlook.mime.outbound.values import binary, text

ORIGINATOR, TO, CC, BCC = 0, 1, 2, 3
_RECIPIENT_TYPE_MASK = 0x0F
_ADDRESS = re.compile(r"[^\s<>()\[\]\",;:\\]+@[^\s<>()\",;:\\@]+\Z")
_IMCEA_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-=")
_IMCEA = "IMCEA"
_DOT_ATOM = re.compile(r"[^\s<>()\[\]\",;:\\@.]+(?:\.[^\s<>()\[\]\",;:\\@.]+)*\Z")


class Mailbox(NamedTuple):
    """A display name and an SMTP address; either may be empty."""

    name: str
    address: str


class _Kin(NamedTuple):
    """The tags that name one person in one role."""

    name: int
    kind: int
    address: int
    smtp: int
    entry_id: int


_SENDER = _Kin(
    tags.SENDER_NAME,
    tags.SENDER_ADDRESS_TYPE,
    tags.SENDER_EMAIL_ADDRESS,
    tags.SENDER_SMTP_ADDRESS,
    tags.SENDER_ENTRY_ID,
)
_REPRESENTED = _Kin(
    tags.SENT_REPRESENTING_NAME,
    tags.SENT_REPRESENTING_ADDRESS_TYPE,
    tags.SENT_REPRESENTING_EMAIL_ADDRESS,
    tags.SENT_REPRESENTING_SMTP_ADDRESS,
    tags.SENT_REPRESENTING_ENTRY_ID,
)
_RECIPIENT = _Kin(tags.DISPLAY_NAME, tags.ADDRESS_TYPE, tags.EMAIL_ADDRESS, tags.SMTP_ADDRESS, tags.ENTRY_ID)


def sender(message: Message) -> Mailbox | None:
    """Who handed the message in."""
    return _resolved(message, _mailbox(message.properties, _SENDER))


def author(message: Message) -> Mailbox | None:
    """In whose name it was sent; where only the name is known and it is the sender's, the sender."""
    written, handed_in = _resolved(message, _mailbox(message.properties, _REPRESENTED)), sender(message)
    if written is None or (handed_in and not written.address and written.name == handed_in.name):
        return handed_in
    return written


def _resolved(message: Message, box: Mailbox | None) -> Mailbox | None:
    """Exchange's own address replaced by the SMTP address that the message names for it elsewhere."""
    if box is None or not box.address.startswith(_IMCEA):
        return box
    bag = message.properties
    known = [(text(bag, kin.address), text(bag, kin.smtp)) for kin in (_SENDER, _REPRESENTED)]
    known += [(text(each, tags.EMAIL_ADDRESS), text(each, tags.SMTP_ADDRESS)) for each in message.recipients]
    for address, smtp in known:
        if smtp and _smtp("EX", address).lower() == box.address.lower():
            return box._replace(address=one_line(smtp))
    return box


def recipients(message: Message, kind: int) -> list[Mailbox]:
    """The recipients of one type (TO, CC, BCC), in their order; those of unknown type are in TO."""
    found = (_mailbox(bag, _RECIPIENT) for bag in message.recipients if recipient_type(bag) == kind)
    return [mailbox for mailbox in found if mailbox]


def recipient_type(bag: Properties) -> int:
    """TO, CC, BCC or ORIGINATOR, without the flags of resending ([MS-OXOMSG] 2.2.3.1)."""
    value = bag.get(tags.RECIPIENT_TYPE, TO)
    kind = value & _RECIPIENT_TYPE_MASK if isinstance(value, int) else TO
    return kind if kind in (ORIGINATOR, CC, BCC) else TO


def reply_to(message: Message) -> list[Mailbox]:
    """Where replies shall go; the names are in a list of their own ([MS-OXOMSG] 2.2.1.42, 2.2.1.43)."""
    entries = [one_off(entry) for entry in flat_entries(binary(message.properties, tags.REPLY_RECIPIENT_ENTRIES))]
    names = text(message.properties, tags.REPLY_RECIPIENT_NAMES).split(";")
    boxes = []
    for at, entry in enumerate(entries):
        if entry is not None:
            name = entry.name or (names[at].strip() if len(names) == len(entries) else "")
            boxes.append(_named(name, _smtp(entry.address_type, entry.address)))
    return [box for box in boxes if box.name or box.address]


def mailbox_of(bag: Properties) -> Mailbox | None:
    """A recipient."""
    return _mailbox(bag, _RECIPIENT)


def _mailbox(bag: Properties, kin: _Kin) -> Mailbox | None:
    name = text(bag, kin.name)
    address = text(bag, kin.smtp) or _smtp(text(bag, kin.kind), text(bag, kin.address))
    if not _ADDRESS.match(address) and (entry := one_off(binary(bag, kin.entry_id))):
        name, address = name or entry.name, _smtp(entry.address_type, entry.address) or address
    box = _named(name, address)
    return box if box.name or box.address else None


def _named(name: str, address: str) -> Mailbox:
    name, address = one_line(name), one_line(address)
    bare = name.strip("'")
    if not address and _ADDRESS.match(bare):
        return Mailbox("", bare)
    return Mailbox("" if bare == address else name, address)


def _smtp(kind: str, address: str) -> str:
    """An address of any type as an SMTP one; foreign types are encapsulated ([MS-OXCMAIL] 2.1.3.1.8)."""
    kind = kind.strip().upper()
    if not address or kind in ("", "SMTP") or _ADDRESS.match(address):
        return address
    if kind in ("MAPIPDL", "UNKNOWN"):
        return ""
    signs = (
        chr(byte) if byte in _IMCEA_PLAIN else "_" if byte == 0x2F else f"+{byte:02X}"
        for byte in address.encode("utf-8", "replace")
    )
    return f"{_IMCEA}{re.sub('[^A-Z0-9]', '', kind)}-{''.join(signs)}@invalid"


def address_header(name: str, boxes: Iterable[Mailbox]) -> bytes:
    """An address header, folded between mailboxes."""
    shown = [_shown(box) for box in boxes]
    words: list[str] = []
    for at, box in enumerate(shown):
        *first, last = box
        words += [*first, last + ("," if at < len(shown) - 1 else "")]
    return folded(name, words).encode("utf-8", "replace")


def _shown(box: Mailbox) -> Sequence[str]:
    """The words of a mailbox. One without an address becomes an empty group, as RFC 5322 has no other way to name it."""
    if not box.address:
        return [phrase(box.name) + ":;"]
    address = addr_spec(box.address)
    return [*phrase(box.name).split(" "), f"<{address}>"] if box.name else [address]


def addr_spec(address: str) -> str:
    """The address as a header can carry it: the local part quoted if it must be, no sign in the domain that would end it."""
    local, at, domain = one_line(address).strip("<>").rpartition("@")
    if not at:
        local, domain = domain, ""
    if not _DOT_ATOM.match(local) and not re.fullmatch(r'"(?:[^"\\]|\\.)*"', local):
        local = '"' + re.sub(r'(["\\])', r"\\\1", local) + '"'
    domain = re.sub(r'[\s<>()",;:\\@]', "", domain) if not re.fullmatch(r"\[[0-9A-Za-z.:]+\]", domain) else domain
    return f"{local}@{domain}" if domain else local
