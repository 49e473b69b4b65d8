"""MIME → MAPI → MIME: the corpus comes back as the same messages, and from the second time on as the same bytes."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from skyflytt.mail.identity import fingerprint
from skyflytt.outlook.mapi import Message, Property, Value, tags
from skyflytt.outlook.mapi.named import ORIGINAL_MIME
from skyflytt.outlook.mime import Delivery, from_mime
from skyflytt.outlook.mime.outbound import delivery_of, to_mime
from skyflytt.outlook.mime.provenance import MIME_HEADER, MIME_STRUCTURE
from tests.contract.mail_messages import RECEIVED, corpus
from tests.outlook.mime.mutations import mutated

CORPUS = {name: raw for name, raw in corpus().items() if raw}
OF_LINE_ENDS = (tags.SEARCH_KEY, MIME_STRUCTURE, MIME_HEADER, tags.TRANSPORT_MESSAGE_HEADERS)
"""What is made from the bytes of a header or of delimiters, whose line ends become CRLF."""


def content(message: Message) -> tuple[dict[Property, Value], object, object]:
    bag = {tag: value for tag, value in message.properties.items() if tag not in OF_LINE_ENDS}
    if isinstance(body := bag.get(tags.BODY), str):
        # One message of the corpus ends its lines in two ways; MIME's text has one.
        bag[tags.BODY] = "\r\n".join(re.split(r"\r\n|\r|\n", body))
    attachments = [(each.properties, content(each.embedded) if each.embedded else None) for each in message.attachments]
    return bag, message.recipients, attachments


@pytest.mark.parametrize("name", CORPUS)
def test_the_corpus_comes_back(name: str) -> None:
    raw = CORPUS[name]
    message = from_mime(raw)
    again = to_mime(message)
    if ORIGINAL_MIME in message.properties:
        assert again == raw
        return
    assert fingerprint(again).fingerprint == fingerprint(raw).fingerprint
    second = from_mime(again)
    assert to_mime(second) == again
    assert content(second) == content(message)


@pytest.mark.parametrize("name", CORPUS)
def test_it_comes_back_without_its_structure_too(name: str) -> None:
    """As from a PST that knows nothing of the MIME but the transport headers."""
    message = from_mime(CORPUS[name])
    if ORIGINAL_MIME in message.properties:
        return
    structure = message.properties.pop(MIME_STRUCTURE, None)
    again = to_mime(message)
    assert to_mime(from_mime(again)) == again
    expected = fingerprint(CORPUS[name])
    if structure is None or name not in PLACES_OF_TEXTS:
        assert fingerprint(again).fingerprint == expected.fingerprint


PLACES_OF_TEXTS = {
    "mime4j/double-semicolon.msg": "a text beside a text in multipart/related: without its place it is an attachment",
    "mime4j/double-semicolon2.msg": "the same",
    "mime4j/double-bound.msg": "HTML without a name among other HTML, the same",
}


@pytest.mark.parametrize("seed", range(300))
def test_spoiled_messages_come_back(seed: int) -> None:
    raw = mutated(list(CORPUS.values()), seed)
    message = from_mime(raw)
    again = to_mime(message)
    if ORIGINAL_MIME in message.properties:
        assert again == raw
    elif raw:
        assert fingerprint(again).fingerprint == fingerprint(raw).fingerprint
    assert to_mime(from_mime(again)) == again


def test_lines_of_crlf_come_back_to_the_byte() -> None:
    raw = (
        b'Received: from a by b;\r\n\tFri, 17 May 2024 09:30:00 +0200\r\nContent-Type: multipart/mixed; BOUNDARY="x y"\r\nMime-Version: 1.0\r\n'
        b"from: Bo <bo@example.com>\r\nSubject:  two  spaces\r\n\r\npreamble\r\n--x y\r\nContent-Type: text/plain\r\n\r\nHej\r\n\r\n--x y\r\n"
        b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC\r\n--x y--\r\nepilogue\r\n"
    )
    assert to_mime(from_mime(raw)) == raw


@pytest.mark.parametrize(
    "flags",
    [set(), {"\\Seen"}, {"\\Draft", "\\Flagged"}, {"\\Answered", "$Forwarded"}, {"$Forwarded", "Invoices", "$Label1"}],
)
def test_flags_and_time_come_back(flags: set[str]) -> None:
    delivery = Delivery(RECEIVED, frozenset(flags))
    told = delivery_of(from_mime(b"Subject: x\r\n\r\nHej\r\n", delivery))
    assert told == replace(delivery, received=told.received)
    assert told.received == RECEIVED


def test_what_was_changed_in_outlook_is_written_not_what_came() -> None:
    message = from_mime(CORPUS["mime4j/multi-simple.msg"])
    message.properties[tags.BODY] = "Another text"
    again = to_mime(message)
    assert from_mime(again).properties[tags.BODY] == "Another text"
    assert fingerprint(again).subject == fingerprint(CORPUS["mime4j/multi-simple.msg"]).subject
