"""What goes into a drop: mailbox exports, application backups and shares, as one tree; encrypted, where the project says so."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from skyflytt.drop.accounts import new_secret
from skyflytt.drop.encrypting import archive
from skyflytt.files.below import Below
from skyflytt.files.joined import Joined
from skyflytt.files.local import open_local
from skyflytt.files.port import FileStore
from skyflytt.phase.migration import Migration
from skyflytt.phase.stores import open_source
from skyflytt.project.drops import Drop
from skyflytt.project.servers import LocalServer


@contextmanager
def drop_contents(migration: Migration, drop: Drop) -> Iterator[FileStore]:
    """`mailboxes/NAME`, `applications/NAME`, `shares/NAME`, as far as the drop's `contents` name them; to read from only.

    Where the drop is encrypted, those are archives (`shares/NAME.zip`), made in the workspace before they are handed over.
    """
    with _parts(migration, drop) as parts:
        if drop.encryption == "none":
            yield Joined(parts)
            return
        folder, passphrase = archives_of(migration, drop.name), _passphrase(migration, drop.name)
        for part, contents in parts.items():
            archive(part, contents, folder, passphrase)
        with open_local(LocalServer(kind="local", root=folder)) as archives:
            yield archives


@contextmanager
def one_more_of(migration: Migration, drop: Drop) -> Iterator[FileStore]:
    """The same once more, for another connection, while `drop_contents` is open."""
    if drop.encryption == "none":
        with drop_contents(migration, drop) as contents:
            yield contents
    else:
        with open_local(LocalServer(kind="local", root=archives_of(migration, drop.name))) as archives:
            yield archives


def archives_of(migration: Migration, drop: str) -> Path:
    """Where the archives of an encrypted drop lie until it is closed."""
    return migration.folder("handover", f"{drop}.archives")


def passphrase_file_of(migration: Migration, drop: str) -> Path:
    """Where the archives' passphrase is kept until the drop is closed (mode 0600)."""
    return migration.folder("handover") / f"{drop}.passphrase"


def _passphrase(migration: Migration, drop: str) -> str:
    path = passphrase_file_of(migration, drop)
    if not path.exists():
        keep_secret(path, new_secret())
    return path.read_text()


def keep_secret(path: Path, secret: str) -> None:
    """Write it for the owner's eyes only, in place of an older one."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


@contextmanager
def _parts(migration: Migration, drop: Drop) -> Iterator[dict[str, FileStore]]:
    project = migration.project
    parts: dict[str, FileStore] = {}
    with ExitStack() as opened:
        if "mailboxes" in drop.contents:
            for mailbox in project.mailboxes:
                exports = LocalServer(kind="local", root=migration.folder("exports", mailbox.name))
                parts[f"mailboxes/{mailbox.name}"] = opened.enter_context(open_local(exports))
        if "applications" in drop.contents:
            for application in project.applications:
                if application.backup is not None:
                    share = opened.enter_context(open_source(migration, project.share(application.backup.share)))
                    parts[f"applications/{application.name}"] = Below(share, application.backup.path)
        if "shares" in drop.contents:
            for share_entry in project.shares:
                parts[f"shares/{share_entry.name}"] = opened.enter_context(open_source(migration, share_entry))
        yield parts
