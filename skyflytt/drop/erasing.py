"""Erase what a drop held, once it is closed, received and its time is over; a record is kept of it.

Only what the ledger says this project put there is deleted. `started` stands in the ledger before the first delete, `completed`
after a listing that showed nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from skyflytt.drop.curl_config import FETCH_LIST
from skyflytt.drop.how_to_fetch import PAGES
from skyflytt.drop.limit import contract_ends
from skyflytt.drop.lists import LISTS
from skyflytt.drop.rows import DropRow, DropState, change_in
from skyflytt.drop.work import DropWork
from skyflytt.errors.drop import DropHoldsOthers, DropNotErasable
from skyflytt.errors.files import PathMissing
from skyflytt.files.copy import is_partial
from skyflytt.ledger import items, journal
from skyflytt.ledger.schema import Origin, State
from skyflytt.playbook.approvals import approvals, waiver_of
from skyflytt.version import VERSION

METHOD = "logical deletion and verified absence"
OWN = frozenset((*LISTS, *PAGES, "index.html", FETCH_LIST))


def erase_contents(work: DropWork) -> DropRow:
    """Delete the drop's contents and see that its folder is empty. Called again, it goes on, or returns what is recorded.

    Raises `DropNotErasable` while a condition is missing, and `DropHoldsOthers` with nothing deleted when something else is there.
    """
    row = work.row
    if row.erasure is not None and json.loads(row.erasure)["state"] == "completed":
        return row
    if missing := list(_missing(work, row)):
        raise DropNotErasable(work.label, "; ".join(missing))
    there = list(_there(work))
    if strange := [key for key in there if not _is_ours(work, key)]:
        raise DropHoldsOthers(work.label, f"{len(strange)} of them, the first is {strange[0]}")
    if row.erasure is None:
        _start(work, len(there))
    for key in sorted(there, key=str.encode, reverse=True):
        work.folder.remove(key.rstrip("/"))
    work.store.remove(work.place.folder)
    if left := list(_there(work)):
        raise DropHoldsOthers(work.label, f"{len(left)} are there after the deletion, the first is {left[0]}")
    return _complete(work)


def _missing(work: DropWork, row: DropRow) -> Iterator[str]:
    project, now = work.project.project, work.ledger.clock.now()
    if row.state is not DropState.CLOSED:
        yield "it is not closed"
    elif row.closure_proof is None:
        yield "it was not shown that its credentials are refused"
    if row.receipt is None and not approvals(work.ledger, project, waiver_of(work.name)):
        yield "there is neither receipt nor waiver"
    over = max(contract_ends(work), row.ends_at or contract_ends(work))
    if now < over:
        yield f"its data can be fetched until {over.astimezone(work.project.zone).isoformat(timespec='minutes')}"


def _there(work: DropWork) -> Iterator[str]:
    try:
        for entry in work.folder.scan():
            yield entry.key
    except PathMissing:
        return


def _is_ours(work: DropWork, key: str) -> bool:
    if key in OWN or is_partial(key):
        return True
    if key.endswith("/"):
        return True  # a folder goes only when it is empty, and what it holds is asked for by itself
    item = items.get(work.ledger, work.workload, key)
    return item is not None and item.origin is Origin.PUT


def _start(work: DropWork, objects: int) -> None:
    planned = list(items.stream(work.ledger, work.workload, State.DONE))
    files = [item for item in planned if not item.key.endswith("/")]
    record = {
        "record": "deletion of a drop's contents",
        "drop": work.name,
        "place": f"{work.place.kind}://{work.place.host}:{work.place.port}",
        "method": METHOD,
        "state": "started",
        "manifest_sha256": work.row.manifest_digest,
        "files": len(files),
        "bytes": sum(item.size_bytes for item in files),
        "objects_found": objects,
        "started_at": work.ledger.clock.now().isoformat(),
        "clock": work.ledger.clock.name,
        "tool_version": VERSION,
    }
    _write(work, record, "drop-erasure-started")


def _complete(work: DropWork) -> DropRow:
    record = json.loads(work.row.erasure or "{}")
    record |= {
        "state": "completed",
        "remaining": 0,
        "absence": "the drop's folder was listed after the deletion and showed 0 objects",
        "completed_at": work.ledger.clock.now().isoformat(),
    }
    _write(work, record, "drop-erased")
    return work.row


def _write(work: DropWork, record: dict[str, Any], action: str) -> None:
    text = json.dumps(record, ensure_ascii=False, sort_keys=True)
    data = {name: record[name] for name in ("files", "bytes", "manifest_sha256")}
    with work.ledger.writing() as connection:
        change_in(connection, work.project.project, work.name, {"erasure": text})
        journal.append_in(
            connection, work.ledger, work.project.project, actor=work.by, action=action, subject=work.name, data=data
        )
