"""MAPI → MIME → MAPI: what MIME has a place for is the same afterwards."""

from __future__ import annotations

from skyflytt.outlook.mapi import Attachment, Message, Property, tags
from skyflytt.outlook.mime.inbound import from_mime
from skyflytt.outlook.mime.outbound import to_mime

CARRIED: dict[Property, object] = {
    tags.MESSAGE_CLASS: "IPM.Note",
    tags.SUBJECT: "SV: Åtta stolar",
    tags.SUBJECT_PREFIX: "SV: ",
    tags.NORMALIZED_SUBJECT: "Åtta stolar",
    tags.CONVERSATION_TOPIC: "Åtta stolar",
    tags.CONVERSATION_INDEX: bytes(range(27)),
    tags.SENDER_NAME: "Åsa Öst",
    tags.SENDER_EMAIL_ADDRESS: "asa@example.com",
    tags.SENDER_ADDRESS_TYPE: "SMTP",
    tags.CLIENT_SUBMIT_TIME: 133_604_118_000_000_000,
    tags.INTERNET_MESSAGE_ID: "<1@example.com>",
    tags.IN_REPLY_TO_ID: "<0@example.com>",
    tags.INTERNET_REFERENCES: "<00@example.com> <0@example.com>",
    tags.IMPORTANCE: 2,
    tags.SENSITIVITY: 2,
    tags.READ_RECEIPT_REQUESTED: True,
    tags.BODY: "Hej Bo,\r\n\r\nhär kommer den – 8 €.\r\n",
    tags.HTML: '<p>Hej\n<img src="cid:bild@1"> å</p>'.encode("cp1252"),
    tags.INTERNET_CODEPAGE: 1252,
}
FILES: list[dict[Property, object]] = [
    {
        tags.ATTACH_METHOD: 1,
        tags.ATTACH_DATA: b"\x89PNG\r\n\x1a\n",
        tags.ATTACH_MIME_TAG: "image/png",
        tags.ATTACH_CONTENT_ID: "bild@1",
        tags.ATTACH_LONG_FILENAME: "bild å.png",
        tags.ATTACH_FLAGS: 4,
    },
    {
        tags.ATTACH_METHOD: 1,
        tags.ATTACH_DATA: b"a;b\n1;2\r",
        tags.ATTACH_MIME_TAG: "text/csv",
        tags.ATTACH_LONG_FILENAME: "rader.csv",
    },
    {
        tags.ATTACH_METHOD: 1,
        tags.ATTACH_DATA: b"",
        tags.ATTACH_MIME_TAG: "application/pdf",
        tags.ATTACH_LONG_FILENAME: "tom.pdf",
    },
]
PEOPLE: list[dict[Property, object]] = [
    {tags.RECIPIENT_TYPE: 1, tags.DISPLAY_NAME: "Bo, Ek", tags.EMAIL_ADDRESS: "bo@example.com"},
    {tags.RECIPIENT_TYPE: 2, tags.DISPLAY_NAME: "Cecilia", tags.EMAIL_ADDRESS: "c@example.com"},
    {tags.RECIPIENT_TYPE: 3, tags.DISPLAY_NAME: "Dold", tags.EMAIL_ADDRESS: "d@example.com"},
]


def whole() -> Message:
    inner = Message(
        {tags.SUBJECT: "Inre", tags.BODY: "x"},
        [],
        [Attachment({tags.ATTACH_DATA: b"3", tags.ATTACH_LONG_FILENAME: "c.bin"})],
    )
    files = [Attachment(dict(each)) for each in FILES]  # type: ignore[arg-type]
    embedded = Attachment({tags.ATTACH_METHOD: 5, tags.ATTACH_MIME_TAG: "message/rfc822"}, inner)
    return Message(dict(CARRIED), [dict(each) for each in PEOPLE], [*files, embedded])  # type: ignore[arg-type]


def test_what_mime_carries_comes_back() -> None:
    again = from_mime(to_mime(whole()))
    assert {tag: again.properties.get(tag) for tag in CARRIED} == CARRIED
    assert [{tag: bag.get(tag) for tag in each} for each, bag in zip(PEOPLE, again.recipients, strict=True)] == PEOPLE
    files, embedded = again.attachments[:-1], again.attachments[-1].embedded
    assert [{tag: file.properties.get(tag) for tag in each} for each, file in zip(FILES, files, strict=True)] == FILES
    assert embedded is not None
    assert embedded.properties[tags.SUBJECT] == "Inre"
    assert embedded.attachments[0].properties[tags.ATTACH_DATA] == b"3"


def test_from_then_on_the_bytes_are_the_same() -> None:
    first = to_mime(whole())
    second = to_mime(from_mime(first))
    assert second == first
