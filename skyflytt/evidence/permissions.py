"""The permissions of a share as a CSV file."""

from __future__ import annotations

from pathlib import Path

from skyflytt.evidence.lists import HashedFile, csv_line
from skyflytt.files.permissions import COLUMNS, Permissions


def write_permissions(permissions: Permissions, to: Path) -> Permissions:
    """Write the rows to `to`, which is replaced in one step; the report with its counts."""
    file = HashedFile(to)
    file.write(csv_line(COLUMNS))
    for row in permissions.rows():
        file.write(csv_line(row))
    file.finish()
    return permissions
