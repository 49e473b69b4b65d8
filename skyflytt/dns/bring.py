"""Bring a zone at its host to what it is to be, whatever of that was done before: announced first, then made, then read again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from skyflytt.dns.move import DomainMove
from skyflytt.dns.plan import SHOWN
from skyflytt.dns.records import differences, plain_text, same_set, short_name
from skyflytt.dns.rows import Forms, Key, ZoneRow, ZoneState, change_row
from skyflytt.dns.zone import Change, RecordSet, Zone, in_safe_order
from skyflytt.errors.dns import ChangeLost, ZoneMoved


@dataclass(frozen=True, slots=True)
class Brought:
    """`changes` were made just now; `others` are changes of somebody else's that were left alone."""

    changes: tuple[Change, ...]
    others: tuple[Change, ...]
    serial_before: int | None
    serial_after: int | None


def bring(
    move: DomainMove,
    row: ZoneRow,
    target: Zone,
    doing: ZoneState,
    *,
    leave_others: bool = False,
    over_others: bool = False,
) -> Brought:
    """Change what differs from `target` and note `doing` before. The caller notes that it is done.

    Somebody else's change is `ZoneMoved`, before anything is written; with `leave_others` it is left as it is, with `over_others` undone.
    Raises `ChangeLost` when the host says yes and does not do it, and whatever the host raises.
    """
    current = move.host.read()
    others = tuple(foreign_changes(current, row, by_hand=not move.host.capabilities.writes))
    if others and not (leave_others or over_others):
        raise ZoneMoved(row.domain, _moved(others, current, row))
    left_alone = set() if over_others else {one.key for one in others} - row.written.keys()
    changes = tuple(one for one in differences(current, target) if one.key not in left_alone)
    data = _told(row, changes, others, current)
    written = _with_forms(row.written, changes)
    change_row(move.ledger, move.project, row.domain, doing, by=move.by, data=data, written=written)
    if not changes:
        return Brought((), others, current.serial, current.serial)
    move.host.change(in_safe_order(changes), current)
    after = move.host.read()
    _require_made(row.domain, changes, after)
    return Brought(changes, others, current.serial, after.serial)


def require_unmoved(move: DomainMove, row: ZoneRow) -> Zone:
    """The zone as it is now, in which nobody but this project has changed anything since the snapshot; else `ZoneMoved`."""
    current = move.host.read()
    if others := foreign_changes(current, row, by_hand=not move.host.capabilities.writes):
        raise ZoneMoved(row.domain, _moved(others, current, row))
    return current


def foreign_changes(current: Zone, row: ZoneRow, *, by_hand: bool = False) -> list[Change]:
    """What is neither as in the snapshot nor as this project wrote it, from the snapshot to now."""
    return [one for one in differences(row.zone, current) if not _ours(one, row, by_hand=by_hand)]


def _ours(change: Change, row: ZoneRow, *, by_hand: bool) -> bool:
    """A form that this project gave the set, or one on the way there: a host may take a set's records one after the other.

    Where a person types what we ask for, whatever stands in such a set is on the way there, slips included.
    """
    forms = row.written.get(change.key)
    if forms is None:
        return False
    if change.after is None or by_hand:
        return True
    known = [one for one in (*forms, change.before) if one is not None]
    texts = {plain_text(one.type, value) for one in known for value in one.values}
    now = {plain_text(change.after.type, value) for value in change.after.values}
    return now <= texts and change.after.ttl_s in {one.ttl_s for one in known}


def _require_made(domain: str, changes: Iterable[Change], after: Zone) -> None:
    there = after.by_key()
    lost = [one.key for one in changes if not same_set(there.get(one.key), one.after)]
    if lost:
        raise ChangeLost(domain, _keys(lost, after.origin))


def _with_forms(written: Forms, changes: Iterable[Change]) -> Forms:
    forms: dict[Key, tuple[RecordSet | None, ...]] = dict(written)
    for one in changes:
        known = forms.get(one.key, ())
        forms[one.key] = known if one.after in known else (*known, one.after)
    return forms


def _moved(others: Iterable[Change], current: Zone, row: ZoneRow) -> str:
    serials = f"serial {row.zone.serial} then, {current.serial} now; " if current.serial is not None else ""
    return f"{serials}{_keys([one.key for one in others], current.origin)} changed since the snapshot"


def _keys(keys: list[Key], origin: str) -> str:
    shown = ", ".join(f"{short_name(name, origin)} {kind}" for name, kind in keys[:SHOWN])
    return shown + (f" and {len(keys) - SHOWN} more" if len(keys) > SHOWN else "")


def _told(row: ZoneRow, changes: tuple[Change, ...], others: tuple[Change, ...], current: Zone) -> dict[str, Any]:
    names = [f"{short_name(name, current.origin)} {kind}" for name, kind in (one.key for one in changes)]
    data = {"snapshot": row.snapshot_digest, "plan": row.plan_hash, "serial": current.serial, "sets": names}
    if others:
        data["others"] = [f"{short_name(name, current.origin)} {kind}" for name, kind in (one.key for one in others)]
    return data
