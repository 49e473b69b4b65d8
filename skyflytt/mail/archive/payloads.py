"""Payloads by their SHA-256, compressed; each is stored once and verified whenever it is read."""

from __future__ import annotations

import hashlib
import sqlite3
from threading import local

import zstandard

from skyflytt.errors.mail import ArchiveDamaged

LEVEL = 3
"""Mail compresses little beyond this level, and base64 attachments hardly at all."""


class _Contexts(local):
    """Made once per thread: that costs as much as a small message."""

    def __init__(self) -> None:
        self.compress = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).compress
        self.decompress = zstandard.ZstdDecompressor().decompress


_contexts = _Contexts()


def put(connection: sqlite3.Connection, raw: bytes, digest: str) -> None:
    key = bytes.fromhex(digest)
    if connection.execute("SELECT 1 FROM payload WHERE digest = ?", (key,)).fetchone():
        return
    packed = _contexts.compress(raw)
    connection.execute("INSERT INTO payload VALUES (?, ?, ?)", (key, len(raw), packed))


def get(connection: sqlite3.Connection, digest: str) -> bytes:
    return unpacked(_stored(connection, digest), digest)


def require(connection: sqlite3.Connection, digest: str, raw: bytes) -> None:
    """What is stored under this digest unpacks to these very bytes, whose digest it is; raises `ArchiveDamaged`."""
    if _decompressed(_stored(connection, digest), digest) != raw:
        raise ArchiveDamaged(digest, "the payload is not what was put in")


def _stored(connection: sqlite3.Connection, digest: str) -> bytes:
    row = connection.execute("SELECT zstd FROM payload WHERE digest = ?", (bytes.fromhex(digest),)).fetchone()
    if row is None:
        raise ArchiveDamaged(digest, "there is no payload with this digest")
    packed: bytes = row[0]
    return packed


def put_stream(connection: sqlite3.Connection, stream: bytes) -> str:
    """Keep a FastTransfer stream; its digest."""
    own = hashlib.sha256(stream).digest()
    if not connection.execute("SELECT 1 FROM stream WHERE digest = ?", (own,)).fetchone():
        packed = _contexts.compress(stream)
        connection.execute("INSERT INTO stream VALUES (?, ?, ?)", (own, len(stream), packed))
    return own.hex()


def get_stream(connection: sqlite3.Connection, digest: str) -> bytes:
    """The verified stream of this digest; raises `ArchiveDamaged`."""
    row = connection.execute("SELECT zstd FROM stream WHERE digest = ?", (bytes.fromhex(digest),)).fetchone()
    if row is None:
        raise ArchiveDamaged(digest, "there is no stream with this digest")
    return unpacked(row[0], digest)


def get_stream_beside(connection: sqlite3.Connection, digest: str) -> bytes | None:
    """In an archive of version 2, the verified stream beside the payload of this digest; raises `ArchiveDamaged`."""
    query = "SELECT zstd, own_digest FROM stream WHERE digest = ?"
    row = connection.execute(query, (bytes.fromhex(digest),)).fetchone()
    return unpacked(row[0], row[1].hex()) if row else None


def unpacked(packed: bytes, digest: str) -> bytes:
    """The verified payload; raises `ArchiveDamaged`."""
    raw = _decompressed(packed, digest)
    if hashlib.sha256(raw).hexdigest() != digest:
        raise ArchiveDamaged(digest, "the payload does not have its digest any more")
    return raw


def _decompressed(packed: bytes, digest: str) -> bytes:
    try:
        return _contexts.decompress(packed)
    except zstandard.ZstdError as error:
        raise ArchiveDamaged(digest, str(error)) from error
