"""Files that a target alters after it has taken and confirmed them: SharePoint writes its columns into Office documents."""

from __future__ import annotations

import re
from typing import Protocol, cast

from skyflytt.files.port import FileStore

ALTERED = "files.altered-by-target"
TOLD = "The target altered it after it had taken what was sent; it now holds "


class AltersFiles(Protocol):
    """What a store offers beside `FileStore` where its capabilities say what it `alters`."""

    def altered(self, path: str) -> str:
        """The stored form of a file that was written and confirmed over this connection, if it is another one by now; else empty."""
        ...

    def stored_form(self, path: str) -> str:
        """Size and digest, of the store's own kind, of what is there; empty where nothing is."""
        ...


def may_alter(store: FileStore, path: str) -> bool:
    """Whether it is a file of a kind that the store alters."""
    pattern = store.capabilities.alters
    return bool(pattern) and re.search(pattern, path) is not None


def remark_of(store: FileStore, path: str) -> tuple[str, str] | None:
    """What has to be told of a file that was just moved there: that it was altered, and what is there now. None for any other."""
    form = cast(AltersFiles, store).altered(path) if may_alter(store, path) else ""
    return (ALTERED, f"{TOLD}{form}.") if form else None


def is_as_kept(store: FileStore, path: str, code: str | None, detail: str | None) -> bool:
    """Whether a file of which `remark_of` told is still in the form that was told."""
    if code != ALTERED or not may_alter(store, path):
        return False
    return detail == f"{TOLD}{cast(AltersFiles, store).stored_form(path)}."
