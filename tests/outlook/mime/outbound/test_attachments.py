"""Attachments of every method: none is dropped, names and bytes come back."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from skyflytt.outlook.mapi import Attachment, Message, Properties, tags
from skyflytt.outlook.mime.inbound import from_mime
from skyflytt.outlook.mime.outbound import to_mime


def only(properties: Properties, embedded: Message | None = None) -> EmailMessage:
    raw = to_mime(Message({tags.BODY: "x"}, [], [Attachment(properties, embedded)]))
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    (found,) = mail.iter_attachments()
    assert isinstance(found, EmailMessage)
    return found


@pytest.mark.parametrize(
    "name",
    [
        "a.pdf",
        "offert å.pdf",
        "👩‍👩‍👧" * 20 + ".txt",
        'quo"te\\d.txt',
        "x" * 300 + ".txt",
        "日本語の名前.doc",
        "a;b=c.txt",
        "=?utf-8?q?x?=",
    ],
)
def test_names_come_back(name: str) -> None:
    properties: Properties = {tags.ATTACH_LONG_FILENAME: name, tags.ATTACH_DATA: b"1"}
    assert only(properties).get_filename() == name
    again = from_mime(to_mime(Message({tags.BODY: "x"}, [], [Attachment(properties)])))
    assert again.attachments[0].properties[tags.ATTACH_LONG_FILENAME] == name


@pytest.mark.parametrize("size", [0, 1, 56, 57, 58, 57 * 16384, 57 * 16384 + 1, 3_000_000])
def test_bytes_come_back(size: int) -> None:
    data = (bytes(range(256)) * (size // 256 + 1))[:size]
    part = only({tags.ATTACH_DATA: data, tags.ATTACH_MIME_TAG: "text/csv", tags.TEXT_ATTACHMENT_CHARSET: "utf-8"})
    assert part.get_payload(decode=True) == data
    assert part.get_content_type() == "text/csv"
    assert part.get_content_charset() == "utf-8"


@pytest.mark.parametrize("kind", ["multipart/mixed", "message/rfc822", "x", "a/b\r\nBcc: c", "", "message/partial"])
def test_a_type_that_bytes_cannot_have_is_not_named(kind: str) -> None:
    part = only({tags.ATTACH_DATA: b"\0\xff--=_", tags.ATTACH_MIME_TAG: kind, tags.ATTACH_LONG_FILENAME: "a"})
    assert part.get_payload(decode=True) == b"\0\xff--=_"
    assert part["Bcc"] is None


def test_an_embedded_message_is_a_message() -> None:
    inner = Message(
        {tags.SUBJECT: "Inre å", tags.BODY: "Hej"},
        [],
        [Attachment({tags.ATTACH_DATA: b"2", tags.ATTACH_LONG_FILENAME: "b.bin"})],
    )
    part = only({tags.ATTACH_METHOD: 5, tags.DISPLAY_NAME: "Inre å"}, inner)
    assert part.get_content_type() == "message/rfc822"
    content = part.get_content()
    assert content["Subject"] == "Inre å"
    assert [each.get_filename() for each in content.iter_attachments()] == ["b.bin"]


def test_messages_in_messages_beyond_any_stack() -> None:
    message = Message({tags.SUBJECT: "innermost"})
    for level in range(1500):
        message = Message({tags.SUBJECT: str(level)}, [], [Attachment({tags.ATTACH_METHOD: 5}, message)])
    assert b"Subject: innermost" in to_mime(message)


def test_an_attached_mail_by_value_stays_a_mail() -> None:
    part = only({tags.ATTACH_DATA: b"Subject: x\r\n\r\nHej\r\n", tags.ATTACH_MIME_TAG: "message/rfc822"})
    assert part.get_content()["Subject"] == "x"


def test_an_object_keeps_its_storage() -> None:
    part = only({tags.ATTACH_METHOD: 6, tags.ATTACH_DATA_OBJECT: b"\xd0\xcf\x11\xe0", tags.DISPLAY_NAME: "Bild"})
    assert part.get_content_type() == "application/x-ole-storage"
    assert part.get_payload(decode=True) == b"\xd0\xcf\x11\xe0"
    assert part.get_filename() == "Bild"


@pytest.mark.parametrize(
    ("target", "url"),
    [
        ("https://example.com/å b?c=1", "https://example.com/%C3%A5%20b?c=1"),
        ("\\\\server\\share\\a b.doc", "file://server/share/a%20b.doc"),
        ("C:\\x\\a.doc", "file:///C:/x/a.doc"),
    ],
)
def test_a_reference_is_a_shortcut(target: str, url: str) -> None:
    part = only({tags.ATTACH_METHOD: 7, tags.ATTACH_LONG_PATHNAME: target, tags.ATTACH_LONG_FILENAME: "a.doc"})
    assert part.get_payload(decode=True) == f"[InternetShortcut]\r\nURL={url}\r\n".encode()
    assert part.get_filename() == "a.doc.url"


def test_what_has_nothing_is_still_there() -> None:
    part = only({tags.ATTACH_METHOD: 5, tags.DISPLAY_NAME: "Lost message"})
    assert part.get_filename() == "Lost message"
    assert part.get_payload(decode=True) == b""
