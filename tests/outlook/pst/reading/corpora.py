"""Real PST files, by several versions of Outlook."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from skyflytt.outlook.mapi import Message
from skyflytt.outlook.pst.reading import FolderPath, open_pst

DATA = Path(__file__).parents[3] / "data" / "pst"
ALL = sorted(DATA.glob("*.pst"))


def messages(path: Path) -> Iterator[tuple[FolderPath, Message]]:
    """Every message of the mailbox; anything unreadable is an error here."""
    with open_pst(path) as reader:
        for folder in reader.folders():
            for nid, message in reader.messages(folder):
                assert isinstance(message, Message), (nid, message)
                yield folder.path, message
