"""One delta pass over a share."""

from __future__ import annotations

from skyflytt.files.crew import MakeCrew
from skyflytt.files.detection import Detect
from skyflytt.files.exclude import Exclusions
from skyflytt.files.passes import SharePass
from skyflytt.ledger.passes import Account
from skyflytt.ledger.progress import Progress
from skyflytt.phase.migration import Migration
from skyflytt.phase.source import require_source
from skyflytt.phase.stores import open_both
from skyflytt.phase.target_names import new_names


def move_share(migration: Migration, name: str, progress: Progress, make_crew: MakeCrew | None = None) -> Account:
    """Copy what is new or changed, move what moved and, before the cutover, remove what is gone.

    `make_crew` says who works at a large share in place of threads.
    """
    share = migration.project.share(name)
    workload = migration.workload("share", name)
    require_source(migration, workload)
    ends = migration.project.server(share.source.server), migration.project.server(share.target.server)
    with (
        migration.admission(ends[0], beside=ends[1]) as connections,
        open_both(migration, share) as (source, target),
    ):
        return SharePass(
            migration.ledger,
            workload,
            source,
            target,
            Exclusions(share.exclude),
            progress=progress,
            open_pair=lambda: open_both(migration, share),
            connections=connections,
            make_crew=make_crew,
            space=new_names(migration.project, share),
            detect=Detect(share.detect),
            append=share.mode == "append",
            remembered=migration.workspace / "listings" / f"{name}.sqlite",
        ).run()
