"""The files of one account as its sessions see them: nothing outside its root, whatever lies in it."""

from __future__ import annotations

import os
import stat
from typing import IO, Any

from pyftpdlib.exceptions import FilesystemError
from pyftpdlib.filesystems import AbstractedFS


class RootedFiles(AbstractedFS):  # type: ignore[misc]
    """Links that lead out of the root, and what is neither file nor folder, are not there; other links are what they lead to."""

    def chdir(self, path: str) -> None:
        """The process itself stays where it is."""
        if not os.path.isdir(path):  # noqa: PTH112 - a name that is not UTF-8 has surrogates
            raise FilesystemError("No such folder")
        self.cwd = self.fs2ftp(path)

    def listdir(self, path: str) -> list[str]:
        with os.scandir(path) as found:
            return [entry.name for entry in found if self._is_ours(entry)]

    def _is_ours(self, entry: os.DirEntry[str]) -> bool:
        try:
            if entry.is_symlink() and not self.validpath(entry.path):
                return False
            return entry.is_file() or entry.is_dir()
        except OSError:
            return False

    def lstat(self, path: str) -> os.stat_result:
        if not self.validpath(path):
            raise FilesystemError("No such file")
        return os.stat(path)  # noqa: PTH116

    def open(self, filename: str, mode: str) -> IO[Any]:
        """Opening a pipe that nobody writes to would hold up everybody, so it is looked at first, and again when it is open."""
        if os.path.lexists(filename) and not self.isfile(filename):
            raise FilesystemError("Not a file")
        file = open(filename, mode, opener=_without_waiting)  # noqa: SIM115 - Path.open takes no opener; the caller closes
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            file.close()
            raise FilesystemError("Not a file")
        return file


def _without_waiting(name: str, flags: int) -> int:
    return os.open(name, flags | os.O_NONBLOCK, 0o644)
