"""What the attributes of an entry say of its kind."""

from __future__ import annotations

from skyflytt.errors.base import Failure
from skyflytt.errors.files import KindNotCopied, PathEscapes, PathRefused
from skyflytt.files.local import kind_of
from skyflytt.files.paths import is_utf8, readable
from skyflytt.files.port import EntryKind
from skyflytt.files.sftp.packets import Attributes


def kind_in(attributes: Attributes) -> EntryKind:
    return kind_of(attributes.mode or 0)


def wrong_kind(path: str, attributes: Attributes) -> Failure:
    """Why an entry that is no file cannot be read or written."""
    kind = kind_in(attributes)
    if kind is EntryKind.SYMLINK:
        return PathEscapes(path, "it is a symbolic link")
    if kind is EntryKind.FOLDER:
        return PathRefused(path, "it is a folder")
    return KindNotCopied(path if is_utf8(path) else readable(path), "a pipe, socket or device")
