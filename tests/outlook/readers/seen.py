"""What an independent reader saw in a PST file, as far as all of them can tell."""

from __future__ import annotations

from dataclasses import dataclass

Folder = tuple[str, ...]
"""From the folder below the top of the mailbox on, as the reader names it."""


@dataclass(frozen=True)
class SeenAttachment:
    """Data by size and SHA-256, or the message that is attached."""

    name: str
    size: int = 0
    sha256: str = ""
    embedded: SeenMessage | None = None


@dataclass(frozen=True)
class SeenMessage:
    """`recipients` are (kind, display name, address), kind 1 To, 2 Cc, 3 Bcc; None is what this reader does not tell."""

    folder: Folder
    subject: str
    message_class: str | None
    body: str | None
    html: str | None
    recipients: tuple[tuple[int, str, str], ...] | None
    attachments: tuple[SeenAttachment, ...]
