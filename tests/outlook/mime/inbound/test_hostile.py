"""What was made to cost time: a megabyte of it takes seconds at most, and is kept all the same."""

from __future__ import annotations

import time

import pytest

from skyflytt.outlook.mapi import Message
from skyflytt.outlook.mime import from_mime
from skyflytt.outlook.mime.inbound.structure import MAX_PARTS
from tests.outlook.mime.kept import lost

N = 300_000
SECONDS = 5.0
MIXED = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
QUOTED = b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"


def nested(depth: int, *, messages: bool) -> bytes:
    raw = b"Subject: x\r\n\r\nhi"
    for level in range(depth):
        if messages:
            raw = b"Content-Type: message/rfc822\r\n\r\n" + raw
        else:
            raw = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n%s\r\n--b%d--\r\n" % (
                level,
                level,
                raw,
                level,
            )
    return raw


HOSTILE = {
    "comments": b"To: " + b"(" * N,
    "quotes": b"To: " + b'"' * N,
    "escapes": b'To: "' + b"\\" * N,
    "quoted quotes": b"To: " + b'"\\' * (N // 2),
    "angles": b"To: " + b"<" * N,
    "words": b"Subject: " + b"=?utf-8?B?" * (N // 10),
    "half words": b"To: " + b"=?" * (N // 2),
    "parameters": MIXED + (b"--b\r\nContent-Type: x/y" + b';a="b' * 4_000 + b"\r\n\r\n") * 15,
    "semicolons": MIXED + (b"--b\r\nContent-Type: x/y" + b";" * 16_000 + b"\r\n\r\n") * 15,
    "parts": MIXED + b"--b\r\n" * (N // 5),
    "nearly delimiters": MIXED + b"--bx\r" * (N // 5),
    "dashes": b"Content-Type: multipart/mixed; boundary=--\r\n\r\n" + b"-" * N,
    "folds": b"Subject: x\r\n" + b" \r\n" * (N // 3),
    "fields": b"a:\r\n" * (N // 4),
    "returns": b"\r" * N,
    "equals": QUOTED + b"=" * N,
    "soft breaks": QUOTED + (b"=" + b" " * 5_000) * (N // 5_000),
    "metas": b"Content-Type: text/html\r\n\r\n" + b"<meta " * (N // 6),
    "cids": b"Content-Type: text/html\r\n\r\n" + b"cid:" * (N // 4),
    "begins": b"Content-Transfer-Encoding: x-uuencode\r\n\r\n" + b"begin 644 " * (N // 10),
    "date": b"Date: " + b"1:" * (N // 2),
    "deep parts": nested(2_000, messages=False),
    "deep messages": nested(2_000, messages=True),
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_time_is_bounded(raw: bytes) -> None:
    began = time.process_time()
    message = from_mime(raw)
    assert time.process_time() - began < SECONDS
    assert lost(raw, message) == []


def test_the_number_of_parts_is_bounded() -> None:
    raw = MIXED + b"--b\r\nContent-Type: a/b\r\n\r\nx\r\n" * (MAX_PARTS + 500)
    message = from_mime(raw)
    assert len(message.attachments) == MAX_PARTS
    assert lost(raw, message) == []


def test_depth_is_bounded() -> None:
    def depth(message: Message) -> int:
        return 1 + max((depth(one.embedded) for one in message.attachments if one.embedded), default=0)

    assert depth(from_mime(nested(2_000, messages=True))) <= 42
