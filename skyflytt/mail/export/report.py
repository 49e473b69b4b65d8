"""The outcome of an export."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from skyflytt.errors.base import Failure


@dataclass(frozen=True, slots=True)
class ExportReport:
    """`count` messages of `bytes` bytes in all (as received), in `files` (relative to the export's folder, without index.csv).

    Every one of them was read back from the disk by `reader` and compared with the archive. `notices` name those that the archive
    could not give with everything they should have, and why.
    """

    count: int
    bytes: int
    files: tuple[PurePosixPath, ...]
    reader: str = "Skyflytt"
    notices: tuple[tuple[str, Failure], ...] = ()
