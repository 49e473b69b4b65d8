"""A target as strict as Windows and SharePoint, in memory: it refuses what their rules refuse, and one name in other capitals is the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import BinaryIO

from skyflytt.errors.files import PathRefused
from skyflytt.files.memory import MemoryStore
from skyflytt.files.names.check import Namespace, broken_rules, must_change
from skyflytt.files.port import Entry


class StrictStore(MemoryStore):
    """Names are kept as they were written first; a rename spells them anew."""

    def __init__(self, space: Namespace) -> None:
        super().__init__()
        self.space = space
        self.refused: list[str] = []

    def stat(self, path: str) -> Entry | None:
        return super().stat(self._there(path))

    @contextmanager
    def read(self, path: str, offset: int = 0) -> Iterator[BinaryIO]:
        with super().read(self._there(path), offset) as stream:
            yield stream

    @contextmanager
    def write(self, path: str, offset: int = 0) -> Iterator[BinaryIO]:
        with super().write(self._new(path), offset) as stream:
            yield stream

    def rename(self, path: str, to: str, modified: datetime | None = None) -> None:
        there, new = self._there(path), self._new(to)
        if new == there != to:
            new = f"{new.rpartition('/')[0]}/{to.rpartition('/')[2]}".lstrip("/")
        super().rename(there, new, modified)

    def remove(self, path: str) -> None:
        super().remove(self._there(path))

    def make_folder(self, path: str) -> None:
        super().make_folder(self._new(path))

    def digest(self, path: str) -> str | None:
        return super().digest(self._there(path))

    def _new(self, path: str) -> str:
        if must_change([one.rule for one in broken_rules(path, self.space)]):
            self.refused.append(path)
            raise PathRefused(path, "the target does not take such a name")
        return self._there(path)

    def _there(self, path: str) -> str:
        """As it is spelled there, as far down as it is there."""
        spelled = {self.space.fold(known): known for known in (*self._files, *self._folders)}
        at = len(path)
        while at > 0:
            if (found := spelled.get(self.space.fold(path[:at]))) is not None:
                return found + path[at:]
            at = path.rfind("/", 0, at)
        return path
