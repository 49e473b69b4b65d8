"""The report of who may do what at a share, folder by folder: only what differs from the folder above. Nothing is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from skyflytt.errors.base import Failure
from skyflytt.files.paths import parent, readable
from skyflytt.files.port import Entry, EntryKind, FileStore, ScanFailure
from skyflytt.files.rights import Rights, rights_each
from skyflytt.ledger.items import batches

COLUMNS = ("path", "of", "owner", "group", "mode", "acl", "files", "problem")
AT_ONCE = 256
EXAMPLES = 20
ROOT = "."
Row = tuple[str, str, str, str, str, str, int | None, str]


@dataclass(slots=True)
class _Folder:
    path: str
    rights: Rights | None
    own_files: int = 0


@dataclass(slots=True)
class Permissions:
    """`rows` is to be run through once; the counts are whole then. `store` is one whose capabilities name `rights`."""

    store: FileStore
    excluded: Callable[[str], bool]
    folders: int = 0
    own_folders: int = 0
    """Folders with other rights than the folder above them; the root is none of them."""
    own_files: int = 0
    """Files that others than its folder says may read or write."""
    folder_examples: list[str] = field(default_factory=list)
    file_examples: list[str] = field(default_factory=list)
    unread: int = 0
    _open: list[_Folder] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """Once the rows have been run through."""
        return {
            "folders": self.folders,
            "own_folders": self.own_folders,
            "own_files": self.own_files,
            "unread": self.unread,
        }

    def rows(self) -> Iterator[Row]:
        """A row for each folder whose rights differ (`of` is `folder`), for each that holds files with rights of their own (`files`,
        with their number, after what is in the folder), and for what cannot be read. Memory is that of the folders on the way down.
        """
        yield from self._folder("", rights_each(self.store, [""])[0])
        wanted = (entry for entry in self.store.scan() if not self.excluded(entry.key))
        known = (entry for entry in wanted if not isinstance(entry, ScanFailure) and _has_rights(entry))
        for some in batches(known, AT_ONCE):
            found = rights_each(self.store, [entry.path for entry in some])
            for entry, rights in zip(some, found, strict=True):
                yield from self._left_for(entry.path)
                yield from self._entry(entry, rights)
        while self._open:
            yield from self._closed(self._open.pop())

    def _entry(self, entry: Entry, rights: Rights | Failure | None) -> Iterator[Row]:
        if entry.kind is EntryKind.FOLDER:
            yield from self._folder(entry.path, rights)
        elif isinstance(rights, Failure):
            yield self._problem(entry.path, "file", rights)
        elif rights is not None and (above := self._open[-1]).rights and rights.grants != above.rights.for_files:
            above.own_files += 1
            self.own_files += 1
            if len(self.file_examples) < EXAMPLES:
                self.file_examples.append(readable(entry.path))

    def _folder(self, path: str, rights: Rights | Failure | None) -> Iterator[Row]:
        self.folders += 1
        above = next((folder.rights for folder in reversed(self._open) if folder.rights), None)
        known = rights if isinstance(rights, Rights) else None
        self._open.append(_Folder(path, known))
        if isinstance(rights, Failure):
            yield self._problem(path, "folder", rights)
        elif known and (above is None or known.differs_from(above)):
            self.own_folders += bool(path)
            if path and len(self.folder_examples) < EXAMPLES:
                self.folder_examples.append(readable(path))
            yield (readable(path) or ROOT, "folder", known.owner, known.group, known.mode, known.acl, None, "")

    def _problem(self, path: str, of: str, failure: Failure) -> Row:
        self.unread += 1
        return (readable(path) or ROOT, of, "", "", "", "", None, failure.sentence)

    def _left_for(self, path: str) -> Iterator[Row]:
        """The folders that end before `path`."""
        folder = parent(path)
        while (last := self._open[-1].path) and not f"{folder}/".startswith(f"{last}/"):
            yield from self._closed(self._open.pop())

    @staticmethod
    def _closed(folder: _Folder) -> Iterator[Row]:
        if folder.own_files:
            yield (readable(folder.path) or ROOT, "files", "", "", "", "", folder.own_files, "")


def _has_rights(entry: Entry) -> bool:
    return entry.kind in (EntryKind.FILE, EntryKind.FOLDER)
