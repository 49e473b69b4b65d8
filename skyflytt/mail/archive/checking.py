"""The check of a whole archive."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from skyflytt.errors.mail import ArchiveDamaged
from skyflytt.mail.archive import payloads, rows, schema
from skyflytt.mail.archive.entries import Damage


def damages(connection: sqlite3.Connection, path: Path) -> list[Damage]:
    """Every damage of the file, its payloads and its messages."""
    return [*_of_file(connection, path), *_of_payloads(connection), *_of_messages(connection)]


def _of_file(connection: sqlite3.Connection, path: Path) -> Iterator[Damage]:
    for (line,) in connection.execute("PRAGMA integrity_check"):
        if line != "ok":
            yield Damage("file", str(path), line)


def _of_payloads(connection: sqlite3.Connection) -> Iterator[Damage]:
    kept = ["SELECT digest, zstd FROM payload"]
    if schema.has_streams(connection):
        kept.append("SELECT own_digest, zstd FROM stream")
    for digest, packed in chain.from_iterable(map(connection.execute, kept)):
        try:
            payloads.unpacked(packed, digest.hex())
        except ArchiveDamaged as failure:
            yield Damage("payload-damaged", digest.hex(), failure.detail)


def _of_messages(connection: sqlite3.Connection) -> Iterator[Damage]:
    orphans = "SELECT folder, ref, digest FROM entry WHERE digest NOT IN (SELECT digest FROM payload)"
    for folder, ref, digest in connection.execute(orphans):
        yield Damage("payload-missing", "/".join((*rows.folder_of(folder), ref)), digest.hex())
