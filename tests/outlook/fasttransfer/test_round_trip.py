"""What is written to a stream is read back equal."""

from __future__ import annotations

from struct import pack
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings

from skyflytt.outlook.fasttransfer import read, read_stream, write_stream
from skyflytt.outlook.fasttransfer.framing import BUFFER_BYTES, payload
from skyflytt.outlook.mapi import Attachment, Message, Named, tags
from tests.outlook.fasttransfer import samples
from tests.outlook.fasttransfer.messages import MESSAGES

SET = UUID("5B1C4E2A-6F0D-4C53-9A7E-2D8C0F4B7A61")


@given(MESSAGES)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_any_message_comes_back_equal(message: Message) -> None:
    assert read_stream(write_stream(message)) == message


@given(MESSAGES)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_properties_keep_their_order(message: Message) -> None:
    assert list(read_stream(write_stream(message)).properties) == list(message.properties)


@pytest.mark.parametrize("size", [0, 1, 2, *range(BUFFER_BYTES - 40, BUFFER_BYTES + 40), 3 * BUFFER_BYTES, 500_001])
def test_data_of_any_size_straddles_buffers(size: int) -> None:
    message = Message({tags.BODY: "å" * (size // 2)}, [], [Attachment({tags.ATTACH_DATA: bytes(size)})])
    data = write_stream(message)
    assert read(data) == (message, ())
    content = payload(data, "")
    sizes = [b - a for a, b in zip(content.starts, (*content.starts[1:], len(content.stream)), strict=True)]
    assert max(sizes) <= BUFFER_BYTES
    assert (
        min(sizes[:-1], default=BUFFER_BYTES) > BUFFER_BYTES - 100
    )  # full but for a fixed-size piece that had to stay whole


def test_many_small_properties_straddle_buffers() -> None:
    message = Message(
        {Named(SET, f"Name {number}", 0x001F): f"value {number}" for number in range(5000)},
        [{tags.DISPLAY_NAME: f"Recipient {number}"} for number in range(2000)],
        [Attachment({tags.ATTACH_FILENAME: f"{number}.txt"}) for number in range(400)],
    )
    assert read(write_stream(message)) == (message, ())


def test_a_name_longer_than_a_buffer() -> None:
    message = Message({tags.SUBJECT: "x", Named(SET, "n" * 31000, 0x0003): 1, tags.BODY: "y"})
    assert read(write_stream(message)) == (message, ())


def test_embedded_messages_of_any_depth() -> None:
    depth = 5000
    message = Message({tags.SUBJECT: "0"})
    for level in range(1, depth):
        message = Message({tags.SUBJECT: str(level)}, [], [Attachment({}, message)])
    level: Message | None = read_stream(write_stream(message))
    subjects = []
    while level is not None:
        subjects.append(level.properties[tags.SUBJECT])
        level = level.attachments[0].embedded if level.attachments else None
    assert subjects == [str(number) for number in reversed(range(depth))]


def test_what_the_store_computes_is_left_out() -> None:
    kept = {tags.SUBJECT: "x", tags.MESSAGE_FLAGS: 1}
    message = Message(
        kept | {tags.MESSAGE_SIZE: 9, tags.ENTRY_ID: b"e", tags.HAS_ATTACHMENTS: True}, [{tags.ENTRY_ID: b"r"}]
    )
    assert read_stream(write_stream(message)) == Message(kept, [{tags.ENTRY_ID: b"r"}])


def test_positions_follow_the_order_of_the_lists() -> None:
    message = Message({}, [{tags.ROWID: 7, tags.DISPLAY_NAME: "a"}], [Attachment({tags.ATTACH_NUMBER: 9})])
    assert read_stream(write_stream(message)) == Message({}, [{tags.DISPLAY_NAME: "a"}], [Attachment({})])


def test_the_object_of_a_pst_gives_way_to_the_embedded_message() -> None:
    message = Message({}, [], [Attachment({tags.ATTACH_METHOD: 5, tags.ATTACH_DATA_OBJECT: bytes(8)}, Message())])
    assert read_stream(write_stream(message)).attachments == [Attachment({tags.ATTACH_METHOD: 5}, Message())]


def test_an_embedded_ole_object_is_kept() -> None:
    message = Message({}, [], [Attachment({tags.ATTACH_METHOD: 6, tags.ATTACH_DATA_OBJECT: b"\xd0\xcf\x11\xe0"})])
    assert read_stream(write_stream(message)) == message


@pytest.mark.parametrize(
    "message",
    [
        Message({0x80010003: 1}),
        Message({0x0017FFFF: 1}),
        Message({tags.IMPORTANCE: 1 << 40}),
        Message({tags.SUBJECT: 5}),
    ],
    ids=["bare named id", "unknown type", "too large", "not a string"],
)
def test_what_no_stream_can_carry_is_an_error(message: Message) -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        write_stream(message)


def test_the_records_in_front_are_those_of_exchange() -> None:
    assert write_stream(Message({tags.SUBJECT: "x"})).startswith(samples.HEADER + pack("<I", 2))


def test_strings_are_in_utf_16_by_code_page_and_end_in_nul() -> None:
    data = write_stream(Message({tags.SUBJECT: "Hej"}))
    assert payload(data, "").stream.startswith(samples.text(0x0037, "Hej"))
