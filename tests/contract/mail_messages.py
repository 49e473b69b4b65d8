"""Messages to test mail adapters with: made here, or from the collection in tests/data/mail."""

from __future__ import annotations

import base64
import random
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from skyflytt.mail.port import NewMessage

DATA = Path(__file__).parents[1] / "data" / "mail"
RECEIVED = datetime(2024, 5, 17, 9, 30, 15, tzinfo=timezone(timedelta(hours=2)))
PLAIN: frozenset[str] = frozenset()


def corpus() -> dict[str, bytes]:
    """Every message of the collection by its path; licences and the note on their origin are none."""
    files = (
        path
        for path in sorted(DATA.rglob("*"))
        if path.is_file() and path.name not in ("LICENSE", "NOTICE", "ORIGIN.md")
    )
    return {str(path.relative_to(DATA)): path.read_bytes() for path in files}


def message(number: int, *, text: str = "Hej på er!\r\n", header: str = "") -> bytes:
    """A small message in UTF-8 with CRLF."""
    return (
        f"From: Åsa Öst <asa@example.com>\r\nTo: bo@example.com\r\nSubject: Nummer {number}\r\n"
        f"Date: Fri, 17 May 2024 09:{number % 60:02}:00 +0200\r\nMessage-ID: <{number}@example.com>\r\n{header}"
        f"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}"
    ).encode()


def big_message(size: int) -> bytes:
    """About `size` bytes, one attachment of random bytes in base64."""
    payload = base64.encodebytes(random.Random(7).randbytes(size * 3 // 4)).replace(b"\n", b"\r\n")
    head = (
        "From: asa@example.com\r\nSubject: Stor\r\nDate: Fri, 17 May 2024 09:30:00 +0200\r\nMessage-ID: <big@example.com>\r\n"
        'MIME-Version: 1.0\r\nContent-Type: application/pdf; name="stor.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    )
    return head.encode() + payload


def new(raw: bytes, flags: frozenset[str] = PLAIN, received: datetime = RECEIVED) -> NewMessage:
    return NewMessage(raw, flags, received)


def at(**ago: int) -> datetime:
    return (RECEIVED - timedelta(**ago)).astimezone(UTC)
