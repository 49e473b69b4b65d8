"""What keys, listings and metadata of a bucket say of files and folders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from skyflytt.errors.base import Permanent
from skyflytt.files.paths import ancestors, check_path
from skyflytt.files.port import Entry, EntryKind, ScanFailure

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import HeadObjectOutputTypeDef, ObjectTypeDef

MTIME = "mtime"
"""Metadata in seconds since 1970 with a fraction: rclone's convention."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def mtime_text(modified: datetime) -> str:
    """A time as the metadata has it."""
    return f"{(modified - EPOCH) / timedelta(seconds=1):.6f}"


def implied_folders(key: str, before: str, start: str, seen: datetime) -> Iterator[Entry]:
    """The folders on the way to `key` that the key before it was not in."""
    for folder in ancestors(key):
        if _path_fault(folder) is not None:
            return
        if len(folder) >= len(start) and not before.startswith(f"{folder}/"):
            yield Entry(folder, EntryKind.FOLDER, 0, seen)


def listed(key: str, item: ObjectTypeDef) -> Iterator[Entry | ScanFailure]:
    """The file that a key is, or why it cannot be one; nothing for the key of a folder."""
    path = key.removesuffix("/")
    if (failure := _path_fault(path)) is not None:
        yield ScanFailure(path, failure, folder=path != key)
    elif path == key:
        yield Entry(path, EntryKind.FILE, item["Size"], item["LastModified"], token=token_of(item))


def token_of(told: HeadObjectOutputTypeDef | ObjectTypeDef) -> str:
    """The object's ETag: another one whenever its bytes are others, within the same second too."""
    return told.get("ETag", "").strip('"').replace(" ", "")


def _path_fault(path: str) -> Permanent | None:
    try:
        check_path(path)
    except Permanent as failure:
        return failure
    return None


def modified_of(head: HeadObjectOutputTypeDef) -> datetime:
    """The time in the metadata; without one that of the upload."""
    try:
        return EPOCH + timedelta(microseconds=round(float(head.get("Metadata", {})[MTIME]) * 1_000_000))
    except (KeyError, ValueError, OverflowError):
        return head["LastModified"]
