"""Uploads that were cut off, kept encrypted to be gone on with: their addresses let anybody write who has them."""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from skyflytt.graph.token_cache import SALT_BYTES, SCRYPT

MAGIC = b"skyflytt uploads 1\n"
_LOCK = threading.RLock()


@dataclass(frozen=True, slots=True)
class Kept:
    """An upload that was cut off: where its next bytes go, how big the file will be, and the quickXorHash of the first `position` bytes."""

    url: str
    size_bytes: int
    position: int
    state: str

    def __repr__(self) -> str:
        return f"Kept({self.position} of {self.size_bytes} bytes)"


class Sessions:
    """By drive and path. Without a file they are kept as long as the store is open; a file that does not open counts as empty."""

    def __init__(self, file: Path | None, secret: str, drive_id: str) -> None:
        self._file = file
        self._secret = secret
        self._drive = drive_id
        self._here: dict[str, Kept] = {}
        self._keys: dict[bytes, Fernet] = {}

    def get(self, path: str) -> Kept | None:
        if self._file is None:
            return self._here.get(path)
        with self._locked(self._file):
            return self._read(self._file).get(self._name(path))

    def keep(self, path: str, kept: Kept | None) -> None:
        """None forgets it."""
        if self._file is None:
            self._here.pop(path, None)
            if kept is not None:
                self._here[path] = kept
            return
        with self._locked(self._file):
            every = self._read(self._file)
            if every.pop(self._name(path), None) is None and kept is None:
                return
            if kept is not None:
                every[self._name(path)] = kept
            self._write(self._file, every)

    def _name(self, path: str) -> str:
        return f"{self._drive} {path}"

    def _read(self, file: Path) -> dict[str, Kept]:
        raw = file.read_bytes() if file.exists() else b""
        salt, sealed = raw[len(MAGIC) :][:SALT_BYTES], raw[len(MAGIC) + SALT_BYTES :]
        if not raw.startswith(MAGIC):
            return {}
        try:
            return {name: Kept(**one) for name, one in json.loads(self._key(salt).decrypt(sealed)).items()}
        except (InvalidToken, ValueError, TypeError, AttributeError):
            return {}

    def _write(self, file: Path, every: dict[str, Kept]) -> None:
        told = json.dumps({name: asdict(one) for name, one in every.items()})
        salt = next(iter(self._keys), None) or os.urandom(SALT_BYTES)
        beside = file.with_name(f"{file.name}.{os.getpid()}.tmp")
        beside.touch(mode=0o600)
        beside.write_bytes(MAGIC + salt + self._key(salt).encrypt(told.encode()))
        beside.replace(file)

    def _key(self, salt: bytes) -> Fernet:
        if salt not in self._keys:
            made = Scrypt(salt=salt, **SCRYPT).derive(self._secret.encode())
            self._keys = {salt: Fernet(base64.urlsafe_b64encode(made))}
        return self._keys[salt]

    @contextlib.contextmanager
    def _locked(self, file: Path) -> Iterator[None]:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _LOCK, file.with_name(f"{file.name}.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
