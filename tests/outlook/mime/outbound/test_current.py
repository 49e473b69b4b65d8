"""What somebody edited in Outlook goes out as edited, whatever is kept of the MIME that the message came as."""

from __future__ import annotations

import pytest

from skyflytt.outlook.mapi import Attachment, Message, tags
from skyflytt.outlook.mapi.named import ORIGINAL_MIME
from skyflytt.outlook.mime import from_mime, to_mime

HEADER = (
    b"From: asa@example.com\r\nSubject: =?iso-8859-1?q?M=F6te_?=\r\n =?utf-8?q?ig=C3=A5r?=\r\nTo: bo@example.com\r\n"
)
SOUND = HEADER + b"\r\nHej\r\n"
MALFORMED = HEADER + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nHej, never closed\r\n'


def test_nothing_edited() -> None:
    assert to_mime(from_mime(SOUND)) == SOUND
    malformed = from_mime(MALFORMED)
    assert ORIGINAL_MIME in malformed.properties
    assert to_mime(malformed) == MALFORMED


@pytest.mark.parametrize("raw", [SOUND, MALFORMED])
def test_another_subject(raw: bytes) -> None:
    message = from_mime(raw)
    message.properties[tags.SUBJECT] = "Möte i morgon"
    again = from_mime(to_mime(message))
    assert again.properties[tags.SUBJECT] == "Möte i morgon"
    assert to_mime(message).count(b"\r\nSubject:") == 1
    assert b"\r\nTo: bo@example.com\r\n" in to_mime(message)


def test_a_subject_as_stores_write_it() -> None:
    """The two signs that a PST puts before it, other white space, and what was cut off say nothing new."""
    for subject in ("\x01\x01Möte igår", "Möte  igår "):
        message = from_mime(SOUND)
        message.properties[tags.SUBJECT] = subject
        assert to_mime(message) == SOUND
    long = b"Subject: " + b"x" * 400 + b"\r\n\r\nHej\r\n"
    message = from_mime(long)
    message.properties[tags.SUBJECT] = "x" * 255
    assert to_mime(message) == long


def test_a_subject_that_cannot_be_decoded_stays() -> None:
    raw = b"Subject: =?x-unknown?q?M=F6te?=\r\n\r\nHej\r\n"
    message = from_mime(raw)
    message.properties[tags.SUBJECT] = "Möte"
    assert b"=?x-unknown?q?M=F6te?=" in to_mime(message)


@pytest.mark.parametrize("tag", [tags.BODY, tags.HTML])
def test_another_body_of_a_malformed_message(tag: int) -> None:
    message = from_mime(MALFORMED)
    message.properties[tag] = "Nytt" if tag == tags.BODY else b"<p>Nytt</p>"
    assert b"Nytt" in to_mime(message)


def test_an_attachment_that_was_added_or_taken_away() -> None:
    message = from_mime(MALFORMED)
    message.attachments.append(
        Attachment({tags.ATTACH_METHOD: 1, tags.ATTACH_DATA: b"x", tags.ATTACH_LONG_FILENAME: "ny.bin"})
    )
    assert b"ny.bin" in to_mime(message)


def test_what_a_message_does_not_say_is_no_edit() -> None:
    """A store that gives neither subject nor body has edited nothing."""
    assert to_mime(Message({ORIGINAL_MIME: MALFORMED})) == MALFORMED
