"""Between the archive's rows and its values."""

from __future__ import annotations

import json
import re
from datetime import datetime
from functools import lru_cache
from typing import Any

from skyflytt.mail.archive.entries import ArchivedMessage, Known
from skyflytt.mail.identity import Identity
from skyflytt.mail.port import FolderPath, MessageEntry, Way

_SEPARATOR = "\x1f"
_WAYS: dict[str, Way | None] = {"": None, **{way.value: way for way in Way}}
_FEW = 1_000
"""Values of a column that are kept at hand: a mailbox has many messages, but few folders and sets of flags."""
_OF_ALL = "folder, ref, flags, received, fingerprint, digest, size_bytes, gone_at, subject, message_id, sent, concerns"
COLUMNS = f"{_OF_ALL}, way, stream, edition, edits"


def columns(version: int) -> str:
    """`COLUMNS` as an archive of this version has them."""
    return COLUMNS if version >= 3 else f"{_OF_ALL}, '', NULL, '', 0"


def folder_key(folder: FolderPath) -> str:
    """A text that sorts as the path does, parents before children."""
    return _SEPARATOR.join(name.replace("\\", "\\\\").replace(_SEPARATOR, "\\s") for name in folder)


@lru_cache(maxsize=_FEW)
def folder_of(key: str) -> FolderPath:
    return tuple(
        re.sub(r"\\(.)", lambda match: _SEPARATOR if match[1] == "s" else match[1], name)
        for name in key.split(_SEPARATOR)
    )


def flags_text(flags: frozenset[str]) -> str:
    return json.dumps(sorted(flags))


@lru_cache(maxsize=_FEW)
def _flags_of(text: str) -> frozenset[str]:
    return frozenset(json.loads(text))


@lru_cache(maxsize=_FEW)
def _concerns_of(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def entry_row(
    folder: FolderPath, entry: MessageEntry, size_bytes: int, identity: Identity, *, way: Way, stream: str | None
) -> tuple[Any, ...]:
    """The row of a message that is new."""
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
        way.value,
        bytes.fromhex(stream) if stream else None,
        entry.edition,
        0,
    )


def message_of(row: tuple[Any, ...]) -> ArchivedMessage:
    folder, ref, flags, received, fingerprint, digest, size_bytes, gone_at, *rest = row
    subject, message_id, sent, concerns, way, stream, _edition, edits = rest
    return ArchivedMessage(
        folder_of(folder),
        ref,
        _flags_of(flags),
        datetime.fromisoformat(received),
        fingerprint,
        digest.hex(),
        size_bytes,
        datetime.fromisoformat(gone_at) if gone_at else None,
        subject,
        message_id,
        datetime.fromisoformat(sent) if sent else None,
        _concerns_of(concerns),
        stream.hex() if stream else None,
        edits,
        _WAYS[way or ""],
    )


def known_of(row: tuple[Any, ...]) -> Known:
    """Of the columns `flags, edition`."""
    flags, edition = row
    return Known(_flags_of(flags), edition)
