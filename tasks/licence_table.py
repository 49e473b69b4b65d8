"""The licence ledger of one directory as an artifact: before, after, reclaimed, kept, reinstated."""

from __future__ import annotations

from prefect.artifacts import create_table_artifact

from skyflytt.directory.report import rows_of
from skyflytt.phase.directories import book
from skyflytt.phase.migration import Migration
from tasks.artifact_key import artifact_key


def show_licences(migration: Migration, directory: str, words: str) -> None:
    rows = rows_of(book(migration, migration.project.directory(directory)))
    create_table_artifact(rows, key=artifact_key(migration.name, "licences", directory), description=words)
