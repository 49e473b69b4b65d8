"""Folders that were seen to be folders, and no links: once for a connection, since the protocol knows no opening that does not follow one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from skyflytt.errors.files import PathEscapes, PathMissing, PathRefused
from skyflytt.files.paths import ancestors, parent
from skyflytt.files.port import EntryKind
from skyflytt.files.seen import SeenFolders
from skyflytt.files.sftp.attributes import kind_in
from skyflytt.files.sftp.packets import NO_ATTRIBUTES, Attributes, Command, Refusal, text
from skyflytt.files.sftp.place import Place


class Folders:
    """Those above the paths of one connection."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._real = SeenFolders()

    def settle(self, path: str, *, make: bool = False) -> None:
        """See that every folder above `path` is a folder and no link; make those that are missing, or raise `PathMissing`."""
        for folder, attributes in self._look_up(ancestors(path)):
            if attributes is None:
                if not make:
                    raise PathMissing(folder, "no such folder")
                self._make_one(folder)
            else:
                self._check_folder(folder, attributes)
            self._real.add(folder)

    def _look_up(self, folders: Iterable[str]) -> list[tuple[str, Attributes | None]]:
        """Those of the folders that this connection has not seen yet, asked for in one go."""
        unknown = [folder for folder in dict.fromkeys(folders) if folder not in self._real]
        asked = [(folder, self._place.session.attributes(self._place.at(folder))) for folder in unknown]
        return [(folder, self._place.answered(folder, request)) for folder, request in asked]

    def is_settled(self, path: str) -> bool:
        """Whether every folder above `path` is known to be one on this connection."""
        folder = parent(path)
        return not folder or folder in self._real

    def settle_each(self, paths: Sequence[str]) -> None:
        """See which of the folders above the paths are folders and no links, in one go; each path is still settled by itself."""
        for folder, attributes in self._look_up(folder for path in paths for folder in ancestors(path)):
            if attributes is not None and kind_in(attributes) is EntryKind.FOLDER:
                self._real.add(folder)

    def _check_folder(self, folder: str, attributes: Attributes) -> None:
        kind = kind_in(attributes)
        if kind is EntryKind.SYMLINK:
            raise PathEscapes(folder, "it is a symbolic link")
        if kind is not EntryKind.FOLDER:
            raise PathRefused(folder, "it is not a folder")

    def _make_one(self, folder: str) -> None:
        try:
            self._place.session.ask(Command.MKDIR, text(self._place.at(folder)), NO_ATTRIBUTES)
        except Refusal as refusal:
            there = self._place.lstat(folder)
            if there is None:
                raise self._place.failure(folder, refusal) from refusal
            self._check_folder(folder, there)

    def forget(self, path: str) -> None:
        """It was removed or renamed."""
        self._real.forget(path)
