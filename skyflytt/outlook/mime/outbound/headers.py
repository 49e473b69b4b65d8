"""The header of a message made from its properties ([MS-OXCMAIL] 2.1.3), for one that has no transport headers."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from email.utils import format_datetime

from skyflytt.outlook.mapi import tags
from skyflytt.outlook.mapi.message import Message, Properties
from skyflytt.outlook.mapi.named import KEYWORDS, PS_INTERNET_HEADERS, Named
from skyflytt.outlook.mapi.times import moment
from skyflytt.outlook.mime.outbound.addresses import BCC, CC, TO, address_header, author, recipients, reply_to, sender
from skyflytt.outlook.mime.outbound.headertext import folded, one_line, phrase, unstructured
from skyflytt.outlook.mime.outbound.values import binary, number, text

_SENT_TIMES = (
    tags.CLIENT_SUBMIT_TIME,
    tags.MESSAGE_DELIVERY_TIME,
    tags.CREATION_TIME,
    tags.LAST_MODIFICATION_TIME,
)
_IMPORTANCE = {0: ("low", "5"), 2: ("high", "1")}
_PRIORITY = {-1: "non-urgent", 1: "urgent"}
_SENSITIVITY = {1: "Personal", 2: "Private", 3: "Company-Confidential"}
_IDENTIFIERS = (
    ("Message-ID", tags.INTERNET_MESSAGE_ID),
    ("In-Reply-To", tags.IN_REPLY_TO_ID),
    ("References", tags.INTERNET_REFERENCES),
    ("List-Help", tags.LIST_HELP),
    ("List-Subscribe", tags.LIST_SUBSCRIBE),
    ("List-Unsubscribe", tags.LIST_UNSUBSCRIBE),
)
_NAME = re.compile(r"[!-9;-~]{1,70}\Z")


def generated(message: Message, present: frozenset[bytes] = frozenset()) -> list[bytes]:
    """Header lines, folded, without the last CRLF; those whose name (in lower case) is `present` are left out."""
    lines = [line for line in _all(message) if line]
    return [line for line in lines if line.partition(b":")[0].lower() not in present]


def _all(message: Message) -> Iterator[bytes]:
    bag = message.properties
    yield from _originators(message)
    for name, kind in (("To", TO), ("Cc", CC), ("Bcc", BCC)):
        if boxes := recipients(message, kind):
            yield address_header(name, boxes)
    if boxes := reply_to(message):
        yield address_header("Reply-To", boxes)
    if subject := subject_of(bag):
        yield unstructured("Subject", subject)
    yield date(bag)
    for name, tag in _IDENTIFIERS:
        if value := text(bag, tag):
            yield _identifiers(name, value)
    yield from _classification(bag)
    yield from _thread(bag)
    yield from _requests(message)
    yield _keywords(bag)
    yield from _named(bag)


def _originators(message: Message) -> Iterator[bytes]:
    handed_in, written = sender(message), author(message)
    if written:
        yield address_header("From", [written])
    if handed_in and handed_in.address and written and handed_in.address.lower() != written.address.lower():
        yield address_header("Sender", [handed_in])


def subject_of(bag: Properties) -> str:
    """The whole subject, without the two signs that a PST puts before it ([MS-PST] 2.5.3.1.1.1)."""
    subject = text(bag, tags.SUBJECT)
    if subject.startswith("\x01"):
        subject = subject[2:]
    return subject or text(bag, tags.SUBJECT_PREFIX) + text(bag, tags.NORMALIZED_SUBJECT)


def date(bag: Properties) -> bytes:
    """When it was sent; for what was never sent, when it was delivered, made or changed."""
    for tag in _SENT_TIMES:
        filetime = number(bag, tag)
        if filetime > 0 and (sent := moment(filetime)):
            return b"Date: " + format_datetime(sent).encode("ascii")
    return b""


def _identifiers(name: str, value: str) -> bytes:
    """Message identifiers and URLs: never encoded, folded between each other."""
    return folded(name, one_line(value).split()).encode("utf-8", "replace")


def _classification(bag: Properties) -> Iterator[bytes]:
    if importance := _IMPORTANCE.get(number(bag, tags.IMPORTANCE, 1)):
        yield f"Importance: {importance[0]}".encode()
        yield f"X-Priority: {importance[1]}".encode()
    if priority := _PRIORITY.get(number(bag, tags.PRIORITY)):
        yield f"Priority: {priority}".encode()
    if sensitivity := _SENSITIVITY.get(number(bag, tags.SENSITIVITY)):
        yield f"Sensitivity: {sensitivity}".encode()


def _thread(bag: Properties) -> Iterator[bytes]:
    if topic := text(bag, tags.CONVERSATION_TOPIC):
        yield unstructured("Thread-Topic", topic)
    if index := binary(bag, tags.CONVERSATION_INDEX):
        encoded = binascii.b2a_base64(index, newline=False).decode("ascii")
        yield folded("Thread-Index", [encoded[at : at + 60] for at in range(0, len(encoded), 60)]).encode()


def _requests(message: Message) -> Iterator[bytes]:
    back = author(message)
    if back is None or not back.address:
        return
    if number(message.properties, tags.READ_RECEIPT_REQUESTED):
        yield address_header("Disposition-Notification-To", [back])
    if number(message.properties, tags.ORIGINATOR_DELIVERY_REPORT_REQUESTED):
        yield address_header("Return-Receipt-To", [back])


def _keywords(bag: Properties) -> bytes:
    keywords = bag.get(KEYWORDS)
    shown = [phrase(word) for word in keywords if isinstance(word, str)] if isinstance(keywords, tuple) else []
    words = ", ".join(word for word in shown if word).split(" ")
    return folded("Keywords", words).encode("utf-8", "replace") if words != [""] else b""


def _named(bag: Properties) -> Iterator[bytes]:
    """Headers that Exchange keeps as named properties ([MS-OXCMAIL] 2.2.3.5.2)."""
    fields = [
        (tag.name, value)
        for tag, value in bag.items()
        if isinstance(tag, Named)
        and tag.set == PS_INTERNET_HEADERS
        and isinstance(tag.name, str)
        and isinstance(value, str)
    ]
    for name, value in sorted(fields):
        if name.lower().startswith("x-") and _NAME.match(name) and value.strip():
            yield unstructured(name, value)
