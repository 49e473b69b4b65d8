"""Senders and recipients as properties ([MS-OXCMAIL] 2.2.3.1, [MS-OXOMSG] 2.2.1)."""

from __future__ import annotations

import struct
from collections.abc import Iterable

from skyflytt.outlook.mapi import Properties, tags
from skyflytt.outlook.mime.inbound.addresses import Mailbox, mailboxes
from skyflytt.outlook.mime.inbound.header import Header

TO, CC, BCC = 1, 2, 3
MAIL_USER = 6
"""PidTagObjectType MAPI_MAILUSER."""

_ONE_OFF = bytes.fromhex("00000000 812b1fa4bea310199d6e00dd010f5402 0000 0190")
"""Flags, provider, version, and: Unicode, no look-up, MIME, no rich text ([MS-OXCDATA] 2.2.5.1)."""


def one_off_entry_id(name: str, address: str) -> bytes:
    """The entry id of an SMTP address that is in no address book ([MS-OXCDATA] 2.2.5.1)."""
    return _ONE_OFF + f"{name}\0SMTP\0{address}\0".encode("utf-16-le", "surrogatepass")


def search_key(address: str) -> bytes:
    """What Exchange and Outlook find an address by ([MS-OXOMSG] 2.2.1.49: type, colon, address in capitals, NUL)."""
    return f"SMTP:{address}".upper().encode("utf-8", "replace") + b"\0"


def senders(header: Header) -> Properties:
    """Who wrote a message (From), who sent it (Sender, or the same), and who is to be answered (Reply-To)."""
    properties: Properties = {}
    author = _first(header, b"from") or _first(header, b"sender")
    sender = _first(header, b"sender") or author
    if author is None or sender is None:
        return properties
    properties |= _representing(author)
    properties |= _sending(sender)
    if replies := mailboxes(header.first.get(b"reply-to", b"")):
        properties[tags.REPLY_RECIPIENT_ENTRIES] = flat_entry_list(
            one_off_entry_id(name or address, address) for name, address in replies
        )
        properties[tags.REPLY_RECIPIENT_NAMES] = ";".join(name or address for name, address in replies)
    return properties


def _first(header: Header, name: bytes) -> Mailbox | None:
    found = mailboxes(header.first.get(name, b""))
    return found[0] if found else None


def _representing(author: Mailbox) -> Properties:
    name, address = author.name or author.address, author.address
    return {
        tags.SENT_REPRESENTING_NAME: name,
        tags.SENT_REPRESENTING_ADDRESS_TYPE: "SMTP",
        tags.SENT_REPRESENTING_EMAIL_ADDRESS: address,
        tags.SENT_REPRESENTING_SMTP_ADDRESS: address,
        tags.SENT_REPRESENTING_ENTRY_ID: one_off_entry_id(name, address),
        tags.SENT_REPRESENTING_SEARCH_KEY: search_key(address),
    }


def _sending(sender: Mailbox) -> Properties:
    name, address = sender.name or sender.address, sender.address
    return {
        tags.SENDER_NAME: name,
        tags.SENDER_ADDRESS_TYPE: "SMTP",
        tags.SENDER_EMAIL_ADDRESS: address,
        tags.SENDER_SMTP_ADDRESS: address,
        tags.SENDER_ENTRY_ID: one_off_entry_id(name, address),
        tags.SENDER_SEARCH_KEY: search_key(address),
    }


def flat_entry_list(entry_ids: Iterable[bytes]) -> bytes:
    """FLATENTRYLIST: count, size, then each with its size, padded to four bytes ([MS-OXCDATA] 2.3.3)."""
    entries = list(entry_ids)
    flat = b"".join(struct.pack("<I", len(entry)) + entry + bytes(-len(entry) % 4) for entry in entries)
    return struct.pack("<II", len(entries), len(flat)) + flat


def recipients(header: Header) -> list[Properties]:
    """A row for each mailbox of To, Cc and Bcc."""
    return [
        _recipient(kind, mailbox)
        for kind, name in ((TO, b"to"), (CC, b"cc"), (BCC, b"bcc"))
        for value in header.all(name)
        for mailbox in mailboxes(value)
    ]


def _recipient(kind: int, mailbox: Mailbox) -> Properties:
    name, address = mailbox.name or mailbox.address, mailbox.address
    entry_id = one_off_entry_id(name, address)
    return {
        tags.RECIPIENT_TYPE: kind,
        tags.DISPLAY_NAME: name,
        tags.ADDRESS_TYPE: "SMTP",
        tags.EMAIL_ADDRESS: address,
        tags.SMTP_ADDRESS: address,
        tags.ENTRY_ID: entry_id,
        tags.SEARCH_KEY: search_key(address),
        tags.OBJECT_TYPE: MAIL_USER,
        tags.DISPLAY_TYPE: 0,
        tags.RESPONSIBILITY: True,
        tags.SEND_RICH_INFO: False,
    }


def displayed(rows: list[Properties]) -> Properties:
    """PidTagDisplayTo, -Cc and -Bcc: the names, a semicolon between each two; empty where there are none."""
    names: dict[int, list[str]] = {TO: [], CC: [], BCC: []}
    for row in rows:
        names.setdefault(int(str(row[tags.RECIPIENT_TYPE])), []).append(str(row[tags.DISPLAY_NAME]))
    return {
        tags.DISPLAY_TO: "; ".join(names[TO]),
        tags.DISPLAY_CC: "; ".join(names[CC]),
        tags.DISPLAY_BCC: "; ".join(names[BCC]),
    }
