"""Put back what an open drop lost at its place: the same files, by the digests that the customer was given."""

from __future__ import annotations

from skyflytt.drop.lists import put_lists
from skyflytt.drop.opening import write_pages
from skyflytt.drop.rows import DropState
from skyflytt.drop.work import DropWork
from skyflytt.errors.drop import FilesLost
from skyflytt.errors.files import PathMissing
from skyflytt.evidence.manifest import drop_items
from skyflytt.files.copy import copy_file
from skyflytt.files.port import EntryKind, FileStore
from skyflytt.ledger import journal
from skyflytt.ledger.items import Item


def lost_files(work: DropWork) -> list[Item]:
    """What an open drop handed over and its place no longer has, by one listing of it; nothing while it is not open."""
    if work.row.state is not DropState.OPEN:
        return []
    try:
        there = {entry.key for entry in work.folder.scan()}
    except PathMissing:
        there = set()
    return [item for item in drop_items(work.ledger, work.workload) if item.key not in there]


def put_back(work: DropWork, contents: FileStore, lost: list[Item]) -> None:
    """Copy them again and write the lists and pages anew. Raises `FilesLost` where what is prepared is another file by now."""
    for item in lost:
        entry = contents.stat(item.key)
        if entry is None or entry.kind is not EntryKind.FILE:
            raise FilesLost(work.label, f"{item.key} is not among what is prepared")
        if copy_file(contents, work.folder, entry, item.key).digest != item.identity:
            work.folder.remove(item.key)
            raise FilesLost(work.label, f"{item.key} has another content now")
    row = work.row
    if put_lists(work) != row.manifest_digest:
        raise FilesLost(work.label, "its manifest is not the one that was handed over")
    if row.ends_at is not None:
        write_pages(work, row.ends_at, sum(1 for _ in drop_items(work.ledger, work.workload)))
    data = {"files": len(lost), "bytes": sum(item.size_bytes for item in lost)}
    journal.append(
        work.ledger, work.project.project, actor=work.by, action="drop-files-put-back", subject=work.name, data=data
    )
