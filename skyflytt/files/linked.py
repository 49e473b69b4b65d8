"""A share's source with its policy for symbolic links."""

from __future__ import annotations

from skyflytt.files.following import Following
from skyflytt.files.keeping import Keeping
from skyflytt.files.port import FileStore
from skyflytt.files.symlinks import Symlinks


def linked(store: FileStore, policy: Symlinks) -> FileStore:
    """The store as the policy wants its links told. One that knows no links is what it was."""
    if policy is Symlinks.SKIP or not store.capabilities.links:
        return store
    return Keeping(store) if policy is Symlinks.KEEP else Following(store)
