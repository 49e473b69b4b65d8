"""Folders that hold very many entries, found while a share is scanned."""

from __future__ import annotations

from skyflytt.concern.sample import Sample, Sampling
from skyflytt.concern.words import count
from skyflytt.files.paths import readable


class Crowded:
    """Asked in the order of a scan; it keeps a number for each folder on the way down to the present entry."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: list[tuple[str, int]] = []
        self._crowded = Sampling()

    def take(self, folder: str) -> None:
        """An entry that lies directly in `folder`."""
        while self._open and self._open[-1][0] != folder and not folder.startswith(_inside(self._open[-1][0])):
            self._close()
        if self._open and self._open[-1][0] == folder:
            self._open[-1] = (folder, self._open[-1][1] + 1)
        else:
            self._open.append((folder, 1))

    def sample(self) -> Sample:
        """At the end of the scan."""
        while self._open:
            self._close()
        return self._crowded.sample()

    def _close(self) -> None:
        folder, entries = self._open.pop()
        if entries > self._most:
            self._crowded.add(f"{readable(folder) or 'the top'} ({count(entries, 'entry', 'entries')})")


def _inside(folder: str) -> str:
    return f"{folder}/" if folder else ""
