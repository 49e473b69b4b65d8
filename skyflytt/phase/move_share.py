"""One delta pass over a share."""

from __future__ import annotations

from skyflytt.files.exclude import Exclusions
from skyflytt.files.passes import SharePass
from skyflytt.ledger.passes import Account
from skyflytt.ledger.progress import Progress
from skyflytt.phase.migration import Migration
from skyflytt.phase.source import require_source
from skyflytt.phase.stores import open_source, open_target


def move_share(migration: Migration, name: str, progress: Progress) -> Account:
    """Copy what is new or changed, move what moved and, before the cutover, remove what is gone."""
    share = migration.project.share(name)
    workload = migration.workload("share", name)
    require_source(migration, workload)
    with open_source(migration, share) as source, open_target(migration, share) as target:
        return SharePass(migration.ledger, workload, source, target, Exclusions(share.exclude), progress=progress).run()
