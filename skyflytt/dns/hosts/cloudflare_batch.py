"""Changes as operations on single records. A record keeps its id, its proxying and its comment when only its data or TTL changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from skyflytt.dns.hosts.cloudflare_records import AUTO_TTL_S, data_for, key_of, ttl_of, type_for, value_from
from skyflytt.dns.zone import Change, RecordSet
from skyflytt.errors.dns import ChangeRefused

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """The service makes deletes, then patches, then posts, all or none."""

    deletes: tuple[Record, ...] = ()
    patches: tuple[Record, ...] = ()
    posts: tuple[Record, ...] = ()

    @property
    def size(self) -> int:
        return len(self.deletes) + len(self.patches) + len(self.posts)

    def and_(self, other: Batch) -> Batch:
        return Batch(self.deletes + other.deletes, self.patches + other.patches, self.posts + other.posts)

    def body(self) -> dict[str, list[Record]]:
        parts = {"deletes": list(self.deletes), "patches": list(self.patches), "posts": list(self.posts)}
        return {name: some for name, some in parts.items() if some}


def batch_of(origin: str, change: Change, listed: Sequence[Record], own: Sequence[RecordSet]) -> Batch:
    """Raises `ChangeRefused` for what a roll-back could not bring again, or what is Cloudflare's own."""
    if change.key in {(one.name, one.type) for one in own}:
        raise ChangeRefused(origin, f"{' '.join(change.key)}: Cloudflare says which name servers serve the zone")
    there = [one for one in listed if key_of(origin, one) == change.key]
    proxied = [one for one in there if one.get("proxied")]
    wanted = change.after.values if change.after else ()
    if proxied and (len(there) > len(wanted) or (change.after and change.after.ttl_s != AUTO_TTL_S)):
        what = (
            f"it is proxied; its TTL is always {AUTO_TTL_S} s, and once deleted, nobody could make it again as it was"
        )
        raise ChangeRefused(origin, f"{' '.join(change.key)}: {what}. Switch the proxy off first")
    return _exchange(change.key, there, change.after, bool(proxied))


def _exchange(key: tuple[str, str], there: Sequence[Record], after: RecordSet | None, proxied: bool) -> Batch:
    """Records whose data stays are kept; others take new data in place; what is over goes, what is short comes."""
    ttl_s = after.ttl_s if after else 0
    wanted = list(after.values if after else ())
    kept = [one for one in there if value_from(one) in wanted]
    over = [one for one in there if one not in kept]
    new = [value for value in wanted if value not in map(value_from, kept)]
    pairs: list[tuple[Record, Mapping[str, Any]]] = [(one, {}) for one in kept]
    pairs += [(one, data_for(key[1], value)) for one, value in zip(over, new, strict=False)]
    patches = [patch for one, data in pairs for patch in _patch(one, data, ttl_s)]
    deletes = [{"id": one["id"]} for one in over[len(new) :]]
    posts = [_post(key, value, ttl_s, proxied) for value in new[len(over) :]]
    return Batch(tuple(deletes), tuple(patches), tuple(posts))


def _patch(one: Record, data: Mapping[str, Any], ttl_s: int) -> list[Record]:
    ttl = {} if ttl_of(one) == ttl_s else {"ttl": ttl_s}
    return [{"id": one["id"], **data, **ttl}] if data or ttl else []


def _post(key: tuple[str, str], value: str, ttl_s: int, proxied: bool) -> Record:
    name, kind = key
    record = {"name": name.removesuffix("."), "type": type_for(kind), "ttl": ttl_s, **data_for(kind, value)}
    return {**record, "proxied": True} if proxied else record
