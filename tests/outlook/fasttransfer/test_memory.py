"""Large attachments: no quadratic copying, and memory of a small multiple of the attachment."""

from __future__ import annotations

import tracemalloc

from skyflytt.outlook.fasttransfer import read_stream, write_stream
from skyflytt.outlook.mapi import Attachment, Message, tags

MEGABYTE = 1 << 20


def test_memory_of_a_large_attachment() -> None:
    message = Message({}, [], [Attachment({tags.ATTACH_DATA: bytes(40 * MEGABYTE)})])
    tracemalloc.start()
    data = write_stream(message)
    written = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    read_stream(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert written < 1.2 * len(data)  # the stream alone
    assert peak < 3.1 * len(data)  # the data, the joined stream and the message
