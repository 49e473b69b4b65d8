"""What the header says about a message, as properties ([MS-OXCMAIL] 2.2.3.2)."""

from __future__ import annotations

import binascii
import re
from datetime import UTC, datetime, timedelta
from email.utils import mktime_tz, parsedate_tz
from hashlib import md5

from skyflytt.outlook.mapi import Properties, tags
from skyflytt.outlook.mapi.times import filetime
from skyflytt.outlook.mime.delivery import Delivery
from skyflytt.outlook.mime.inbound.addresses import mailboxes
from skyflytt.outlook.mime.inbound.header import Header
from skyflytt.outlook.mime.inbound.people import one_off_entry_id, search_key
from skyflytt.outlook.mime.provenance import MIME_HEADER

LOW, NORMAL, HIGH = 0, 1, 2
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PREFIX = re.compile(r"[^\W\d_]{1,3}: ?(?<=: )|[^\W\d_]{1,3}:\Z")
_LINE_END = re.compile(r"\r\n|\r|\n")
_IMPORTANCE = {"high": HIGH, "urgent": HIGH, "low": LOW, "non-urgent": LOW, "normal": NORMAL}
_X_PRIORITY = {"1": HIGH, "2": HIGH, "3": NORMAL, "4": LOW, "5": LOW}
_SENSITIVITY = {"personal": 1, "private": 2, "company-confidential": 3}
_TEXTS = (
    (b"message-id", tags.INTERNET_MESSAGE_ID),
    (b"references", tags.INTERNET_REFERENCES),
    (b"in-reply-to", tags.IN_REPLY_TO_ID),
    (b"list-help", tags.LIST_HELP),
    (b"list-subscribe", tags.LIST_SUBSCRIBE),
    (b"list-unsubscribe", tags.LIST_UNSUBSCRIBE),
)


def envelope(header: Header, delivery: Delivery) -> Properties:
    """Everything of a header but senders and recipients."""
    properties = header_text(header)
    for name, tag in _TEXTS:
        if text := header.text(name):
            properties[tag] = text
    properties |= _subject(header)
    properties |= _times(header, delivery)
    properties |= _weight(header)
    properties |= _receipts(header)
    properties[tags.SEARCH_KEY] = md5(header.block, usedforsecurity=False).digest()
    return properties


def header_text(header: Header) -> Properties:
    """The header in full; see `mime.provenance` for how its bytes can be had back."""
    block = header.block
    if not block:
        return {}
    try:
        text = block.decode("utf-8")
        exact = b"\0" not in block
    except UnicodeDecodeError:
        text = "".join(_line(line) for line in block.splitlines(keepends=True))
        exact = False
    if block.count(b"\r\n") != block.count(b"\n") or block.count(b"\r") != block.count(b"\n"):
        exact = exact and b"\r" not in block
        text = _LINE_END.sub("\r\n", text)
    properties: Properties = {tags.TRANSPORT_MESSAGE_HEADERS: text.replace("\0", "\N{REPLACEMENT CHARACTER}")}
    if not exact:
        properties[MIME_HEADER] = block
    return properties


def _line(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("latin-1")


def _subject(header: Header) -> Properties:
    subject = header.text(b"subject")
    match = _PREFIX.match(subject)
    prefix = match[0] if match else ""
    normalized = subject[len(prefix) :]
    properties: Properties = {
        tags.SUBJECT: subject,
        tags.SUBJECT_PREFIX: prefix,
        tags.NORMALIZED_SUBJECT: normalized,
        tags.CONVERSATION_TOPIC: header.text(b"thread-topic") or normalized,
    }
    if index := _thread_index(header.first.get(b"thread-index", b"")):
        properties[tags.CONVERSATION_INDEX] = index
    return properties


def _thread_index(value: bytes) -> bytes:
    compact = value.translate(None, b" \t\r\n")
    try:
        index = binascii.a2b_base64(compact, strict_mode=True)
    except binascii.Error:
        return b""
    return index if len(index) >= 22 else b""


def _times(header: Header, delivery: Delivery) -> Properties:
    properties: Properties = {}
    sent = moment_of(header.text(b"date"))
    received = delivery.received or sent or _last_hop(header)
    if sent is not None:
        properties[tags.CLIENT_SUBMIT_TIME] = filetime(sent)
    if received is not None:
        stamp = filetime(received)
        properties[tags.MESSAGE_DELIVERY_TIME] = stamp
        properties[tags.CREATION_TIME] = stamp
        properties[tags.LAST_MODIFICATION_TIME] = stamp
    return properties


def _last_hop(header: Header) -> datetime | None:
    return moment_of(header.text(b"received").rpartition(";")[2])


def moment_of(text: str) -> datetime | None:
    """A date of RFC 5322 in UTC; None if it cannot be read as one."""
    try:
        parsed = parsedate_tz(text)
        return _EPOCH + timedelta(seconds=int(mktime_tz(parsed))) if parsed else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _weight(header: Header) -> Properties:
    importance = _IMPORTANCE.get(header.text(b"importance").lower())
    if importance is None:
        importance = _X_PRIORITY.get(header.text(b"x-priority")[:1])
    if importance is None:
        importance = _IMPORTANCE.get((header.text(b"x-msmail-priority") or header.text(b"priority")).lower(), NORMAL)
    properties: Properties = {tags.IMPORTANCE: importance, tags.PRIORITY: importance - 1, tags.SENSITIVITY: 0}
    if sensitivity := _SENSITIVITY.get(header.text(b"sensitivity").lower()):
        properties[tags.SENSITIVITY] = sensitivity
    return properties


def _receipts(header: Header) -> Properties:
    """The wish for receipts is kept; that one is still to be sent (mfNotifyRead) is not, so that opening a copy sends none."""
    properties: Properties = {}
    if wanted := mailboxes(header.first.get(b"disposition-notification-to", b"")):
        name, address = wanted[0]
        properties[tags.READ_RECEIPT_REQUESTED] = True
        properties[tags.READ_RECEIPT_ENTRY_ID] = one_off_entry_id(name or address, address)
        properties[tags.READ_RECEIPT_SEARCH_KEY] = search_key(address)
    if header.first.get(b"return-receipt-to"):
        properties[tags.ORIGINATOR_DELIVERY_REPORT_REQUESTED] = True
    return properties
