"""Folders and messages as text: how the ledger, manifests and reports name them."""

from __future__ import annotations

from functools import lru_cache

from skyflytt.mail.port import FolderPath

_FOLDERS = 1_000
"""Kept at hand: both directions are asked for once per message."""


@lru_cache(maxsize=_FOLDERS)
def folder_key(folder: FolderPath) -> str:
    """`Arkiv/2024`; a slash inside a name is written `%2F`, a per cent sign `%25`."""
    return "/".join(name.replace("%", "%25").replace("/", "%2F") for name in folder)


@lru_cache(maxsize=_FOLDERS)
def folder_path(key: str) -> FolderPath:
    """The folder that `folder_key` made the text of."""
    return tuple(name.replace("%2F", "/").replace("%25", "%") for name in key.split("/"))


def message_key(folder: FolderPath, ref: str) -> str:
    """A message in a folder, by the source's own name of it."""
    return f"{folder_key(folder)}/{ref}"


def contents_key(folder: FolderPath) -> str:
    """Whatever a folder holds that could not be listed, as one item."""
    return f"{folder_key(folder)}/*"
