"""Loopia's `record_obj` as sets: a text is bare, an MX has its preference beside it, names without their last dot are below the domain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import dns.name
import dns.rdata

from skyflytt.dns.hosts.loopia_steps import Held
from skyflytt.dns.hosts.texts import text_of
from skyflytt.dns.records import MADE_BY_SERVERS, lower_names, value_of
from skyflytt.dns.zone import Change, RecordSet

TYPES = frozenset({"A", "AAAA", "CAA", "CNAME", "LOC", "MX", "NAPTR", "NS", "SRV", "SSHFP", "TLSA", "TXT"})
LONGEST_TEXT_BYTES = 450


def sets_from(origin: str, name: str, records: Iterable[Mapping[str, Any]]) -> list[RecordSet]:
    """The sets of one name; the TTL of a set is the shortest of its records'."""
    found: dict[str, tuple[int, set[str]]] = {}
    for one in records:
        kind = str(one["type"])
        if kind not in MADE_BY_SERVERS:
            ttl, values = found.get(kind, (int(one["ttl"]), set()))
            found[kind] = (min(ttl, int(one["ttl"])), values | {value_from(origin, one)})
    return [RecordSet(name, kind, ttl, tuple(sorted(values))) for kind, (ttl, values) in found.items()]


def held_from(origin: str, one: Mapping[str, Any]) -> Held:
    return Held(value_from(origin, one), int(one["ttl"]), int(one["record_id"]))


def value_from(origin: str, one: Mapping[str, Any]) -> str:
    """The data of a record in presentation form."""
    kind, data = str(one["type"]), str(one["rdata"])
    if kind in ("TXT", "SPF"):
        return value_of(kind, data)
    text = f"{one['priority']} {data}" if kind == "MX" else data
    return lower_names(
        dns.rdata.from_text("IN", kind, text, origin=dns.name.from_text(origin), relativize=False)
    ).to_text()


def record_for(one: RecordSet, value: str, record_id: int | None) -> dict[str, Any]:
    """A `record_obj`; with an id, the one that it is to replace."""
    priority, data = 0, value
    if one.type == "MX":
        first, _, data = value.partition(" ")
        priority = int(first)
    elif one.type == "SRV":
        priority = int(value.partition(" ")[0])
    elif one.type == "TXT":
        data = text_of(value).decode()
    record = {"type": one.type, "ttl": one.ttl_s, "priority": priority, "rdata": data}
    return record if record_id is None else {**record, "record_id": record_id}


def refusal(origin: str, change: Change) -> str | None:
    """Why Loopia could not hold what is planned."""
    if change.key == (origin, "NS"):
        return "Loopia says which name servers serve the domain; change them in its customer zone"
    for value in change.after.values if change.after else ():
        if change.key[1] == "MX" and value.endswith(" ."):
            return "Loopia holds no null MX (RFC 7505); leave the MX out, or let it name a host that refuses mail"
        if change.key[1] == "TXT" and (why := _text_refusal(text_of(value))):
            return why
    return None


def _text_refusal(text: bytes) -> str | None:
    if not 0 < len(text) <= LONGEST_TEXT_BYTES:
        return f"Loopia holds texts of 1 to {LONGEST_TEXT_BYTES} bytes, and this one has {len(text)}"
    try:
        plain = text.decode()
    except UnicodeDecodeError:
        return "Loopia holds texts in UTF-8 only"
    return "Loopia holds no text that begins with a quotation mark" if plain.startswith('"') else None
