"""One delta pass over a share."""

from __future__ import annotations

from skyflytt.files.detection import Detect
from skyflytt.files.exclude import Exclusions
from skyflytt.files.passes import SharePass
from skyflytt.ledger.passes import Account
from skyflytt.ledger.progress import Progress
from skyflytt.phase.migration import Migration
from skyflytt.phase.source import require_source
from skyflytt.phase.stores import connections, open_both
from skyflytt.phase.target_names import new_names


def move_share(migration: Migration, name: str, progress: Progress) -> Account:
    """Copy what is new or changed, move what moved and, before the cutover, remove what is gone."""
    share = migration.project.share(name)
    workload = migration.workload("share", name)
    require_source(migration, workload)
    with open_both(migration, share) as (source, target):
        return SharePass(
            migration.ledger,
            workload,
            source,
            target,
            Exclusions(share.exclude),
            progress=progress,
            open_pair=lambda: open_both(migration, share),
            connections=connections(migration, share.source.server, share.target.server),
            space=new_names(migration.project, share),
            detect=Detect(share.detect),
            append=share.mode == "append",
        ).run()
