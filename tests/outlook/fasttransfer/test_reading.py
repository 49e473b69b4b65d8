"""Streams as Exchange sends them."""

from __future__ import annotations

from struct import pack
from uuid import UUID

import pytest

from skyflytt.errors.base import Failure
from skyflytt.outlook.errors import StreamMalformed, StreamTruncated
from skyflytt.outlook.fasttransfer import StreamWarning, read, read_stream
from skyflytt.outlook.mapi import Attachment, Message, Named, tags
from skyflytt.outlook.mapi.named import KEYWORDS, PSETID_COMMON
from tests.outlook.fasttransfer import samples as s

EXPECTED = Message(
    {
        0x0840001F: "/O=EXAMPLE/CN=RECIPIENTS/CN=åsa",
        tags.IMPORTANCE: 1,
        tags.MESSAGE_CLASS: "IPM.Note",
        tags.ORIGINATOR_DELIVERY_REPORT_REQUESTED: False,
        tags.READ_RECEIPT_REQUESTED: True,
        0x65E10102: b"",
        Named(PSETID_COMMON, 0x8510, 0x0003): -1,
        KEYWORDS: ("Röd", "Blå"),
    },
    [{tags.DISPLAY_NAME: "Åsa"}, {tags.DISPLAY_NAME: "Björn"}],
    [
        Attachment({tags.ATTACH_METHOD: 1, tags.ATTACH_DATA: bytes(range(256))}),
        Attachment({tags.ATTACH_METHOD: 5}, Message({tags.MESSAGE_CLASS: "IPM.Note"}, [{tags.DISPLAY_NAME: "Eva"}])),
    ],
)


def test_a_mail_of_exchange() -> None:
    assert read(s.blob(s.MAIL)) == (EXPECTED, ())


@pytest.mark.parametrize("size", [1, 3, 7, 64])
def test_elements_straddle_buffers_anywhere(size: int) -> None:
    assert read_stream(s.blob(s.MAIL, *[size] * (len(s.MAIL) // size))) == EXPECTED


@pytest.mark.parametrize("start", [s.START_MESSAGE, s.marker(0x40100003)], ids=["message", "associated message"])
def test_a_message_between_its_markers(start: bytes) -> None:
    assert read_stream(s.blob(start + s.MAIL + s.END_MESSAGE)) == EXPECTED


@pytest.mark.parametrize(
    ("code_page", "raw", "text"),
    [
        (1252, b"\xe5\x81\x80\0", "å\udc81€"),
        (1251, b"\xcf\xf0\0", "Пр"),
        (932, "日本".encode("cp932") + b"\0", "日本"),
        (65001, "čå😀".encode() + b"\0", "čå😀"),
        (50220, "日本".encode("iso2022-jp") + b"\0", "日本"),
        (28592, "ž".encode("iso8859-2") + b"\0", "ž"),
        (20866, "ж".encode("koi8-r"), "ж"),
        (54936, "漢".encode("gb18030") + b"\0", "漢"),
        (1200, "å\ud800".encode("utf-16-le", "surrogatepass") + b"\0\0", "å\ud800"),
        (1200, b"\0\0", ""),
        (1252, b"", ""),
    ],
)
def test_strings_in_code_pages(code_page: int, raw: bytes, text: str) -> None:
    message = read_stream(s.blob(s.counted(0x00370000 | 0x8000 | code_page & 0x7FFF, raw)))
    assert message == Message({tags.SUBJECT: text})


def test_an_unknown_code_page_loses_no_byte_and_says_so() -> None:
    raw = bytes(range(1, 256))
    message, warnings = read(s.blob(s.counted(0x0037_F000, raw + b"\0")))
    assert message.properties[tags.SUBJECT].encode("latin-1") == raw  # type: ignore[union-attr]
    assert [warning.place for warning in warnings] == ["message"]
    assert "28672" in warnings[0].detail


def test_several_strings_in_a_code_page() -> None:
    values = pack("<I", 2) + b"".join(pack("<I", len(raw)) + raw for raw in (b"r\xf6d\0", b"bl\xe5\0"))
    assert read_stream(s.blob(pack("<I", 0x3A58_94E4) + values)) == Message({tags.CHILDRENS_NAMES: ("röd", "blå")})


def test_narrow_strings_are_in_the_code_page_of_their_message() -> None:
    narrow = s.counted(0x0037001E, "Пр".encode("cp1251") + b"\0")
    embedded = s.START_EMBEDDED + narrow + s.END_EMBEDDED
    message = read_stream(s.blob(narrow + s.integer(tags.MESSAGE_CODEPAGE, 1251) + s.attachment(0, embedded)))
    assert message.properties == {tags.SUBJECT: "Пр", tags.MESSAGE_CODEPAGE: 1251}
    assert message.attachments[0].embedded == Message({tags.SUBJECT: "Пр"})
    assert list(message.properties) == [tags.SUBJECT, tags.MESSAGE_CODEPAGE]


def test_narrow_strings_of_a_message_in_utf_16_are_western() -> None:
    narrow = s.integer(tags.MESSAGE_CODEPAGE, 1200) + s.counted(0x0037001E, b"\xe5\0")
    assert read_stream(s.blob(narrow)).properties[tags.SUBJECT] == "å"


def test_a_warning_of_exchange_is_reported_where_it_stands() -> None:
    warning = pack("<II", 0x400F0003, 0x80040115)
    stream = s.text(0x37, "x") + s.attachment(0, warning + s.START_EMBEDDED + warning + s.END_EMBEDDED)
    message, warnings = read(s.blob(stream))
    assert message == Message({tags.SUBJECT: "x"}, [], [Attachment({}, Message())])
    assert [warning.place for warning in warnings] == ["attachment 1", "attachment 1 › embedded message"]
    assert all("0x80040115" in warning.detail for warning in warnings)


def test_a_warning_before_the_message() -> None:
    stream = pack("<II", 0x400F0003, 5) + s.START_MESSAGE + s.text(0x37, "x") + s.END_MESSAGE
    message, warnings = read(s.blob(stream))
    assert message == Message({tags.SUBJECT: "x"})
    assert len(warnings) == 1


def test_an_error_in_the_stream_is_reported_and_is_no_property() -> None:
    error = s.ERROR_INFO + s.counted(0x66000102, b"\x01\x02") + s.text(0x6601, "no")
    message, warnings = read(s.blob(s.text(0x37, "x") + error + s.recipient(0, "a") + error))
    assert message == Message({tags.SUBJECT: "x"}, [{tags.DISPLAY_NAME: "a"}])
    assert [warning.place for warning in warnings] == ["message", "message"]
    assert all("0102" in warning.detail and "'no'" in warning.detail for warning in warnings)


def test_a_property_that_could_not_be_read() -> None:
    message, warnings = read(s.blob(pack("<II", 0x1000000A, 0x8007000E)))
    assert message == Message({0x1000000A: 0x8007000E})
    assert warnings == (StreamWarning("message", "property 0x1000000A came as error 0x8007000E in place of its value"),)


def test_the_second_of_two_properties_with_one_id_is_reported() -> None:
    named = pack("<I16sBI", 0x80010003, PSETID_COMMON.bytes_le, 0, 1)
    stream = s.text(0x37, "x") + s.counted(0x0037001E, b"y\0") + named + pack("<i", 1) + named + pack("<i", 2)
    message, warnings = read(s.blob(stream))
    assert message == Message({tags.SUBJECT: "x", Named(PSETID_COMMON, 1, 3): 1})
    assert len(warnings) == 2


def test_flags_that_promise_attachments() -> None:
    short, full = s.integer(tags.MESSAGE_FLAGS, 0x10), s.counted(0x10130102, bytes(31680 - 16))
    message, warnings = read(s.blob(short))
    assert message.attachments == []
    assert "attachments" in warnings[0].detail
    with pytest.raises(StreamTruncated, match="before the first"):
        read(s.blob(short + full))


@pytest.mark.parametrize(
    ("stream", "says"),
    [
        (s.END_RECIPIENT, "END_RECIPIENT has no place in message"),
        (s.START_RECIPIENT + s.START_RECIPIENT, "no place in recipient 1"),
        (s.NEW_ATTACHMENT + s.END_RECIPIENT, "no place in attachment 1"),
        (s.START_EMBEDDED, "START_EMBEDDED has no place"),
        (s.NEW_ATTACHMENT + (s.START_EMBEDDED + s.END_EMBEDDED) * 2, "no place in attachment 1"),
        (s.text(0x37, "x") + s.START_MESSAGE, "START_MESSAGE has no place"),
        (s.START_MESSAGE + s.START_MESSAGE, "START_MESSAGE has no place"),
        (s.START_MESSAGE + s.END_MESSAGE + s.START_MESSAGE, "START_MESSAGE has no place"),
        (s.START_MESSAGE + s.END_MESSAGE + s.text(0x37, "x"), "follows the end"),
        (s.marker(0x40120003), "marker 0x40120003"),
        (s.marker(0x40090003), "marker 0x40090003"),
        (pack("<I16sB", 0x80010003, bytes(16), 7) + bytes(8), "unknown kind 7"),
        (pack("<II", 0x003700FD, 0), "unknown type 0x00FD"),
        (pack("<II", 0x0037100B, 0), "unknown type 0x100B"),
        (pack("<II", 0x00370000, 0), "unknown type 0x0000"),
    ],
)
def test_what_cannot_be_there_is_named_with_its_offset(stream: bytes, says: str) -> None:
    with pytest.raises(StreamMalformed, match=says) as caught:
        read(s.blob(stream), "item-1")
    assert caught.value.item == "item-1"
    assert "byte " in caught.value.detail


def test_offsets_are_those_in_the_data() -> None:
    stream = s.text(0x37, "x") + s.END_RECIPIENT
    data = s.blob(stream, 5)
    with pytest.raises(StreamMalformed, match=rf"\(byte {data.index(s.END_RECIPIENT)}\)"):
        read(data)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", StreamTruncated),
        (s.HEADER, StreamTruncated),
        (s.blob(b""), StreamTruncated),
        (b"From: somebody\r\n", StreamMalformed),
        (s.HEADER[16:] + s.HEADER[:16], StreamMalformed),
        (s.HEADER + pack("<II", 11, 4) + bytes(4), StreamMalformed),
        (s.HEADER[:28] + UUID(int=7).bytes_le + s.HEADER[44:] + b"", StreamMalformed),
        (s.HEADER + s.HEADER + s.blob(s.MAIL), StreamMalformed),
        (s.blob(s.MAIL) + b"\0", StreamTruncated),
        (s.blob(pack("<II", 0x00370102, 0xFFFFFFFF)), StreamTruncated),
        (s.blob(pack("<II", 0x00371102, 0xFFFFFFFF)), StreamTruncated),
        (s.blob(pack("<I16sB", 0x80010003, bytes(16), 1) + b"a\0" * 40000), StreamMalformed),
        (s.blob(pack("<I16sB", 0x80010003, bytes(16), 1) + b"a\0" * 40), StreamTruncated),
    ],
)
def test_what_is_no_stream(data: bytes, kind: type[Failure]) -> None:
    with pytest.raises(kind):
        read(data, "item-1")


@pytest.mark.parametrize("cut", [60, 90, 400])
def test_the_servers_own_note_of_truncation(cut: int) -> None:
    with pytest.raises(StreamTruncated, match="=== Truncated Data ==="):
        read(s.blob(s.MAIL)[:cut] + b"=== Truncated Data ===")
