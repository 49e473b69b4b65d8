"""An FTPS server's folder as a store."""

from __future__ import annotations

import contextlib
import ftplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import BinaryIO

from skyflytt.errors.files import CopyAltered, PathMissing, PathRefused
from skyflytt.files.ftps.client import FtpsClient, end_data, wire, words
from skyflytt.files.ftps.connect import FtpsSettings, connected
from skyflytt.files.ftps.failures import failures
from skyflytt.files.ftps.listing import read_line, read_listing, write_time
from skyflytt.files.ftps.transfer import Download, Upload
from skyflytt.files.paths import ancestors, check_below, check_path, parent
from skyflytt.files.port import Entry, EntryKind, FileCapabilities, ScanFailure
from skyflytt.files.stream import BLOCK, reading, writing
from skyflytt.files.walk import Listed, walk

DIGEST_COMMANDS = ("HASH", "XSHA256")
REMEMBERED_FOLDERS = 20_000


@contextmanager
def open_ftps(server: FtpsSettings, secret: str, *, user: str, root: str = "/") -> Iterator[FtpsStore]:
    """The folder `root` that the account `user` sees at the server, which must offer TLS and MLSD."""
    with connected(server, user, secret) as client:
        store = FtpsStore(client, f"{server.host}:{server.port}", root)
        store.check_root()
        yield store


class FtpsStore:
    """A `FileStore` over one control connection: one file at a time, and nothing else meanwhile.

    The account's folder is the server's to guard: the protocol cannot tell a link from what it points to.
    """

    def __init__(self, client: FtpsClient, server: str, root: str) -> None:
        self._client = client
        self._server = server
        self._root = root.rstrip("/")
        self._folders: set[str] = set()
        self._digest_command = self._learn_features()
        self.capabilities = FileCapabilities(
            atomic_rename=False,
            digest=bool(self._digest_command),
            symlinks=False,
            forbidden_characters="\0\r\n",
            max_connections=4,
        )

    def _learn_features(self) -> str:
        """Checks what must be offered (RFC 2389) and switches names to UTF-8; the answer is the command for SHA-256, if any."""
        with failures(self._server, self._server):
            features = words(self._client.sendcmd("FEAT")).upper()
            if "MLST" not in features:
                raise PathRefused(
                    self._server, "the server does not offer MLSD, without which it cannot be listed reliably"
                )
            with contextlib.suppress(ftplib.error_perm):
                self._client.sendcmd("OPTS UTF8 ON")
        offered = {line.strip().split(" ")[0]: line for line in features.splitlines()}
        if "SHA-256" in offered.get("HASH", ""):
            # Refused where SHA-256 is the only algorithm, which is the one that is wanted.
            with failures(self._server, self._server), contextlib.suppress(ftplib.error_perm):
                self._client.sendcmd("OPTS HASH SHA-256")
            return "HASH"
        return "XSHA256" if "XSHA256" in offered else ""

    def check_root(self) -> None:
        self._listing("")

    def _at(self, path: str) -> str:
        full = f"{self._root}/{path}"
        if "\r" in full or "\n" in full:
            raise PathRefused(path, "FTP cannot carry a line break in a name")
        return wire(full)

    def _send(self, command: str, path: str) -> str:
        with failures(path, self._server):
            return self._client.sendcmd(f"{command} {self._at(path)}")

    def scan(self, below: str = "") -> Iterator[Entry | ScanFailure]:
        return walk(self._listing, check_below(below))

    def _listing(self, folder: str) -> list[Listed]:
        pieces = []
        with failures(folder or self._root or "/", self._server):
            connection = self._client.transfercmd(f"MLSD {self._at(folder)}")
            with connection:
                while piece := connection.recv(BLOCK):
                    pieces.append(piece)
                end_data(connection)
            self._client.voidresp()
        return read_listing(folder, b"".join(pieces))

    def stat(self, path: str) -> Entry | None:
        try:
            answer = self._send("MLST", check_path(path))
        except PathMissing:
            return None
        except PathRefused:
            if self._is_missing(path):
                return None
            raise
        facts = next((line for line in answer.split("\n")[1:] if line.startswith(" ")), "")
        _, listed = read_line(path, facts[1:].encode("latin-1"))
        return Entry(path, listed.kind, listed.size_bytes if listed.kind is EntryKind.FILE else 0, listed.modified)

    def _is_missing(self, path: str) -> bool:
        """ProFTPD says no more than "cannot be listed" of what is not there; asked for its size, it says which it is."""
        try:
            self._send("SIZE", path)
        except (PathMissing, PathRefused) as failure:
            return isinstance(failure, PathMissing)
        return False

    @contextmanager
    def read(self, path: str, offset: int = 0) -> Iterator[BinaryIO]:
        target = self._at(check_path(path))
        with failures(path, self._server):
            connection = self._client.transfercmd(f"RETR {target}", rest=offset or None)
        download = Download(self._client, connection, path, self._server)
        try:
            yield reading(download.take)
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
            self._folders.clear()
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
        if folder := parent(check_path(to)):
            self.make_folder(folder)
        if modified is not None:
            self._send(f"MFMT {write_time(modified)}", check_path(path))
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
        self._folders = {f for f in self._folders if f != path and not f.startswith(f"{path}/")}

    def remove(self, path: str) -> None:
        there = self.stat(path)
        if there is None:
            return
        with contextlib.suppress(PathMissing):
            self._send("RMD" if there.kind is EntryKind.FOLDER else "DELE", path)
        self._folders = {f for f in self._folders if f != path and not f.startswith(f"{path}/")}

    def make_folder(self, path: str) -> None:
        for folder in (*ancestors(check_path(path)), path):
            if folder in self._folders:
                continue
            there = self.stat(folder)
            if there is None:
                self._send("MKD", folder)
            elif there.kind is not EntryKind.FOLDER:
                raise PathRefused(folder, "a file is in the way")
            if len(self._folders) >= REMEMBERED_FOLDERS:
                self._folders.clear()
            self._folders.add(folder)

    def digest(self, path: str) -> str | None:
        if not self._digest_command:
            check_path(path)
            return None
        answer = words(self._send(self._digest_command, check_path(path)))
        candidates = [word.lower() for word in answer.split() if len(word) == 64]
        return next((word for word in candidates if all(c in "0123456789abcdef" for c in word)), None)
