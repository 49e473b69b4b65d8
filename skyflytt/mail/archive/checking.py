"""The check of a whole archive."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Literal

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
    if (version := schema.version_of(connection)) >= 2:
        kept.append(f"SELECT {'digest' if version >= 3 else 'own_digest'}, zstd FROM stream")
    for digest, packed in chain.from_iterable(map(connection.execute, kept)):
        try:
            payloads.unpacked(packed, digest.hex())
        except ArchiveDamaged as failure:
            yield Damage("payload-damaged", digest.hex(), failure.detail)


def _of_messages(connection: sqlite3.Connection) -> Iterator[Damage]:
    yield from _without(connection, "entry", "payload", "digest")
    if schema.version_of(connection) >= 3:
        yield from _without(connection, "superseded", "payload", "digest")
        for table in ("entry", "superseded"):
            yield from _without(connection, table, "stream", "stream")


def _without(
    connection: sqlite3.Connection, table: str, kept: Literal["payload", "stream"], column: str
) -> Iterator[Damage]:
    missing = f"{column} IS NOT NULL AND {column} NOT IN (SELECT digest FROM {kept})"
    orphans = f"SELECT folder, ref, {column} FROM {table} WHERE {missing}"
    for folder, ref, digest in connection.execute(orphans):
        yield Damage(_MISSING[kept], "/".join((*rows.folder_of(folder), ref)), digest.hex())


_MISSING: dict[str, Literal["payload-missing", "stream-missing"]] = {
    "payload": "payload-missing",
    "stream": "stream-missing",
}
