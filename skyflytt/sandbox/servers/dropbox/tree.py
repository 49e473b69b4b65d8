"""What a namespace holds. Capitals do not count, and are kept; å as one sign or two is the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any
from unicodedata import normalize

from skyflytt.sandbox.servers.dropbox.answers import refused, union

IGNORED = {"desktop.ini", "thumbs.db", ".ds_store", "icon\r", ".dropbox", ".dropbox.attr"}
LONGEST_NAME = 255
REVISIONS = count(0x5F0000000)


@dataclass(slots=True)
class Node:
    """A file has `content`; a folder has none. `document`: a file without bytes."""

    name: str
    content: bytes | None = None
    content_hash: str = ""
    modified: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    rev: str = ""
    id: str = field(default_factory=lambda: f"id:sim{next(REVISIONS):x}")
    document: bool = False
    inside: dict[str, Node] = field(default_factory=dict)

    @property
    def is_folder(self) -> bool:
        return self.content is None


class WriteRefused(Exception):
    """A WriteError: its tags, outermost first."""

    def __init__(self, *named: str) -> None:
        super().__init__(*named)
        self.named = named

    @property
    def union(self) -> dict[str, Any]:
        return union(*self.named)


def folded(name: str) -> str:
    return normalize("NFC", name).lower()


def check_name(name: str) -> None:
    if folded(name) in IGNORED:
        raise WriteRefused("disallowed_name")
    if (
        "\\" in name
        or name != name.rstrip(" ")
        or any(ord(c) < 32 or c == "\x7f" for c in name)
        or len(name) > LONGEST_NAME
    ):
        raise WriteRefused("malformed_path")


class Tree:
    """One namespace. Paths are lists of names."""

    def __init__(self) -> None:
        self.top = Node("")
        self.changes = 0
        """Counted, so that an old listing can be told for a while."""

    def find(self, names: list[str]) -> Node | None:
        node: Node | None = self.top
        for name in names:
            node = node.inside.get(folded(name)) if node is not None and node.is_folder else None
        return node

    def folder(self, names: list[str]) -> Node:
        """The folder, made with those above it. Raises `WriteRefused`."""
        node = self.top
        for name in names:
            inner = node.inside.get(folded(name))
            if inner is None:
                check_name(name)
                inner = node.inside[folded(name)] = Node(name)
                self.changes += 1
            elif not inner.is_folder:
                raise WriteRefused("conflict", "file_ancestor")
            node = inner
        return node

    def make(self, names: list[str]) -> Node:
        there = self.find(names)
        if there is not None:
            raise WriteRefused("conflict", "folder" if there.is_folder else "file")
        return self.folder(names)

    def write(self, names: list[str], content: bytes, digest: str, modified: datetime, mode: Any) -> Node:
        """`mode` is a WriteMode: add, overwrite, or update with a rev. Where the same bytes are, nothing is written."""
        check_name(names[-1])
        there = self.find(names)
        if there is not None and there.is_folder:
            raise WriteRefused("conflict", "folder")
        if there is not None and there.content_hash == digest:
            return there
        tag = mode if isinstance(mode, str) else mode[".tag"]
        if there is not None and (tag == "add" or (tag == "update" and mode["update"] != there.rev)):
            raise WriteRefused("conflict", "file")
        above = self.folder(names[:-1])
        kept = Node(
            there.name if there is not None else names[-1], content, digest, modified, f"{next(REVISIONS):015x}"
        )
        if there is not None:
            kept.id = there.id
        above.inside[folded(names[-1])] = kept
        self.changes += 1
        return kept

    def delete(self, names: list[str], rev: str | None) -> Node:
        there = self.find(names)
        if there is None or not names:
            raise refused("path_lookup", "not_found")
        if rev is not None and (there.is_folder or there.rev != rev):
            raise refused("path_write", "conflict", "folder" if there.is_folder else "file")
        above = self.find(names[:-1])
        if above is None:
            raise refused("path_lookup", "not_found")
        self.changes += 1
        return above.inside.pop(folded(names[-1]))

    def _room(self, to: list[str]) -> Node:
        """The folder that something new is to come into."""
        check_name(to[-1])
        there = self.find(to)
        if there is not None:
            raise WriteRefused("conflict", "folder" if there.is_folder else "file")
        return self.folder(to[:-1])

    def move(self, names: list[str], to: list[str]) -> Node:
        there = self.find(names)
        if there is None or not names:
            raise refused("from_lookup", "not_found")
        if [folded(name) for name in to[: len(names)]] == [folded(name) for name in names]:
            raise refused("duplicated_or_nested_paths")
        try:
            above = self._room(to)
        except WriteRefused as no:
            raise refused("to", *no.named) from None
        source = self.find(names[:-1])
        if source is None:
            raise refused("from_lookup", "not_found")
        del source.inside[folded(names[-1])]
        there.name = to[-1]
        if not there.is_folder:
            there.rev = f"{next(REVISIONS):015x}"
        above.inside[folded(to[-1])] = there
        self.changes += 1
        return there
