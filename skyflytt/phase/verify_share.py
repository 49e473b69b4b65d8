"""Look once more at a share's copies at the new home."""

from __future__ import annotations

from skyflytt.files.check import ShareCheck, check_copies
from skyflytt.phase.migration import Migration
from skyflytt.phase.stores import open_target


def verify_share(migration: Migration, name: str) -> ShareCheck:
    """Is every moved file there, with the digest that was verified then? Raises `Transient` when the target is away."""
    share = migration.project.share(name)
    with (
        migration.admission(migration.project.server(share.target.server), most=1),
        open_target(migration, share) as target,
    ):
        return check_copies(migration.ledger, migration.workload("share", name), target)
