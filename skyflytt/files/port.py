"""What the migration asks of a file system, near or far: one port for sources, targets and drops.

Paths are POSIX, relative to the store's root, without leading slash, `.` or `..`, and never empty: `"Avtal/2024/Åhléns.pdf"`.
An adapter opens its store as a context manager and raises the classes of `skyflytt.errors`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import BinaryIO, Literal, Protocol

from skyflytt.errors.base import Failure


class EntryKind(StrEnum):
    FILE = "file"
    FOLDER = "folder"
    SYMLINK = "symlink"
    OTHER = "other"
    """Sockets, devices, pipes: listed, never copied."""


@dataclass(slots=True, unsafe_hash=True)
class Entry:
    """One entry of a scan; `modified` is aware, in UTC, with the precision that the store keeps; `size_bytes` is 0 but for files.

    Never changed once it is made. It is not frozen since a scan makes millions, and Python takes three times as long for frozen ones.
    """

    path: str
    kind: EntryKind
    size_bytes: int
    modified: datetime
    names: int = field(default=1, compare=False)
    """How many names the file has (hard links), where the store tells; each is an entry of its own."""
    token: str | int = field(default="", compare=False)
    """The store's own change token, where it has one (`FileCapabilities.change_token`)."""
    link: str | None = field(default=None, compare=False)
    """What a symbolic link says, where links are kept as links."""
    why: str = field(default="", compare=False)
    """Why a symbolic link is left behind: a code of `skyflytt.files.symlinks`."""

    @property
    def key(self) -> str:
        """The path, with a trailing slash for folders: the order of a scan is the order of these keys' UTF-8 bytes."""
        return f"{self.path}/" if self.kind is EntryKind.FOLDER else self.path


@dataclass(frozen=True, slots=True)
class ScanFailure:
    """An entry that could not be read while scanning (no permission, a name that is not UTF-8, gone meanwhile).

    With `folder`, it stands for a folder and whatever that may hold, of which nothing is known.
    """

    path: str
    failure: Failure
    folder: bool = False

    @property
    def key(self) -> str:
        """As `Entry.key`; a scan's order holds for failures too."""
        return f"{self.path}/" if self.folder else self.path


@dataclass(frozen=True, slots=True)
class FileCapabilities:
    """What this store can do, as data."""

    atomic_rename: bool = True
    """`rename` replaces an existing file in one step."""
    resumable_writes: bool = True
    """`write(path, offset)` may go on with a file that is there in part."""
    digest: bool = False
    """`digest` is computed by the store itself, without the bytes travelling again."""
    digest_from_bytes: int = 0
    """Smaller files are read quicker than their `digest` is asked for. Unless it is 0, the server may turn out to give none at all."""
    checks_writes: bool = False
    """Each part of what is written is sent with its SHA-256, and the store refuses what differs. Known once something was written."""
    read_back: bool = True
    """What was written can be read again."""
    mtime_step_seconds: float = 1.0
    """The precision in which times of modification are kept: 1.0 for SFTP, 1e-9 for a local ext4."""
    symlinks: bool = True
    links: bool = False
    """It has the methods of `skyflytt.files.links.LinkStore`."""
    change_token: str = ""
    """What `Entry.token` is, in the words of the protocol; empty where there is none."""
    times_by_scan: bool = True
    """A scan tells the time of modification that `stat` tells. Else it is another one, and `Entry.token` says what changed."""
    rights: Literal["", "posix", "windows", "dropbox"] = ""
    """Whose rights the method of `skyflytt.files.rights.RightsStore` tells; empty where there is no such method."""
    max_path_bytes: int | None = None
    max_name_bytes: int | None = 255
    forbidden_characters: str = "\0"
    max_connections: int = 1
    sized_writes: bool = False
    """It has the methods of `skyflytt.files.sized.SizedWrites`."""
    own_digest: str = ""
    """The name of a digest of the store's own kind. `write` compares it before it ends, and `digest` answers for what it wrote that way."""
    alters: str = ""
    """A regular expression for the paths of files that it may alter after it took them: see `skyflytt.files.altered`."""
    keeps_unfinished: bool = False
    """A write that was cut off may leave something that no scan shows: see `skyflytt.files.unfinished`."""
    change_feed: bool = False
    """It has the method of `skyflytt.files.feed.TellsChanges`."""
    at_once: frozenset[str] = frozenset()
    """The methods of `skyflytt.files.each.ManyAtOnce` that the store has."""


class FileStore(Protocol):
    """A tree of files. Must refuse every path that would leave its root (`..`, absolute, through a symlink) with `PathEscapes`."""

    @property
    def capabilities(self) -> FileCapabilities: ...

    def scan(self, below: str = "") -> Iterator[Entry | ScanFailure]:
        """Everything below a folder, in the order of the keys' UTF-8 bytes, in flat memory.

        That is the order in which git keeps a tree: within each folder, names compare with a slash appended to those of folders.
        Symlinks are reported, not followed. The folder `below` itself is not part of the answer; a missing one raises `PathMissing`.
        """
        ...

    def stat(self, path: str) -> Entry | None:
        """The entry at `path`, or None when there is nothing."""
        ...

    def read(self, path: str, offset: int = 0) -> AbstractContextManager[BinaryIO]:
        """The file's bytes from `offset` on."""
        ...

    def write(self, path: str, offset: int = 0) -> AbstractContextManager[BinaryIO]:
        """Write from `offset` on (0: a new or emptied file; else the file must have at least so many bytes and is cut there).

        Missing parent folders are made. Leaving the context says that the bytes have arrived; an error inside leaves what came.
        """
        ...

    def rename(self, path: str, to: str, modified: datetime | None = None) -> None:
        """Rename a file or folder within the store, replacing a file at `to`; sets the time of modification when given."""
        ...

    def remove(self, path: str) -> None:
        """Remove a file or an empty folder; nothing there is no error."""
        ...

    def make_folder(self, path: str) -> None:
        """Make the folder and its parents unless they exist."""
        ...

    def digest(self, path: str) -> str | None:
        """The SHA-256 of the file as hex, when the store computes it itself; None where it cannot."""
        ...
