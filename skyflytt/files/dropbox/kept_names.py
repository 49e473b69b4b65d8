"""Names that Dropbox refuses, or passes over without a word: found before anything is sent."""

from __future__ import annotations

from skyflytt.errors.dropbox import DropboxNameIgnored
from skyflytt.errors.files import PathRefused
from skyflytt.files.names.check import Namespace, broken_by_name
from skyflytt.files.names.kinds import DROPBOX
from skyflytt.files.names.rule import Severity
from skyflytt.files.paths import check_path

SPACE = Namespace(DROPBOX)


def check_kept(path: str) -> str:
    """The path itself. Raises `DropboxNameIgnored` and `PathRefused` by the rules of docs/reference/names.md, and what `check_path` does."""
    for name in check_path(path).split("/"):
        broken = {rule.severity: rule.says for rule in broken_by_name(name, SPACE, top=False)}
        if says := broken.get(Severity.ALTERED):
            raise DropboxNameIgnored(path, f"no error says so, but it keeps none of the names that {says}")
        if says := broken.get(Severity.REFUSED):
            raise PathRefused(path, f"Dropbox keeps no names that {says}")
    return path


def same_place(path: str, other: str) -> bool:
    """Capitals, and å as one sign or two, make no other place."""
    return SPACE.fold(path) == SPACE.fold(other)
