"""FTP's HASH command for the drop server (draft-bryan-ftpext-hash-02), so that a stored file is verified without travelling back."""

from __future__ import annotations

import hashlib
import os
from typing import IO, Any, Protocol

from pyftpdlib.exceptions import FilesystemError

BLOCK_BYTES = 4 * 1024 * 1024
FEATURE = "HASH SHA-256*"
COMMAND = {"perm": "r", "auth": True, "arg": True, "help": "Syntax: HASH <SP> path (SHA-256 of a file)."}


class HashingSession(Protocol):
    """What the command needs of pyftpdlib's session."""

    ioloop: Any
    fs: Any
    _closed: bool
    authenticated: bool

    def respond(self, reply: str) -> None: ...


def start_hashing(session: HashingSession, path: str) -> None:
    """Answer `213 SHA-256 0-<size> <hex> <name>` when the file has been read; other sessions are served between its blocks."""
    try:
        # What is no file is refused: a pipe would hold up everybody.
        file = session.fs.open(path, "rb")
    except (OSError, FilesystemError) as error:
        session.respond(f"550 {getattr(error, 'strerror', None) or error}.")
        return
    _hash_on(session, file, hashlib.sha256())


def _hash_on(session: HashingSession, file: IO[bytes], sha256: Any) -> None:
    if session._closed or not session.authenticated:
        file.close()
        return
    try:
        block = file.read(BLOCK_BYTES)
    except OSError as error:
        file.close()
        session.respond(f"550 {error.strerror}.")
        return
    sha256.update(block)
    if len(block) == BLOCK_BYTES:
        session.ioloop.call_later(0, _hash_on, session, file, sha256)
        return
    size = file.tell()
    name = os.path.basename(file.name)  # noqa: PTH119 - surrogates of a name that is not UTF-8 stay as they are
    file.close()
    session.respond(f"213 SHA-256 0-{size} {sha256.hexdigest()} {name}")
