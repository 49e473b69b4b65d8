"""Messages written by hand, so that a test shows every byte that matters."""

from __future__ import annotations

import base64

HEADER = (
    "From: =?utf-8?B?w4VzYQ==?= <asa@example.com>\nTo: Bo <bo@example.com>\nSubject: Offert\n"
    "Date: Fri, 17 May 2024 09:30:00 +0200\nMessage-ID: <1@example.com>\nMIME-Version: 1.0\n"
)
PNG = bytes.fromhex("89504e470d0a1a0a") + bytes(range(256))


def mail(rest: str | bytes, header: str = HEADER) -> bytes:
    """A message in CRLF: the header, then `rest`, which begins with what is left of the header."""
    data = rest.encode() if isinstance(rest, str) else rest
    return header.encode().replace(b"\n", b"\r\n") + data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def multipart(kind: str, *parts: str, boundary: str = "b", parameters: str = "") -> str:
    """A multipart with its Content-Type; each part with its own header."""
    body = "".join(f"--{boundary}\n{part}\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"{parameters}\n\n{body}--{boundary}--\n'


def text(content: str, kind: str = "plain") -> str:
    """A text part in UTF-8."""
    return f"Content-Type: text/{kind}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{content}"


def file(data: bytes, kind: str, header: str = "") -> str:
    """A part in base64."""
    return f"Content-Type: {kind}\nContent-Transfer-Encoding: base64\n{header}\n{base64.encodebytes(data).decode()}"
