"""Items and their moves in few words."""

from __future__ import annotations

from collections.abc import Sequence

from skyflytt.ledger import items
from skyflytt.ledger.items import Done, Item, Seen
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Pass
from skyflytt.ledger.projects import ensure_project
from skyflytt.ledger.schema import Intent, Origin, Verified
from skyflytt.ledger.workloads import Workload, ensure_workload


def new_workload(ledger: Ledger, project: str, name: str = "homes") -> Workload:
    ensure_project(ledger, project)
    return ensure_workload(ledger, project, "share", name)


def see(ledger: Ledger, workload: Workload, *keys: str) -> None:
    items.record_new(ledger, workload, [Seen(key, "v1", 10) for key in keys])


def done(key: str, origin: Origin = Origin.PUT) -> Done:
    return Done(key, f"at/{key}", Verified.DIGEST, f"digest of {key}", origin=origin)


def put(ledger: Ledger, running: Pass, *keys: str) -> None:
    items.start(ledger, running, keys, Intent.PUT)
    items.finish(ledger, running, [done(key) for key in keys])


def find(ledger: Ledger, running: Pass, *keys: str) -> None:
    """The copies were at the target before this project came."""
    items.finish(ledger, running, [done(key, Origin.FOUND) for key in keys])


def all_items(ledger: Ledger, workload: Workload) -> dict[str, Item]:
    return {item.key: item for item in items.stream(ledger, workload)}


def keys(found: Sequence[Item]) -> list[str]:
    return [item.key for item in found]
