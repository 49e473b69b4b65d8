"""An FTPS server's folder as a store."""

from __future__ import annotations

import contextlib
import ftplib
import math
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import BinaryIO

from skyflytt.errors.base import Failure
from skyflytt.errors.files import CopyAltered, PathMissing, PathRefused
from skyflytt.files.copy import is_partial
from skyflytt.files.each import READ_EACH, RENAME_EACH, STAT_EACH, WRITE_EACH, Content, Looks, Rename, one_by_one
from skyflytt.files.ftps.client import words
from skyflytt.files.ftps.connect import FtpsSettings, connected
from skyflytt.files.ftps.failures import failures
from skyflytt.files.ftps.listing import write_time
from skyflytt.files.ftps.machine_readable import MachineReadable
from skyflytt.files.ftps.offered import Offered, offered
from skyflytt.files.ftps.plain import Plain
from skyflytt.files.ftps.renaming import Renaming
from skyflytt.files.ftps.session import Session
from skyflytt.files.ftps.transfer import Download, Upload
from skyflytt.files.paths import ancestors, check_below, check_path, parent
from skyflytt.files.port import Entry, EntryKind, FileCapabilities, ScanFailure
from skyflytt.files.seen import SeenFolders
from skyflytt.files.stream import reading, writing
from skyflytt.files.walk import walk


@contextmanager
def open_ftps(server: FtpsSettings, secret: str, *, user: str, root: str = "/") -> Iterator[FtpsStore]:
    """The folder `root` that the account `user` sees at the server, which must offer TLS."""
    name = f"{server.host}:{server.port}"
    with connected(server, user, secret) as client:
        with failures(name, name):
            can = offered(client, server.times)
        store = FtpsStore(Session(client, name, root.rstrip("/")), can)
        store.check_root()
        yield store


def capabilities(*, digest: bool, times: bool) -> FileCapabilities:
    """What a server can do that has a command for SHA-256, and one that sets times of modification."""
    return FileCapabilities(
        atomic_rename=False,
        digest=digest,
        mtime_step_seconds=1.0 if times else math.inf,
        symlinks=False,
        forbidden_characters="\0\r\n",
        max_connections=8,
        at_once=frozenset({STAT_EACH, READ_EACH, WRITE_EACH, RENAME_EACH}),
    )


class FtpsStore:
    """A `FileStore` over one control connection: one file at a time, and nothing else meanwhile.

    The account's folder is the server's to guard: the protocol cannot tell a link from what it points to. Times are kept where the
    server takes them; elsewhere `mtime_step_seconds` is infinite and they are those of the upload.
    """

    def __init__(self, session: Session, can: Offered) -> None:
        self.session = session
        self._client = session.client
        self._server = session.server
        self._at = session.at
        self._send = session.send
        self._can = can
        self._told = MachineReadable(session) if can.machine_readable else Plain(session, can.unix)
        self._folders = SeenFolders()
        self.capabilities = capabilities(digest=bool(can.digest), times=can.times != "none")
        self._looks = Looks(self.stat, self._told.names)

    def check_root(self) -> None:
        self._told.folder("")

    def scan(self, below: str = "") -> Iterator[Entry | ScanFailure]:
        return walk(self._told.folder, check_below(below))

    def stat(self, path: str) -> Entry | None:
        return self._told.entry(check_path(path))

    def stat_each(self, paths: Sequence[str]) -> list[Entry | Failure | None]:
        return self._looks.each([check_path(path) for path in paths])

    @contextmanager
    def _or_missing(self, path: str) -> Iterator[None]:
        """vsftpd refuses what is not there in the words in which it refuses everything."""
        try:
            yield
        except PathRefused as refused:
            if self.stat(path) is None:
                raise PathMissing(path, refused.detail) from refused
            raise

    @contextmanager
    def read(self, path: str, offset: int = 0) -> Iterator[BinaryIO]:
        download = self._receiving(path, offset)
        try:
            yield reading(download.take)
        finally:
            download.give_up()

    def _receiving(self, path: str, offset: int) -> Download:
        target = self._at(check_path(path))
        with self._or_missing(path), failures(path, self._server):
            connection = self._client.transfercmd(f"RETR {target}", rest=offset or None)
        return Download(self._client, connection, path, self._server)

    def read_each(self, files: Sequence[tuple[str, int]]) -> list[bytes | Failure]:
        return one_by_one(self._content, files)

    def _content(self, file: tuple[str, int]) -> bytes:
        download = self._receiving(file[0], 0)
        try:
            return reading(download.take).read(file[1] + 1)
        finally:
            download.give_up()

    @contextmanager
    def write(self, path: str, offset: int = 0) -> Iterator[BinaryIO]:
        target = self._at(check_path(path))
        if offset:
            self._check_size(path, offset)
        upload = Upload(self._client, self._storing(path, target, offset), path, self._server)
        try:
            yield writing(upload.put)
            upload.finish()
        finally:
            upload.give_up()
        if offset:
            self._check_size(path, offset + upload.written, exactly=True)

    def write_each(self, files: Sequence[Content]) -> list[Failure | None]:
        return one_by_one(self._write_content, files)

    def _write_content(self, file: Content) -> None:
        target = self._at(check_path(file.path))
        upload = Upload(self._client, self._storing(file.path, target, 0), file.path, self._server)
        try:
            upload.put(memoryview(file.content))
            upload.finish()
        finally:
            upload.give_up()

    def _storing(self, path: str, target: str, offset: int) -> socket.socket:
        command = f"STOR {target}"
        if not offset and (folder := parent(path)) and folder not in self._folders:
            self.make_folder(folder)
        with failures(path, self._server):
            try:
                return self._client.transfercmd(command, rest=offset or None)
            except ftplib.error_perm:
                if offset or not (folder := parent(path)) or self.stat(folder):
                    raise
            self._folders.forget_all()
            self.make_folder(folder)
            return self._client.transfercmd(command)

    def _check_size(self, path: str, size: int, *, exactly: bool = False) -> None:
        """To go on, the file must have `size` bytes. FTP cannot cut: what stands behind the last byte written is found out here."""
        there = self.stat(path)
        if there is None:
            raise PathMissing(path, "no such file")
        if there.size_bytes < size or (exactly and there.size_bytes != size):
            raise CopyAltered(path, f"it has {there.size_bytes} bytes instead of {size}")

    def rename(self, path: str, to: str, modified: datetime | None = None) -> None:
        self.settle_parent(check_path(to))
        if command := self.time_command(check_path(path), modified):
            with failures(path, self._server):
                self._client.sendcmd(command)
        with self._or_missing(path):
            self._send("RNFR", check_path(path))
        try:
            self._send("RNTO", to)
        except PathRefused:
            there = self.stat(to)
            if there is None or there.kind is EntryKind.FOLDER:
                raise
            self._send("DELE", to)
            self._send("RNFR", path)
            self._send("RNTO", to)
        self._forget(path)

    def settle_parent(self, path: str) -> None:
        """The folder that `path` is to come to is there."""
        if folder := parent(path):
            self.make_folder(folder)

    def time_command(self, path: str, modified: datetime | None) -> str:
        """What sets the time of modification; empty when there is none to set, or no way to."""
        if modified is None or self._can.times == "none":
            return ""
        return f"{self._can.times.upper()} {write_time(modified)} {self._at(path)}"

    def _forget(self, path: str) -> None:
        if not is_partial(path):
            self._folders.forget(path)

    def rename_each(self, renames: Sequence[Rename]) -> list[Failure | None]:
        return Renaming(self.session, self).each(renames)

    def remove(self, path: str) -> None:
        there = self.stat(path)
        if there is None:
            return
        with contextlib.suppress(PathMissing):
            self._send("RMD" if there.kind is EntryKind.FOLDER else "DELE", path)
        self._forget(path)

    def make_folder(self, path: str) -> None:
        for folder in (*ancestors(check_path(path)), path):
            if folder in self._folders:
                continue
            there = self.stat(folder)
            if there is None:
                self._send("MKD", folder)
            elif there.kind is not EntryKind.FOLDER:
                raise PathRefused(folder, "a file is in the way")
            self._folders.add(folder)

    def digest(self, path: str) -> str | None:
        if not self._can.digest:
            check_path(path)
            return None
        answer = words(self._send(self._can.digest, check_path(path)))
        candidates = [word.lower() for word in answer.split() if len(word) == 64]
        return next((word for word in candidates if all(c in "0123456789abcdef" for c in word)), None)
