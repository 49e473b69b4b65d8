"""Messages to be moved through trouble, and what is left of one that a server may write anew: its portrait."""

from __future__ import annotations

import email.policy
import hashlib
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser

Folder = tuple[str, ...]
INBOX: Folder = ("INBOX",)
FOLDERS: tuple[Folder, ...] = (INBOX, ("Arkiv", "2024"), ("Hö & hå",))
FLAGS = ("\\Seen", "\\Flagged", "\\Answered", "$Viktigt")
FIRST_DAY = datetime(2024, 5, 17, 7, 30, 15, tzinfo=UTC)


@dataclass(frozen=True)
class Letter:
    raw: bytes
    flags: frozenset[str]
    received: datetime


@dataclass(frozen=True, order=True)
class Portrait:
    """What must be equal at both ends; `attached` are digests, `flags` those that both ends have a place for."""

    folder: Folder
    message_id: str
    subject: str
    text: str
    attached: tuple[str, ...]
    received: datetime
    flags: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{'/'.join(self.folder)} {self.subject!r} {self.text[:20]!r} {self.attached} {self.received} {self.flags}"
        )


def letter(number: int, chance: random.Random, most: int = 30_000) -> Letter:
    """Mostly small; some with attachments that take several packets, of `most` bytes."""
    message = EmailMessage(policy=email.policy.SMTP)
    received = FIRST_DAY + timedelta(minutes=number)
    message["From"], message["To"] = "Åsa Öst <asa@example.com>", "bo@example.com"
    message["Subject"] = f"Nummer {number} på listan"
    message["Date"] = received
    message["Message-ID"] = f"<{number % 1000}@example.com>"
    message.set_content(f"Brev {number}.\n" + "Å, vad det är fint på ön i dag!\n" * chance.choice((1, 5, 60)))
    for _ in range(chance.choice((0, 0, 0, 1, 2))):
        data = chance.randbytes(min(most, chance.choice((100, 3_000, 30_000))))
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename="bilaga.bin")
    return Letter(message.as_bytes(), some_flags(chance), received)


def some_flags(chance: random.Random) -> frozenset[str]:
    return frozenset(flag for flag in FLAGS if chance.random() < 0.4)


def letters(first: int, count: int, chance: random.Random, most: int) -> list[Letter]:
    """Some twice or three times; some under the Message-ID of another."""
    made: list[Letter] = []
    for number in range(first, first + count):
        if made and chance.random() < 0.15:
            made.append(chance.choice(made))
        elif made and chance.random() < 0.1:
            made.append(letter(number + 1000, chance, most))
        else:
            made.append(letter(number, chance, most))
    return made


def portrait(folder: Folder, raw: bytes, received: datetime, flags: Iterable[str], kept: Iterable[str]) -> Portrait:
    """By the standard library's parser."""
    message = BytesParser(policy=email.policy.default).parsebytes(raw)
    body = message.get_body(("plain",))
    return Portrait(
        folder,
        str(message["Message-ID"]).strip(),
        str(message["Subject"]),
        folded(body.get_content() if body is not None else ""),
        tuple(sorted(digest(bytes(part.get_content())) for part in message.iter_attachments())),
        received.astimezone(UTC).replace(microsecond=0),
        tuple(sorted(set(flags) & set(kept))),
    )


def folded(text: str) -> str:
    return " ".join(text.split())


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
