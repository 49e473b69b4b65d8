"""Payloads by their SHA-256, compressed; each is stored once and verified whenever it is read."""

from __future__ import annotations

import hashlib
import sqlite3

import zstandard

from skyflytt.errors.mail import ArchiveDamaged

LEVEL = 6
"""Mail compresses little beyond this level, and base64 attachments hardly at all."""


def put(connection: sqlite3.Connection, raw: bytes, digest: str) -> None:
    key = bytes.fromhex(digest)
    if connection.execute("SELECT 1 FROM payload WHERE digest = ?", (key,)).fetchone():
        return
    packed = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).compress(raw)
    connection.execute("INSERT INTO payload VALUES (?, ?, ?)", (key, len(raw), packed))


def get(connection: sqlite3.Connection, digest: str) -> bytes:
    row = connection.execute("SELECT zstd FROM payload WHERE digest = ?", (bytes.fromhex(digest),)).fetchone()
    if row is None:
        raise ArchiveDamaged(digest, "there is no payload with this digest")
    return unpacked(row[0], digest)


def put_stream(connection: sqlite3.Connection, digest: str, stream: bytes) -> None:
    """Keep the FastTransfer stream beside the payload of this digest; the first one stays."""
    own = hashlib.sha256(stream).digest()
    packed = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).compress(stream)
    row = bytes.fromhex(digest), own, len(stream), packed
    connection.execute("INSERT OR IGNORE INTO stream VALUES (?, ?, ?, ?)", row)


def get_stream(connection: sqlite3.Connection, digest: str) -> bytes | None:
    """The verified stream beside a payload, if there is one; raises `ArchiveDamaged`."""
    query = "SELECT zstd, own_digest FROM stream WHERE digest = ?"
    row = connection.execute(query, (bytes.fromhex(digest),)).fetchone()
    return unpacked(row[0], row[1].hex()) if row else None


def unpacked(packed: bytes, digest: str) -> bytes:
    """The verified payload; raises `ArchiveDamaged`."""
    try:
        raw = zstandard.ZstdDecompressor().decompress(packed)
    except zstandard.ZstdError as error:
        raise ArchiveDamaged(digest, str(error)) from error
    if hashlib.sha256(raw).hexdigest() != digest:
        raise ArchiveDamaged(digest, "the payload does not have its digest any more")
    return raw
