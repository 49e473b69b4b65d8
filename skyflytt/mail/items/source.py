"""What a PST file can be written from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from skyflytt.errors.base import Failure
from skyflytt.mail.port import FolderPath
from skyflytt.outlook.mapi import Message


@dataclass(frozen=True, slots=True)
class ItemFolder:
    """A folder under the name that it has in Outlook; `container_class` is None where its items decide."""

    path: FolderPath
    item_count: int
    container_class: str | None = None
    deleted_items: bool = False


class SourceItem(NamedTuple):
    """One item, or why it cannot be read; `name` is what the source calls it (a file, a ref, a node id).

    `notice` says what of an item that can be read could not be had.
    """

    folder: FolderPath
    name: str
    message: Message | Failure
    associated: bool = False
    notice: Failure | None = None


class ItemSource(Protocol):
    """Reads the same items in the same order every time it is asked; changes nothing."""

    def folders(self) -> Sequence[ItemFolder]:
        """Every folder, parents first, empty ones too where the source knows them."""
        ...

    def items(self) -> Iterator[SourceItem]:
        """Every item, folder by folder, one in memory at a time."""
        ...
