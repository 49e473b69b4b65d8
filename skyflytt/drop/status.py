"""How a drop stands: how long it is open, who has fetched what and when, and what was never fetched."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from skyflytt.drop.keeper import Fetch
from skyflytt.drop.place import Place
from skyflytt.drop.rows import DropRow, DropState
from skyflytt.drop.verify import MANIFEST
from skyflytt.drop.work import DropWork
from skyflytt.evidence.manifest import drop_items
from skyflytt.playbook.approvals import approvals, waiver_of


@dataclass(slots=True)
class FetchedFile:
    """One file as it was fetched: how often to its end, when last, to which addresses."""

    path: str
    times: int = 0
    last: datetime | None = None
    addresses: set[str] = field(default_factory=set)
    broken_off: int = 0


@dataclass(frozen=True, slots=True)
class DropStatus:
    """`seconds_left` is None unless it is open, `fetched` None where the place keeps no log that can be read.

    `never_fetched` are paths of the manifest that no download brought to its end.
    """

    name: str
    state: DropState
    place: Place
    opened_at: datetime | None
    ends_at: datetime | None
    closed_at: datetime | None
    seconds_left: int | None
    extensions: int
    extensions_allowed: int
    manifest_digest: str | None
    files: int
    size_bytes: int
    receipt_by: str | None
    waived_by: tuple[str, ...]
    proved_closed: bool
    erased: bool
    fetched: tuple[FetchedFile, ...] | None
    never_fetched: tuple[str, ...] | None

    @property
    def settled(self) -> bool:
        """Somebody confirmed the receipt, or waived it."""
        return self.receipt_by is not None or bool(self.waived_by)

    def as_json(self) -> dict[str, Any]:
        """Plain values; instants as ISO 8601."""
        return {name: _plain(value) for name, value in asdict(self).items()}


def drop_status(work: DropWork) -> DropStatus:
    """Ask the ledger and the place's log. Raises `DropUnknown`, and what reading the log raises."""
    row, now = work.row, work.ledger.clock.now()
    listed = {item.key: item.size_bytes for item in drop_items(work.ledger, work.workload)}
    log = work.keeper.fetched(work.place) if row.opened_at else None
    fetched = None if log is None else gathered(log)
    return DropStatus(
        name=work.name,
        state=row.state,
        place=work.place,
        opened_at=row.opened_at,
        ends_at=row.ends_at,
        closed_at=row.closed_at,
        seconds_left=_left(row, now),
        extensions=row.extensions,
        extensions_allowed=work.project.drop(work.name).extensions,
        manifest_digest=row.manifest_digest,
        files=len(listed),
        size_bytes=sum(listed.values()),
        receipt_by=json.loads(row.receipt)["by"] if row.receipt else None,
        waived_by=tuple(one.approver for one in approvals(work.ledger, work.project.project, waiver_of(work.name))),
        proved_closed=row.closure_proof is not None,
        erased=row.erasure is not None and json.loads(row.erasure)["state"] == "completed",
        fetched=None if fetched is None else tuple(fetched.values()),
        never_fetched=None if fetched is None else tuple(_never(listed, fetched)),
    )


def gathered(log: Iterable[Fetch]) -> dict[str, FetchedFile]:
    """The downloads by path, in the order of the paths."""
    found: dict[str, FetchedFile] = {}
    for one in log:
        file = found.setdefault(one.path, FetchedFile(one.path))
        file.addresses.add(one.address)
        file.last = one.at
        file.times += one.whole
        file.broken_off += not one.whole
    return dict(sorted(found.items()))


def manifest_fetched(status: DropStatus) -> bool:
    """Whether the list that the receipt is about was fetched."""
    return any(file.path == MANIFEST and file.times for file in status.fetched or ())


def _never(listed: Mapping[str, int], fetched: Mapping[str, FetchedFile]) -> Iterator[str]:
    """Empty files are not among them: programs make those from the listing, without a download."""
    for path, size_bytes in listed.items():
        if size_bytes and (path not in fetched or not fetched[path].times):
            yield path


def _left(row: DropRow, now: datetime) -> int | None:
    if row.state is not DropState.OPEN or row.ends_at is None:
        return None
    return max(0, int((row.ends_at - now).total_seconds()))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(value)
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
