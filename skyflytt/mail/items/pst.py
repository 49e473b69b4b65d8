"""A PST file as items, nothing left out: associated items and empty folders too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from skyflytt.mail.items.source import ItemFolder, SourceItem
from skyflytt.outlook.pst.reading import PstReader
from skyflytt.outlook.pst.reading.roles import FolderRole


class PstItems:
    """The folders below the top of the PST's mailbox."""

    def __init__(self, pst: PstReader) -> None:
        self._pst = pst

    def folders(self) -> Sequence[ItemFolder]:
        return [
            ItemFolder(
                folder.path,
                folder.message_count + folder.associated_count,
                folder.container_class,
                folder.role is FolderRole.DELETED,
            )
            for folder in self._pst.folders()
        ]

    def items(self) -> Iterator[SourceItem]:
        for folder in self._pst.folders():
            for associated in (False, True):
                for nid, message in self._pst.messages(folder.path, associated=associated):
                    yield SourceItem(folder.path, f"{'/'.join(folder.path)}/{nid:#x}", message, associated)
