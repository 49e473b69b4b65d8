"""What was deleted at a store and can be brought back from its recycle bin: another thing than what is gone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable


@runtime_checkable
class KeepsDeleted(Protocol):
    """A store with a recycle bin that can be looked into."""

    def recycled(self, paths: Sequence[str]) -> frozenset[str]:
        """Those of the paths, where nothing is, that are in the bin."""
        ...


def recycled(store: object, paths: Sequence[str]) -> frozenset[str]:
    """As `KeepsDeleted.recycled`; none for a store without a bin."""
    return store.recycled(paths) if paths and isinstance(store, KeepsDeleted) else frozenset()
