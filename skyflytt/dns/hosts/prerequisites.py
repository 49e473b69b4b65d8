"""Changes as one update: the name server makes all of it, or nothing when a set is not as it was (RFC 2136 sections 2.4 and 3.4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import dns.tsig
import dns.update

from skyflytt.dns.hosts.changes import in_order
from skyflytt.dns.records import parsed
from skyflytt.dns.zone import Change, RecordSet


def update_of(origin: str, changes: Sequence[Change], key: dns.tsig.Key | None) -> dns.update.UpdateMessage:
    """What is taken away goes first, so that a CNAME can take the place of other records.

    Servers ignore that all NS records of the zone itself are deleted (section 3.4.2.4): these are exchanged one by one.
    """
    update = dns.update.UpdateMessage(origin, keyring=key) if key else dns.update.UpdateMessage(origin)
    for one in changes:
        _require(update, one)
    ordered = in_order(changes)
    delegating = [one for one in ordered if one.key == (origin, "NS")]
    for one in ordered:
        if one.before and one not in delegating:
            update.delete(one.before.name, one.before.type)
    for one in ordered:
        if one.after and one not in delegating:
            _add(update, one.after, one.after.values)
    for one in delegating:
        _exchange(update, one)
    return update


def _require(update: dns.update.UpdateMessage, change: Change) -> None:
    name, kind = change.key
    if change.before is None:
        update.absent(name, kind)
        return
    for value in change.before.values:
        update.present(name, parsed(kind, value))


def _add(update: dns.update.UpdateMessage, one: RecordSet, values: Iterable[str]) -> None:
    for value in values:
        update.add(one.name, one.ttl_s, parsed(one.type, value))


def _exchange(update: dns.update.UpdateMessage, change: Change) -> None:
    """One old record stays until new ones are there. Knot takes a new TTL only with a record that it does not have yet."""
    before, after = change.before, change.after
    old, new = before.values if before else (), after.values if after else ()
    last = next((value for value in old if value not in new), old[-1] if old else None)
    for value in old:
        if value != last:
            update.delete(change.key[0], parsed(change.key[1], value))
    if after:
        _add(update, after, [value for value in new if value != last])
    if last is not None:
        update.delete(change.key[0], parsed(change.key[1], last))
    if after and last in new:
        _add(update, after, [last])
