"""Many files renamed in two round trips: their times first, then their names."""

from __future__ import annotations

import ftplib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from skyflytt.errors.base import Failure
from skyflytt.files.each import Rename, attempt
from skyflytt.files.ftps.session import Session
from skyflytt.files.paths import check_path

if TYPE_CHECKING:
    from skyflytt.files.ftps.store import FtpsStore


@dataclass(frozen=True, slots=True)
class Renaming:
    """Whatever is refused is left to the store's own way of doing it, one file after another."""

    session: Session
    store: FtpsStore

    def each(self, renames: Sequence[Rename]) -> list[Failure | None]:
        """A file whose time is refused keeps its old name until then."""
        found = [attempt(lambda one=one: self._settle(one)) for one in renames]  # type: ignore[misc]
        ready = [at for at, failure in enumerate(found) if failure is None]
        refused = self._refused({at: self._times(renames[at]) for at in ready})
        refused |= self._refused({at: self._names(renames[at]) for at in ready if at not in refused})
        for at in sorted(refused):
            one = renames[at]
            found[at] = attempt(lambda one=one: self.store.rename(one.path, one.to, one.modified))  # type: ignore[misc]
        return found

    def _settle(self, one: Rename) -> None:
        self.store.settle_parent(check_path(one.to))
        self.session.at(check_path(one.path))

    def _times(self, one: Rename) -> list[str]:
        command = self.store.time_command(one.path, one.modified)
        return [command] if command else []

    def _names(self, one: Rename) -> list[str]:
        return [f"RNFR {self.session.at(one.path)}", f"RNTO {self.session.at(one.to)}"]

    def _refused(self, commands: dict[int, list[str]]) -> set[int]:
        """Those of whose commands one was refused."""
        asked = [(at, command) for at, its in commands.items() for command in its]
        answers = self.session.send_each([command for _, command in asked])
        return {at for (at, _), answer in zip(asked, answers, strict=True) if isinstance(answer, ftplib.Error)}
