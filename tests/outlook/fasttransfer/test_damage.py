"""Cut and altered streams: a failure, never another exception, and never a message that is not the one that was sent."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skyflytt.outlook.errors import StreamMalformed, StreamTruncated
from skyflytt.outlook.fasttransfer import read, write_stream
from skyflytt.outlook.fasttransfer.framing import BUFFER_BYTES, payload
from skyflytt.outlook.mapi import Attachment, Message, Named, tags
from tests.outlook.fasttransfer import samples
from tests.outlook.fasttransfer.messages import MESSAGES


@cache
def small() -> bytes:
    return samples.blob(samples.MAIL)


@cache
def large() -> bytes:
    """A dozen buffers that would, cut at their full size, end now and then between two elements."""
    recipients = [{tags.DISPLAY_NAME: "r" * (number % 50)} for number in range(600)]
    attachments = [Attachment({tags.ATTACH_DATA: bytes(number)}) for number in range(0, 2000, 40)]
    return write_stream(Message({Named(UUID(int=5), f"n{n}", 3): n for n in range(3000)}, recipients, attachments))


def test_cut_anywhere() -> None:
    for cut in range(len(small())):
        with pytest.raises((StreamTruncated, StreamMalformed)):
            read(small()[:cut])


def test_cut_between_buffers() -> None:
    origins = payload(large(), "").origins
    assert len(origins) > 5
    for origin in origins:
        with pytest.raises(StreamTruncated):
            read(large()[: origin - 8])


def test_no_buffer_ends_between_two_elements_whatever_the_sizes() -> None:
    for size in range(BUFFER_BYTES - 300, BUFFER_BYTES + 20):
        message = Message({tags.HTML: bytes(size), tags.IMPORTANCE: 1, tags.SUBJECT: "x"}, [{}, {}], [Attachment()] * 3)
        data = write_stream(message)
        for origin in payload(data, "").origins:
            with pytest.raises(StreamTruncated):
                read(data[: origin - 8])


@given(MESSAGES, st.data())
@settings(max_examples=300, deadline=None)
def test_any_message_cut_anywhere(message: Message, data: st.DataObject) -> None:
    stream = write_stream(message)
    with pytest.raises((StreamTruncated, StreamMalformed)):
        read(stream[: data.draw(st.integers(0, len(stream) - 1))])


@given(
    st.lists(
        st.tuples(st.integers(0, len(samples.blob(samples.MAIL)) - 1), st.integers(0, 255)), min_size=1, max_size=6
    )
)
@settings(max_examples=3000, deadline=None)
def test_altered_bytes_give_a_failure_or_a_message(changes: list[tuple[int, int]]) -> None:
    data = bytearray(small())
    for position, value in changes:
        data[position] = value
    try:
        message, _ = read(bytes(data))
    except (StreamTruncated, StreamMalformed):
        return
    assert isinstance(write_stream(message), bytes)


@given(st.binary(max_size=200))
@settings(max_examples=500, deadline=None)
def test_random_bytes_in_a_frame(stream: bytes) -> None:
    with suppress(StreamTruncated, StreamMalformed):
        assert isinstance(read(samples.blob(stream)).message, Message)
