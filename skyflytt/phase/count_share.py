"""Count a share at the system being left. Reads only."""

from __future__ import annotations

from datetime import timedelta

from skyflytt.concern.backup_count import BackupCount
from skyflytt.concern.entry_count import EntryCount
from skyflytt.concern.measured import RECENT_DAYS
from skyflytt.concern.share_facts import ShareFacts
from skyflytt.files.exclude import Exclusions
from skyflytt.ledger.progress import Progress
from skyflytt.phase.migration import Migration
from skyflytt.phase.stores import open_source
from skyflytt.phase.target_names import rules_of_target


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
    recent = migration.clock.now() - timedelta(days=RECENT_DAYS)
    with open_source(migration, share) as source:
        rules = rules_of_target(migration.project, share)
        return EntryCount(name, Exclusions(share.exclude), recent, backups, rules).run(source, progress)
