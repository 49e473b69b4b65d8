"""How the target's copy is compared with what was read at the source: the strongest way that the target allows."""

from __future__ import annotations

import hashlib
from enum import StrEnum

from skyflytt.errors.files import CopyAltered
from skyflytt.files.port import FileCapabilities, FileStore
from skyflytt.ledger.schema import Verified

BLOCK_BYTES = 256 * 1024


class Verification(StrEnum):
    """Strongest first; all but the last find every accident."""

    WRITE_CHECKED = "write-checked"
    """The store compared the SHA-256 of what arrived with that of what was sent, and would have refused it."""
    OWN_DIGEST = "own-digest"
    """The store tells a digest of its own kind (quickXorHash), held against that of what was sent; `digest` is their SHA-256."""
    SERVER_DIGEST = "server-digest"
    """The store computes the SHA-256 of what it holds."""
    READ_BACK = "read-back"
    """The bytes travel back and are digested here."""
    SIZE = "size"
    """For a store that shows what it holds, and does not hand it out."""


LEDGER: dict[Verification, Verified] = {
    Verification.WRITE_CHECKED: Verified.DIGEST,
    Verification.OWN_DIGEST: Verified.DIGEST,
    Verification.SERVER_DIGEST: Verified.DIGEST,
    Verification.READ_BACK: Verified.DIGEST,
    Verification.SIZE: Verified.SIZE,
}


def verification_of(capabilities: FileCapabilities, size_bytes: int) -> Verification:
    """What is done at a store that can do this, for a file of this size that it was just given; never less."""
    if capabilities.checks_writes:
        return Verification.WRITE_CHECKED
    if capabilities.own_digest:
        return Verification.OWN_DIGEST
    if capabilities.digest and size_bytes >= capabilities.digest_from_bytes:
        return Verification.SERVER_DIGEST
    return Verification.READ_BACK if capabilities.read_back else Verification.SIZE


def verify(target: FileStore, path: str, digest: str, size_bytes: int) -> Verified:
    """How it was compared. Raises `CopyAltered` when what is at `path` is not what was read: `size_bytes` with this SHA-256."""
    how = verification_of(target.capabilities, size_bytes)
    if how in (Verification.SIZE, Verification.WRITE_CHECKED):
        there = target.stat(path)
        if there is None or there.size_bytes != size_bytes:
            raise CopyAltered(path, "its size differs")
    elif how is Verification.READ_BACK or target.digest(path) != digest:
        # A server whose digest differs may mean another file of that name, as in a chroot: the bytes themselves decide.
        check_digest(path, digest, digest_of_bytes(target, path))
    return LEDGER[how]


def check_digest(path: str, expected: str, found: str) -> None:
    if found != expected:
        raise CopyAltered(path, "its digest differs")


def content_digest(store: FileStore, path: str) -> str:
    """The SHA-256 of a file: by the store itself where it can, else by reading the bytes back."""
    if store.capabilities.digest and (digest := store.digest(path)) is not None:
        return digest
    return digest_of_bytes(store, path)


def digest_of_bytes(store: FileStore, path: str) -> str:
    """The SHA-256 of a file, by reading it."""
    sha256 = hashlib.sha256()
    with store.read(path) as stream:
        while block := stream.read(BLOCK_BYTES):
            sha256.update(block)
    return sha256.hexdigest()
