"""Well-formed messages of any shape come back as they were, without their original beside them."""

from __future__ import annotations

import base64
import quopri
from random import Random

import pytest

from skyflytt.mail.identity import fingerprint
from skyflytt.outlook.mapi.named import ORIGINAL_MIME
from skyflytt.outlook.mime import from_mime, to_mime
from tests.outlook.mime.kept import lost

WORDS = {
    "us-ascii": "plain words only = here",
    "utf-8": "på väg € 😀 =?utf-8?",
    "iso-8859-1": "åäö",
    "windows-1252": "€ – ö",
    "koi8-r": "Привет",
    "iso-2022-jp": "日本語",
    "shift_jis": "こんにちは",
    "gb2312": "你好",
    "big5": "你好",
    "windows-1255": "שלום",
}
KINDS = ("mixed", "alternative", "related", "mixed", "signed-not", "parallel", "digest")


def part(random: Random, depth: int) -> bytes:
    """An entity with its header and no end of line behind it."""
    kind = random.choice(("text", "text", "html", "file", "multipart", "multipart", "message"))
    if depth > 3 and kind in ("multipart", "message"):
        kind = "text"
    if kind == "multipart":
        return _multipart(random, depth)
    if kind == "message":
        return b"Content-Type: message/rfc822\r\n\r\n" + whole(random, depth + 1)
    if kind == "file":
        return _file(random)
    return _text(random, kind)


def _multipart(random: Random, depth: int) -> bytes:
    boundary = b"=_%d_%d" % (depth, random.randint(0, 10**9))
    kind = random.choice(KINDS).encode()
    children = [part(random, depth + 1) for _ in range(random.randint(1, 4))]
    if kind == b"digest":
        children = [b"\r\n" + whole(random, depth + 1) for _ in children]
    body = b"".join(b"--%s\r\n%s\r\n" % (boundary, child) for child in children)
    preamble, epilogue = random.choice((b"", b"This is MIME.\r\n")), random.choice((b"", b"\r\n", b"\r\nand more\r\n"))
    return b'Content-Type: multipart/%s; boundary="%s"\r\n\r\n%s%s--%s--%s' % (
        kind,
        boundary,
        preamble,
        body,
        boundary,
        epilogue,
    )


def _text(random: Random, kind: str) -> bytes:
    charset = random.choice(list(WORDS))
    lines = [WORDS[charset] * random.randint(0, 4) for _ in range(random.randint(0, 5))]
    data = "\r\n".join(lines).encode(charset)
    name = "plain" if kind == "text" else "html"
    encoding = random.choice(("8bit", "base64", "quoted-printable"))
    extra = random.choice(
        ("", "Content-Description: x\r\n", "Content-Disposition: inline\r\n", "Content-ID: <a@x>\r\n")
    )
    head = f"Content-Type: text/{name}; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n{extra}\r\n"
    return head.encode() + _encoded(data, encoding)


def _file(random: Random) -> bytes:
    data = random.randbytes(random.choice((0, 1, 57, 1_000)))
    name = random.choice(("", "; name=a.pdf", '; name="=?utf-8?B?w6UucGRm?="', "; name*=utf-8''%C3%A5%F0%9F%98%80.pdf"))
    disposition = random.choice(
        ("", "Content-Disposition: attachment\r\n", "Content-Disposition: inline; filename=b.bin\r\n")
    )
    kind = random.choice(("application/pdf", "image/png", "text/x-odd", "application/octet-stream"))
    head = f"Content-Type: {kind}{name}\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <{random.random()}@x>\r\n{disposition}\r\n"
    return head.encode() + _encoded(data, "base64")


def _encoded(data: bytes, encoding: str) -> bytes:
    if encoding == "base64":
        return base64.encodebytes(data).replace(b"\n", b"\r\n")
    return quopri.encodestring(data) if encoding == "quoted-printable" else data


def whole(random: Random, depth: int = 0) -> bytes:
    """A message; every line ends in CRLF but perhaps the last."""
    number = random.randint(0, 10**6)
    subject = random.choice(("RE: x", "", "=?utf-8?Q?p=C3=A5?=", "rått"))
    head = (
        f"From: =?utf-8?Q?=C3=85sa?= <asa@example.com>\r\nTo: a@x, B <b@x>\r\nSubject: {subject}\r\n"
        f"Message-ID: <{number}@x>\r\nDate: Fri, 17 May 2024 09:30:00 +0200\r\nMIME-Version: 1.0\r\n"
    )
    return head.encode() + part(random, depth)


@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"], ids=["CRLF", "LF"])
def test_any_shape(line_end: bytes) -> None:
    for seed in range(1_000):
        raw = whole(Random(seed)).replace(b"\r\n", b"\n").replace(b"\n", line_end)
        message = from_mime(raw)
        assert lost(raw, message) == [], seed
        back = to_mime(message)
        assert fingerprint(back).fingerprint == fingerprint(raw).fingerprint, seed
        # A message that is one text of an odd kind is shown as text, and keeps its original.
        if b"x-odd" not in raw.partition(line_end * 2)[0]:
            assert ORIGINAL_MIME not in message.properties, seed
