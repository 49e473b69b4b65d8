"""Tokens kept between runs: one encrypted file of mode 0600 that any number of workers on this machine share.

A file that does not open (another secret, damaged) counts as empty: what was in it is fetched anew, or somebody signs in again.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msal
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"skyflytt tokens 1\n"
SALT_BYTES = 16
SCRYPT = {"length": 32, "n": 2**14, "r": 8, "p": 1}


class EncryptedTokenCache(msal.SerializableTokenCache):  # type: ignore[misc]
    """msal's cache over `path`. `secret` is what the key is made from; it is not kept.

    Each change reads the file again under a lock and writes it in one step, so that no worker loses another's token.
    """

    def __init__(self, path: Path, secret: bytes) -> None:
        super().__init__()
        self._path = path
        self._secret = secret
        self._keys: dict[bytes, Fernet] = {}
        self._read = b""

    def __repr__(self) -> str:
        return f"EncryptedTokenCache({str(self._path)!r})"

    def search(self, *arguments: Any, **named: Any) -> Iterator[Any]:
        with self._lock:
            self._reload()
        return iter(list(super().search(*arguments, **named)))

    def modify(self, *arguments: Any, **named: Any) -> None:
        with self._lock, self._locked():
            self._reload()
            super().modify(*arguments, **named)
            self._write()

    def _reload(self) -> None:
        raw = self._path.read_bytes() if self._path.exists() else b""
        if raw != self._read:
            self.deserialize(self._opened(raw))
            self._read = raw

    def _opened(self, raw: bytes) -> str:
        salt, sealed = raw[len(MAGIC) :][:SALT_BYTES], raw[len(MAGIC) + SALT_BYTES :]
        if not raw.startswith(MAGIC) or len(salt) < SALT_BYTES:
            return "{}"
        try:
            return self._key(salt).decrypt(sealed).decode()
        except InvalidToken:
            return "{}"

    def _write(self) -> None:
        salt = next(iter(self._keys), None) or os.urandom(SALT_BYTES)
        raw = MAGIC + salt + self._key(salt).encrypt(self.serialize().encode())
        beside = self._path.with_name(f"{self._path.name}.{os.getpid()}.tmp")
        beside.touch(mode=0o600)
        beside.write_bytes(raw)
        beside.replace(self._path)
        self._read = raw

    def _key(self, salt: bytes) -> Fernet:
        if salt not in self._keys:
            self._keys = {salt: Fernet(base64.urlsafe_b64encode(Scrypt(salt=salt, **SCRYPT).derive(self._secret)))}
        return self._keys[salt]

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._path.with_name(f"{self._path.name}.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
