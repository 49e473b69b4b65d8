"""Manifests: every item of a workload with its digest, and what is handed over in a drop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from skyflytt.evidence.lists import WrittenList, write_list
from skyflytt.ledger import items
from skyflytt.ledger.items import Item
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.renamed import all_renamed
from skyflytt.ledger.schema import State
from skyflytt.ledger.workloads import Workload

DROP_COLUMNS = ("path", "bytes", "sha256", "origin")
WORKLOAD_COLUMNS = ("key", "state", "bytes", "digest", "verified", "target", "target_folder", "pass", "code", "renamed")
ORIGINS = {"mailboxes": "mailbox", "shares": "share", "applications": "application"}


def write_drop_manifest(folder: Path, handed_over: Iterable[Item]) -> WrittenList:
    """`manifest.csv` and `.jsonl` of the files that were handed over, by path. `handed_over` comes from `drop_items`.

    The SHA-256 of `manifest.csv` is the drop's digest, which the customer sends back as its receipt.
    """
    rows = ((item.key, item.size_bytes, item.identity, origin_of(item.key)) for item in handed_over)
    return write_list(folder, "manifest", DROP_COLUMNS, rows)


def drop_items(ledger: Ledger, workload: Workload) -> Iterator[Item]:
    """The files in a drop that were verified there, in the order of their paths; folders are not listed."""
    return (item for item in items.stream(ledger, workload, State.DONE) if not item.key.endswith("/"))


def origin_of(path: str) -> str:
    """Where a prepared file comes from: `mailboxes/anna/…` and `mailboxes/anna.mbox` are of `mailbox anna`."""
    kind, _, rest = path.partition("/")
    name = rest.partition("/")[0]
    if kind not in ORIGINS or not name:
        return path
    return f"{ORIGINS[kind]} {name if '/' in rest else name.rpartition('.')[0] or name}"


def write_workload_manifest(folder: Path, ledger: Ledger, workload: Workload) -> WrittenList:
    """`<kind>-<name>.csv` and `.jsonl` of every item that the ledger knows of the workload, in the order of their keys.

    `digest` is the SHA-256 of a file, the fingerprint of a message; items that are no longer at the source are listed as gone.
    `renamed` has the rules of the target that a name broke: it has another one there, and what is in such a folder lies there too.
    """
    return write_list(folder, manifest_name(workload), WORKLOAD_COLUMNS, _rows(ledger, workload))


def manifest_name(workload: Workload) -> str:
    """How a workload's manifest files are called, without their ending."""
    return f"{workload.kind}-{workload.name}"


def _rows(ledger: Ledger, workload: Workload) -> Iterator[tuple[str | int | None, ...]]:
    rules = {one.path: one.rules for one in all_renamed(ledger, workload)}
    for item in items.stream(ledger, workload):
        yield (
            item.key,
            item.state.value,
            item.size_bytes,
            item.identity,
            item.verified.value if item.verified else None,
            item.target_ref,
            item.target_container,
            item.done_pass,
            item.code,
            rules.get(item.key.rstrip("/")) if rules else None,
        )
