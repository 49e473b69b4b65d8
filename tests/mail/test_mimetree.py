from __future__ import annotations

import base64
import binascii

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skyflytt.mail.mimetree import leaves, lines_ended, one_line_end

GROUPS = st.lists(
    st.sampled_from([b"QUJD", b"+/9z", b"QUI=", b"QQ==", b"Q", b"=", b"==", b"-_", b"\x80", b"AAAA" * 40]), max_size=12
)


def decoded(body: bytes) -> tuple[bytes, set[str]]:
    concerns: set[str] = set()
    headers = {b"content-type": b"application/pdf", b"content-transfer-encoding": b" base64"}
    (part,) = leaves(headers, body, concerns)
    return part.content, concerns


@given(GROUPS.map(b"".join))
@settings(max_examples=500, deadline=None)
def test_base64_is_what_binascii_says(body: bytes) -> None:
    try:
        expected, concerns = binascii.a2b_base64(body, strict_mode=True), set[str]()
    except binascii.Error:
        expected, concerns = body, {"bad-base64"}
    assert decoded(body) == (expected, concerns)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 57, 58, 1000])
def test_base64_in_lines(size: int) -> None:
    content = bytes(number * 7 % 256 for number in range(size))
    assert decoded(base64.encodebytes(content)) == (content, set())


@given(st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"a", b"bc"]), max_size=12).map(b"".join))
@settings(max_examples=300, deadline=None)
def test_line_ends(raw: bytes) -> None:
    crlf = raw.count(b"\r\n")
    assert one_line_end(raw) == raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    of_one_kind = b"\r" not in raw or crlf == raw.count(b"\n") == raw.count(b"\r")
    assert lines_ended(raw) == (one_line_end(raw), of_one_kind)


@pytest.mark.parametrize(
    ("body", "contents"),
    [
        (b"--a\n\none\n--a\n\ntwo\n--a--\n", [b"one", b"two"]),
        (b"before\n--a \t\n\none\n--a-- \nbehind", [b"one"]),
        (b"--ab\n\nno\n--a\n\n--ax\n--a--x\nyes\n--a--", [b"--ax\n--a--x\nyes"]),
    ],
)
def test_boundaries(body: bytes, contents: list[bytes]) -> None:
    concerns: set[str] = set()
    parts = leaves({b"content-type": b'multipart/mixed; boundary="a"'}, body, concerns)
    assert [part.content for part in parts] == contents
    assert not concerns
