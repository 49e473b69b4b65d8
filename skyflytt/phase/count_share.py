"""Count a share at the system being left. Reads only."""

from __future__ import annotations

import errno
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from skyflytt.concern.backup_count import BackupCount
from skyflytt.concern.entry_count import EntryCount
from skyflytt.concern.measured import RECENT_DAYS
from skyflytt.concern.sample import Sample
from skyflytt.concern.share_facts import PlaceFacts, ShareFacts
from skyflytt.errors.base import Failure
from skyflytt.errors.files import WorkspaceFull
from skyflytt.evidence.permissions import write_permissions
from skyflytt.files.exclude import Exclusions
from skyflytt.files.permissions import Permissions
from skyflytt.files.port import FileStore
from skyflytt.files.room import free_bytes
from skyflytt.ledger.progress import Progress
from skyflytt.phase.migration import Migration
from skyflytt.phase.stores import open_place, open_source
from skyflytt.phase.target_names import rules_of_target
from skyflytt.project.servers import LINK_KINDS
from skyflytt.project.shares import SharePlace


def count_share(migration: Migration, name: str, progress: Progress) -> ShareFacts:
    """The share's facts from one scan, in flat memory, with the backup folders of the applications that keep theirs there.

    Of the files a small sample is read, to learn how fast they come. How much there is shows only at the end: until then
    `progress` is given the running number as both. Raises `PathMissing`, or `Transient` when the source is away.
    """
    share = migration.project.share(name)
    backups = [
        BackupCount(application.name, application.backup.path)
        for application in migration.project.applications
        if application.backup and application.backup.share == name
    ]
    now = migration.clock.now()
    recent = now - timedelta(days=RECENT_DAYS)
    # The place at the new home is opened within it: where both have a limit, it is waited for both.
    ends = migration.project.server(share.source.server), migration.project.server(share.target.server)
    with migration.admission(ends[0], beside=ends[1], most=1), open_source(migration, share) as source:
        rules = rules_of_target(migration.project, share)
        takes_links = migration.project.server(share.target.server).kind in LINK_KINDS
        count = EntryCount(name, Exclusions(share.exclude), recent, backups, rules, keeps_links=takes_links, at=now)
        facts = replace(count.run(source, progress), target=look_at_place(migration, share.target))
        return with_rights(facts, source, Exclusions(share.exclude), migration.folder("discovery"))


def look_at_place(migration: Migration, place: SharePlace) -> PlaceFacts:
    """Open the server of a place and ask how much room it has. Whatever goes wrong is a fact."""
    try:
        with open_place(migration, place) as store:
            return PlaceFacts(True, free_bytes(store))
    except Failure as failure:
        return PlaceFacts(False, failure_code=failure.code, failure=failure.sentence)


def with_rights(facts: ShareFacts, source: FileStore, excluded: Exclusions, folder: Path) -> ShareFacts:
    """The facts with what the source tells of rights, which is also written down as permissions-SHARE.csv."""
    file = folder / f"permissions-{facts.share}.csv"
    if not source.capabilities.rights:
        file.unlink(missing_ok=True)
        return facts
    try:
        found = write_permissions(Permissions(source, excluded), file)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise WorkspaceFull(str(folder), error.strerror or "") from error
    folders = Sample(found.own_folders, tuple(found.folder_examples))
    return replace(
        facts, own_rights_folders=folders, own_rights_files=Sample(found.own_files, tuple(found.file_examples))
    )
