"""What goes into a drop: mailbox exports, application backups and shares, as one tree."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

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
    """`mailboxes/NAME`, `applications/NAME`, `shares/NAME`, as far as the drop's `contents` name them; to read from only."""
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
        yield Joined(parts)
