"""Listings of shares that are remembered between passes."""

from __future__ import annotations

from collections.abc import Iterable

from skyflytt.files.kept_listing import forget
from skyflytt.phase.migration import Migration


def forget_listings(migration: Migration, shares: Iterable[str] | None = None) -> list[str]:
    """The next pass over these shares (None: all) lists everything anew, on whatever machine it runs. The names of them."""
    names = [share.name for share in migration.project.shares] if shares is None else list(shares)
    for name in names:
        forget(migration.ledger, migration.workload("share", migration.project.share(name).name))
    return names
