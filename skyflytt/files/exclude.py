"""Which entries of a scan a project leaves behind, in the syntax of gitignore (gitignore(5), read by the library `pathspec`)."""

from __future__ import annotations

from collections.abc import Iterable

from pathspec import GitIgnoreSpec


class Exclusions:
    """Patterns as in a .gitignore at the share's root: `*.tmp`, `/Cache/`, `**/node_modules/`, `!keep.tmp`.

    Raises `ValueError` (with the pattern) for one that cannot be read. What is below an excluded folder cannot be brought back.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        self._spec = GitIgnoreSpec.from_lines(patterns)
        self.is_empty = len(self._spec) == 0
        self._folder = ""

    def __call__(self, key: str) -> bool:
        """Whether the entry with this key (`Entry.key`) is left behind.

        Asked in the order of a scan, all that is below an excluded folder is decided at once.
        """
        if self.is_empty:
            return False
        if self._folder and key.startswith(self._folder):
            return True
        if not self._spec.match_file(key):
            return False
        if key.endswith("/"):
            self._folder = key
        return True
