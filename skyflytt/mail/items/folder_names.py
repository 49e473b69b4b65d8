"""The names that folders get in Outlook, where siblings must differ in more than their case."""

from __future__ import annotations

from collections.abc import Iterable

from skyflytt.mail.port import FolderPath

INBOX_NAME = "Inbox"


def in_outlook(folders: Iterable[FolderPath]) -> dict[FolderPath, FolderPath]:
    """The Outlook path of every folder and of those above it, parents first; IMAP's INBOX is the Inbox, twins are numbered."""
    named: dict[FolderPath, FolderPath] = {(): ()}
    taken: set[FolderPath] = set()
    with_those_above = {folder[:depth] for folder in folders for depth in range(1, len(folder) + 1)}
    for path in sorted(with_those_above, key=_inbox_first):
        above = named[path[:-1]]
        wanted = INBOX_NAME if path == ("INBOX",) else path[-1] or "_"
        name, number = wanted, 1
        while _folded((*above, name)) in taken:
            number += 1
            name = f"{wanted} ({number})"
        taken.add(_folded((*above, name)))
        named[path] = (*above, name)
    del named[()]
    return named


def _inbox_first(path: FolderPath) -> tuple[bool, FolderPath]:
    return path[0] != "INBOX", path


def _folded(path: FolderPath) -> FolderPath:
    return tuple(name.casefold() for name in path)
