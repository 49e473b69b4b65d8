"""What every act on a drop needs: the ledger, the project, the place's store and its account keeper, and who acts."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from skyflytt.drop.keeper import AccountKeeper
from skyflytt.drop.place import Place, place_of
from skyflytt.drop.rows import DropRow, drop_row
from skyflytt.errors.files import CopyAltered
from skyflytt.files.below import Below
from skyflytt.files.copy import PARTIAL_PREFIX, PARTIAL_SUFFIX, content_digest
from skyflytt.files.port import FileStore
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.workloads import Workload, ensure_workload
from skyflytt.project.model import Project

WORKLOAD_KIND = "drop"
BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class DropWork:
    """`store` is opened as the operator, at the root that `Place.folder` is below; `by` is who or what acts, for the journal."""

    ledger: Ledger
    project: Project
    name: str
    store: FileStore
    keeper: AccountKeeper
    by: str

    @property
    def place(self) -> Place:
        return place_of(self.project, self.name)

    @property
    def folder(self) -> FileStore:
        """The drop's own folder as a store."""
        return Below(self.store, self.place.folder)

    @property
    def workload(self) -> Workload:
        return ensure_workload(self.ledger, self.project.project, WORKLOAD_KIND, self.name)

    @property
    def row(self) -> DropRow:
        return drop_row(self.ledger, self.project.project, self.name)

    @property
    def label(self) -> str:
        """How failures name it."""
        return f"{self.project.project}/{self.name}"


def put_pages(folder: FileStore, pages: Iterable[tuple[str, bytes]]) -> None:
    """Write small files under a temporary name each, read them back, then give them their name."""
    for name, content in pages:
        _put(folder, name, io.BytesIO(content))


def put_files(folder: FileStore, files: Iterable[Path]) -> None:
    """The same with files of this machine, of any size, by their own names."""
    for path in files:
        with path.open("rb") as content:
            _put(folder, path.name, content)


def _put(folder: FileStore, name: str, content: BinaryIO) -> None:
    partial = f"{PARTIAL_PREFIX}{hashlib.sha256(name.encode()).hexdigest()[:16]}{PARTIAL_SUFFIX}"
    digest = hashlib.sha256()
    with folder.write(partial) as file:
        while block := content.read(BLOCK_BYTES):
            digest.update(block)
            file.write(block)
    if content_digest(folder, partial) != digest.hexdigest():
        folder.remove(partial)
        raise CopyAltered(name, "its digest differs")
    folder.rename(partial, name)
