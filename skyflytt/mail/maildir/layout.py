"""Which directories are a mailbox's folders (Maildir++: `.Arkiv.2024` beside the inbox's cur, new and tmp)."""

from __future__ import annotations

import os
from pathlib import Path

from skyflytt.errors.mail import FolderRefused, MailboxMissing
from skyflytt.mail import utf7
from skyflytt.mail.port import FolderPath

INBOX: FolderPath = ("INBOX",)
SUBDIRECTORIES = ("tmp", "new", "cur")


def check_root(root: Path) -> None:
    """Raises `MailboxMissing` unless there is a Maildir at `root`."""
    if not (root / "cur").is_dir():
        raise MailboxMissing(str(root), "there is no Maildir here (no folder named cur)")


def folder_paths(root: Path) -> list[FolderPath]:
    """Every folder, sorted."""
    try:
        below = [at.name for at in root.iterdir() if at.name.startswith(".") and (at / "cur").is_dir()]
    except OSError as error:
        raise MailboxMissing(str(root), error.strerror or "") from error
    return sorted({INBOX, *(path for name in below if (path := path_of(os.fsencode(name))))})


def path_of(name: bytes) -> FolderPath:
    """The path of a directory's name; empty for names that are none."""
    parts = name[1:].split(b".")
    return tuple(utf7.decode(part) for part in parts) if all(parts) else ()


def directory(root: Path, folder: FolderPath) -> Path:
    """Where a folder lies, whether it exists or not."""
    if folder == INBOX:
        return root
    return root / os.fsdecode(b"".join(b"." + utf7.encode(name) for name in folder))


def existing(root: Path, folder: FolderPath) -> Path:
    """Where a folder lies; raises `FolderRefused` when it cannot be opened."""
    at = directory(root, folder)
    if not (at / "cur").is_dir() or not os.access(at / "cur", os.R_OK | os.X_OK):
        raise FolderRefused("/".join(folder), f"{at} is not a readable Maildir folder")
    return at


def representable(folder: FolderPath) -> FolderPath:
    """The path as this layout can hold it: its delimiter and the system's own (`.` and `/`) become `_` in a name."""
    return (
        folder
        if folder == INBOX
        else tuple(name.replace(".", "_").replace("/", "_").replace("\0", "_") or "_" for name in folder)
    )


def make(root: Path, folder: FolderPath) -> None:
    """Make one folder; raises `FolderRefused`."""
    at = directory(root, folder)
    try:
        for name in SUBDIRECTORIES:
            (at / name).mkdir(parents=True, exist_ok=True)
        if folder != INBOX:
            (at / "maildirfolder").touch()
    except OSError as error:
        raise FolderRefused("/".join(folder), error.strerror or str(error)) from error
