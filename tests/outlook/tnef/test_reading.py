from __future__ import annotations

import struct
from datetime import UTC, datetime
from random import Random
from uuid import UUID

import pytest

from skyflytt.outlook.mapi import Named, tags
from skyflytt.outlook.mapi.named import PS_PUBLIC_STRINGS, PSETID_APPOINTMENT
from skyflytt.outlook.mapi.times import filetime
from skyflytt.outlook.tnef import read_tnef
from skyflytt.outlook.tnef.properties import IID_MESSAGE
from tests.outlook.tnef.written import attribute, listed, stream

MESSAGE_PROPERTIES, RECIPIENTS, RENDERING, ATTACHMENT_PROPERTIES = 0x69003, 0x69004, 0x69002, 0x69005
CODE_PAGE, CLASS, SUBJECT, BODY, SENT, PRIORITY, FROM = 0x69007, 0x78008, 0x18004, 0x2800C, 0x38005, 0x4800D, 0x8000
TITLE, DATA = 0x18010, 0x6800F
PROPERTIES = {
    tags.SUBJECT: "Möte på 😀",
    tags.IMPORTANCE: -2,
    tags.READ_RECEIPT_REQUESTED: True,
    tags.CLIENT_SUBMIT_TIME: 133_000_000_000_000_001,
    tags.RTF_COMPRESSED: b"abcde",
    0x36110005: 2.5,
    0x36120048: UUID("00020329-0000-0000-C000-000000000046"),
    0x36130014: -(2**62),
    0x36140002: -7,
    0x3A58101F: ("Åsa", "Bo"),
    0x36151003: (1, -2),
    0x36161102: (b"a", b"bcde"),
    Named(PS_PUBLIC_STRINGS, "Keywords", 0x101F): ("Röd", "Blå"),
    Named(PSETID_APPOINTMENT, 0x8208, 0x001F): "Rummet",
}


def test_every_type_of_property() -> None:
    message = read_tnef(stream(attribute(1, MESSAGE_PROPERTIES, listed(PROPERTIES))))
    assert message
    assert message.properties == PROPERTIES


def test_strings_of_8_bits_in_the_code_page_of_the_stream() -> None:
    page = attribute(1, CODE_PAGE, struct.pack("<II", 1251, 0))
    bag = listed({0x0037001E: "Привет", Named(PS_PUBLIC_STRINGS, "Keywords", 0x101E): ("Да",)}, codec="cp1251")
    message = read_tnef(stream(page, attribute(1, MESSAGE_PROPERTIES, bag)))
    assert message
    assert message.properties == {tags.SUBJECT: "Привет", Named(PS_PUBLIC_STRINGS, "Keywords", 0x101F): ("Да",)}


def test_attributes_of_microsoft_mail() -> None:
    name, address = b"\xc5sa\0", b"SMTP:asa@example.com\0"
    sender = struct.pack("<4H", 4, 16 + len(name) + len(address), len(name), len(address)) + name + address
    message = read_tnef(
        stream(
            attribute(1, CLASS, b"IPM.Microsoft Mail.Note\0"),
            attribute(1, SUBJECT, b"Offert p\xe5\0"),
            attribute(1, BODY, b"Hej\r\n\0"),
            attribute(1, SENT, struct.pack("<7H", 2024, 5, 17, 7, 30, 0, 5)),
            attribute(1, PRIORITY, struct.pack("<H", 3)),
            attribute(1, FROM, sender),
        )
    )
    assert message
    assert message.properties == {
        tags.MESSAGE_CLASS: "IPM.Note",
        tags.SUBJECT: "Offert på",
        tags.BODY: "Hej\r\n",
        tags.CLIENT_SUBMIT_TIME: filetime(datetime(2024, 5, 17, 7, 30, tzinfo=UTC)),
        tags.IMPORTANCE: 2,
        tags.PRIORITY: 1,
        tags.SENDER_NAME: "Åsa",
        tags.SENDER_ADDRESS_TYPE: "SMTP",
        tags.SENDER_EMAIL_ADDRESS: "asa@example.com",
    }


def test_what_mapi_says_goes_before_what_microsoft_mail_says() -> None:
    message = read_tnef(
        stream(attribute(1, MESSAGE_PROPERTIES, listed({tags.SUBJECT: "å"})), attribute(1, SUBJECT, b"?\0"))
    )
    assert message
    assert message.properties == {tags.SUBJECT: "å"}


def test_recipients() -> None:
    rows = [{tags.RECIPIENT_TYPE: kind, tags.DISPLAY_NAME: name} for kind, name in ((1, "Bo"), (2, "Åsa"))]
    message = read_tnef(stream(attribute(1, RECIPIENTS, struct.pack("<I", 2) + b"".join(map(listed, rows)))))
    assert message
    assert message.recipients == rows


def attachment(number: int) -> bytes:
    return (
        attribute(2, RENDERING, struct.pack("<HIHHI", 1, 0xFFFFFFFF, 32, 32, 0))
        + attribute(2, TITLE, b"%d.txt\0" % number)
        + attribute(2, DATA, bytes(range(number)))
        + attribute(2, ATTACHMENT_PROPERTIES, listed({tags.ATTACH_LONG_FILENAME: f"å{number}.txt"}))
    )


def test_attachments() -> None:
    message = read_tnef(stream(attachment(5), attachment(0)))
    assert message
    assert [one.properties for one in message.attachments] == [
        {
            tags.RENDERING_POSITION: -1,
            tags.ATTACH_METHOD: 1,
            tags.ATTACH_LONG_FILENAME: f"å{number}.txt",
            tags.ATTACH_DATA: bytes(range(number)),
        }
        for number in (5, 0)
    ]


def nested(depth: int) -> bytes:
    if depth == 0:
        return stream(attribute(1, SUBJECT, b"innerst\0"))
    bag = listed({tags.ATTACH_METHOD: 5, tags.ATTACH_DATA_OBJECT: IID_MESSAGE + nested(depth - 1)})
    return stream(attribute(1, SUBJECT, b"%d\0" % depth), attribute(2, ATTACHMENT_PROPERTIES, bag))


def test_messages_in_messages() -> None:
    message = read_tnef(nested(5))
    for _ in range(5):
        assert message
        assert message.attachments[0].properties[tags.ATTACH_METHOD] == 5
        message = message.attachments[0].embedded
    assert message
    assert message.properties[tags.SUBJECT] == "innerst"


def test_too_many_messages_in_messages_are_data() -> None:
    message, depth = read_tnef(nested(60)), 0
    while message and message.attachments and message.attachments[0].embedded:
        message, depth = message.attachments[0].embedded, depth + 1
    assert message
    assert depth < 60
    assert message.attachments[0].properties[tags.ATTACH_DATA]


@pytest.mark.parametrize("data", [b"", b"\x78\x9f\x3e\x22", b"\x78\x9f\x3e\x22\1\0", b"PK\3\4" + bytes(100)])
def test_what_is_none(data: bytes) -> None:
    assert read_tnef(data) is None


def test_cut_off_anywhere_gives_what_was_whole() -> None:
    whole = stream(attribute(1, SUBJECT, b"x\0"), attribute(1, MESSAGE_PROPERTIES, listed(PROPERTIES)), attachment(3))
    for size in range(len(whole)):
        message = read_tnef(whole[:size])
        assert (message is None) == (size < 19)


def test_damage_is_never_an_error() -> None:
    whole = stream(
        attribute(1, MESSAGE_PROPERTIES, listed(PROPERTIES)),
        attribute(1, RECIPIENTS, struct.pack("<I", 1) + listed({tags.DISPLAY_NAME: "Bo"})),
        attachment(3),
        nested(2)[6:],
    )
    random = Random(3)
    for _ in range(3_000):
        data = bytearray(whole)
        for _ in range(random.randint(1, 6)):
            data[random.randrange(6, len(data))] = random.choice((0, 1, 0x7F, 0x80, 0xFF, random.randrange(256)))
        read_tnef(bytes(data))
