"""Folders that a connection has seen to be there, so that it does not ask for each file below them."""

from __future__ import annotations

MOST = 20_000


class SeenFolders:
    """`MOST` of them; at one more it begins anew, and asks again."""

    def __init__(self) -> None:
        self._paths: set[str] = set()

    def __contains__(self, path: str) -> bool:
        return path in self._paths

    def add(self, path: str) -> None:
        if len(self._paths) >= MOST:
            self._paths.clear()
        self._paths.add(path)

    def forget(self, path: str) -> None:
        """It was removed or renamed, with all that is below it."""
        self._paths = {one for one in self._paths if one != path and not one.startswith(f"{path}/")}

    def forget_all(self) -> None:
        self._paths.clear()
