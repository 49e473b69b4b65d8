"""The zone at each stage of its cutover, all following from the snapshot and the plan: TTLs lowered, records changed, TTLs raised."""

from __future__ import annotations

from dataclasses import replace

from skyflytt.dns.records import same_records
from skyflytt.dns.rows import ZoneRow, ZoneState
from skyflytt.dns.zone import Change, RecordSet, Zone, changes_between, with_sets

AFTER_RAISING = (ZoneState.RAISING, ZoneState.RAISED)
BEFORE_APPLYING = (ZoneState.SNAPSHOT, ZoneState.PLANNED, ZoneState.LOWERING, ZoneState.LOWERED)


def lowered(row: ZoneRow, ttl_s: int, current: Zone) -> Zone:
    """The zone as it is, with short TTLs for what the plan changes. After a first cutover that is not the snapshot any more."""
    return with_sets(current, {one.key: _shorter(current.find(*one.key), ttl_s) for one in row.changes})


def applied(row: ZoneRow, ttl_s: int) -> Zone:
    """The plan's outcome, still with short TTLs: the way back is as short as the way there."""
    return with_sets(row.zone, {one.key: _shorter(one.after, ttl_s) for one in row.changes})


def raised(row: ZoneRow) -> Zone:
    """The plan's outcome with the TTLs that are to stay."""
    return with_sets(row.zone, {one.key: one.after for one in row.changes})


def stage(row: ZoneRow, ttl_s: int, current: Zone) -> tuple[Zone, list[Change]]:
    """The zone as every server has to have it now, and what led there: from the snapshot on, or after a roll back, to it."""
    if row.state in (ZoneState.RETURNING, ZoneState.RETURNED):
        return row.zone, list(changes_between(raised(row), row.zone))
    by_plan = raised(row) if row.state in AFTER_RAISING else applied(row, ttl_s)
    after = current if row.state in BEFORE_APPLYING else by_plan
    found = (Change(one.before, after.find(*one.key)) for one in row.changes)
    return after, [one for one in found if one.before or one.after]


def longest_ttl_s(row: ZoneRow) -> int:
    """For how long, at most, others may keep what the plan changes, as it was in the snapshot or as this project made it since."""
    forms = (form for one in row.changes for form in (one.before, *row.written.get(one.key, ())))
    return max((form.ttl_s for form in forms if form is not None), default=0)


def not_lowered(row: ZoneRow, ttl_s: int, current: Zone) -> list[tuple[str, str]]:
    """What the plan is about to change and others may keep for longer than the lowered TTL."""
    there = current.by_key()
    old = [one.key for one in row.changes if one.key in there and not same_records(there[one.key], one.after)]
    return [key for key in old if there[key].ttl_s > ttl_s]


def applied_now(row: ZoneRow) -> Zone:
    """What the plan made of the snapshot. The serial is not known: it is the servers' own."""
    return replace(raised(row), serial=None)


def _shorter(one: RecordSet | None, ttl_s: int) -> RecordSet | None:
    return replace(one, ttl_s=min(one.ttl_s, ttl_s)) if one is not None else None
