"""Between the archive's rows and its values."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from skyflytt.mail.archive.entries import ArchivedMessage
from skyflytt.mail.identity import Identity
from skyflytt.mail.port import FolderPath, MessageEntry

_SEPARATOR = "\x1f"
COLUMNS = "folder, ref, flags, received, fingerprint, digest, size_bytes, gone_at, subject, message_id, sent, concerns"


def folder_key(folder: FolderPath) -> str:
    """A text that sorts as the path does, parents before children."""
    return _SEPARATOR.join(name.replace("\\", "\\\\").replace(_SEPARATOR, "\\s") for name in folder)


def folder_of(key: str) -> FolderPath:
    return tuple(
        re.sub(r"\\(.)", lambda match: _SEPARATOR if match[1] == "s" else match[1], name)
        for name in key.split(_SEPARATOR)
    )


def flags_text(flags: frozenset[str]) -> str:
    return json.dumps(sorted(flags))


def entry_row(folder: FolderPath, entry: MessageEntry, size_bytes: int, identity: Identity) -> tuple[Any, ...]:
    return (
        folder_key(folder),
        entry.ref,
        flags_text(entry.flags),
        entry.received.isoformat(),
        identity.fingerprint,
        bytes.fromhex(identity.digest),
        size_bytes,
        None,
        identity.subject,
        identity.message_id,
        identity.sent.isoformat() if identity.sent else None,
        " ".join(identity.concerns),
    )


def message_of(row: tuple[Any, ...]) -> ArchivedMessage:
    folder, ref, flags, received, fingerprint, digest, size_bytes, gone_at, subject, message_id, sent, concerns = row
    return ArchivedMessage(
        folder_of(folder),
        ref,
        frozenset(json.loads(flags)),
        datetime.fromisoformat(received),
        fingerprint,
        digest.hex(),
        size_bytes,
        datetime.fromisoformat(gone_at) if gone_at else None,
        subject,
        message_id,
        datetime.fromisoformat(sent) if sent else None,
        tuple(concerns.split()),
    )
