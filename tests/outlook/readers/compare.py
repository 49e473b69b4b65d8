"""Is what a reader saw what was meant, but for the reader's own limits?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from skyflytt.outlook.mapi import Message
from tests.outlook.readers.meant import meant
from tests.outlook.readers.seen import Folder, SeenMessage

Written = list[tuple[Folder, Message]]


def compare(seen: Iterable[SeenMessage], written: Written, limits: Callable[[SeenMessage], SeenMessage | None]) -> None:
    """Folder by folder and in order: equal but for the reader's own limits."""
    expected: dict[Folder, list[SeenMessage]] = {}
    for folder, message in written:
        if (one := limits(meant(folder, message))) is not None:
            expected.setdefault(folder, []).append(comparable(one))
    found: dict[Folder, list[SeenMessage]] = {}
    for one in seen:
        found.setdefault(one.folder, []).append(comparable(one))
    counts = ({folder: len(messages) for folder, messages in one.items()} for one in (expected, found))
    meant_counts, found_counts = counts
    assert meant_counts == found_counts, f"{meant_counts} were meant, {found_counts} seen"
    for folder, messages in expected.items():
        for position, (message, other) in enumerate(zip(messages, found[folder], strict=True)):
            found_otherwise = differences(message, other)
            assert not found_otherwise, f"{folder} {position}: {found_otherwise}"


def differences(message: SeenMessage, other: SeenMessage) -> list[str]:
    """What the reader saw otherwise, as lines that fit a report."""
    return [
        f"{name}: meant {getattr(message, name)!r:.300}, seen {getattr(other, name)!r:.300}"
        for name in SeenMessage.__dataclass_fields__
        if getattr(message, name) != getattr(other, name)
    ]


def comparable(message: SeenMessage) -> SeenMessage:
    """Line ends differ between readers, and some end a body that has no end."""
    body = None if message.body is None else "\n".join(message.body.split("\r\n")).strip()
    attachments = tuple(
        replace(one, embedded=comparable(one.embedded)) if one.embedded else one for one in message.attachments
    )
    return replace(message, body=body, html=None, attachments=attachments)
