"""The licences of one directory of a project: counted, given back, counted again, reinstated. Each gives a sentence."""

from __future__ import annotations

from skyflytt.directory import measure as measuring
from skyflytt.directory.confirm import confirm
from skyflytt.directory.reclaim import reclaim, to_reclaim
from skyflytt.directory.reinstate import reinstate, to_reinstate
from skyflytt.errors.directory import LicencesUnreconciled
from skyflytt.phase.directories import ACTOR, book, open_directory
from skyflytt.phase.migration import Migration


def measure_licences(migration: Migration, name: str) -> str:
    """Count before; once licences were given back, the counts are fixed and only told."""
    left = migration.project.directory(name)
    pages = book(migration, left, ACTOR)
    if not measuring.is_touched(pages):
        with open_directory(migration, left) as directory:
            measuring.measure(pages, directory, keep=left.keep)
    rows = pages.licences()
    held = sum(one.held_before for one in rows)
    notes = (*measuring.twice(rows), *measuring.unlisted(rows), *measuring.unexplained(rows))
    return "; ".join([f"{name}: {len(rows)} licences, {held} held", *notes])


def would_reclaim(migration: Migration, name: str) -> str:
    """What a run would give back; asks nothing of the provider."""
    due = to_reclaim(book(migration, migration.project.directory(name)))
    return f"{name}: {len(due)} would be reclaimed, nothing was changed"


def reclaim_licences(migration: Migration, name: str) -> str:
    """Give back what is open. Raises `LicencesUnreconciled` when anything failed, with each of them."""
    left = migration.project.directory(name)
    with open_directory(migration, left) as directory:
        done = reclaim(book(migration, left), directory)
    if done.failed:
        words = "; ".join(f"{what}: {failure.sentence} [{failure.code}]" for what, failure in done.failed.items())
        raise LicencesUnreconciled(name, f"{len(done.failed)} could not be given back: {words}")
    return f"{name}: {done.reclaimed} reclaimed"


def confirm_licences(migration: Migration, name: str) -> str:
    """Count after. Raises `LicencesUnreconciled`."""
    left = migration.project.directory(name)
    with open_directory(migration, left) as directory:
        found = confirm(book(migration, left), directory)
    held = sum(len(holders) for holders in found.holders.values())
    return f"{name}: the counts add up; {held} are held and {found.units_left} units are left"


def would_reinstate(migration: Migration, name: str, licence: str) -> str:
    """Who would get it back; asks nothing of the provider."""
    due = to_reinstate(book(migration, migration.project.directory(name)), licence)
    return f"{name}: {len(due)} would be reinstated, nothing was changed"


def reinstate_licences(migration: Migration, name: str, licence: str) -> str:
    """Give it back in the order of reclaiming. Raises `LicenceOutOfOrder`, `LicenceRefused`, `ChangeNotSeen`."""
    left = migration.project.directory(name)
    with open_directory(migration, left) as directory:
        done = reinstate(book(migration, left), directory, licence)
    return f"{name}: {len(done)} reinstated"
