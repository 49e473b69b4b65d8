"""What lies in an application's backup folder, counted while its share is scanned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from skyflytt.concern.share_facts import BackupFacts
from skyflytt.files.paths import readable
from skyflytt.files.port import Entry


@dataclass(slots=True)
class BackupCount:
    """`path` is the folder below the share; `.` is the share itself."""

    application: str
    path: str
    _files: int = 0
    _size: int = 0
    _newest: datetime | None = None
    _newest_file: str | None = None

    def take(self, entry: Entry) -> None:
        """Count a file of the share, if it lies in the folder."""
        if self.path != "." and not entry.path.startswith(f"{self.path}/"):
            return
        self._files += 1
        self._size += entry.size_bytes
        if self._newest is None or entry.modified > self._newest:
            self._newest, self._newest_file = entry.modified, readable(entry.path)

    def facts(self) -> BackupFacts:
        return BackupFacts(self.application, self.path, self._files, self._size, self._newest, self._newest_file)
