"""Symbolic links as such, for the stores that have them: read what one says, make one. Nothing here follows a link."""

from __future__ import annotations

from typing import Protocol, cast

from skyflytt.files.port import FileStore


class LinkStore(Protocol):
    """What a store offers beside `FileStore` where its capabilities say `links`."""

    def read_link(self, path: str) -> str:
        """What the link at `path` says; raises `PathMissing`, or `PathRefused` when it is no link."""
        ...

    def make_link(self, path: str, to: str) -> None:
        """Make a link that says `to`, where nothing is yet; missing parent folders are made."""
        ...


def read_link(store: FileStore, path: str) -> str:
    """`LinkStore.read_link`."""
    return cast(LinkStore, store).read_link(path)


def make_link(store: FileStore, path: str, to: str) -> None:
    """`LinkStore.make_link`."""
    cast(LinkStore, store).make_link(path, to)
