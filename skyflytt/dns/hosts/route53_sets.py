"""Route 53's resource record sets as ours, and changes as entries of a batch.

It writes characters as three octal digits where master files have decimal ones (Developer Guide, "DNS domain name format").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from skyflytt.dns.alias import KIND as ALIAS
from skyflytt.dns.alias import alias_parts, alias_value
from skyflytt.dns.records import MADE_BY_SERVERS, absolute, lower_names, parsed
from skyflytt.dns.zone import Change, RecordSet, Zone

ESCAPED = re.compile(r"\\(\d{3}|.)", re.DOTALL)
PRINTABLE = range(0x21, 0x7F)
PLAIN = frozenset({"Name", "Type", "TTL", "ResourceRecords", "AliasTarget"})
ALIAS_TTL_S = 60
"""An alias has no TTL of its own; its target's is 60 s for most of AWS's services."""
HEALTH = {True: "evaluated", False: "always"}
"""Whether an alias's target is left out when it is not healthy."""


def zone_from(origin: str, listed: Iterable[Mapping[str, Any]]) -> Zone:
    """Sets of one name and type that a routing policy chooses from are one set, with the records of all."""
    found: dict[tuple[str, str], RecordSet] = {}
    for one in listed:
        key = key_of(one)
        if one["Type"] not in MADE_BY_SERVERS:
            ttl, values, before = int(one.get("TTL", ALIAS_TTL_S)), set(_values(one)), found.get(key)
            if before:
                ttl, values = min(ttl, before.ttl_s), values | set(before.values)
            found[key] = RecordSet(*key, ttl, tuple(sorted(values)))
    return Zone(origin, tuple(sorted(found.values())))


def key_of(one: Mapping[str, Any]) -> tuple[str, str]:
    """Name and type of our set that a listed one belongs to."""
    return absolute(_name_from(one["Name"])), ALIAS if "AliasTarget" in one else str(one["Type"])


def is_plain(one: Mapping[str, Any]) -> bool:
    """Whether there is nothing about it but its records."""
    return set(one) <= PLAIN


def entries(origin: str, change: Change, listed: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What is there is deleted as it is listed, so that the service refuses when it is something else by then.

    The zone's own NS set cannot be deleted, only replaced.
    """
    after = _sets(change.after) if change.after else []
    if change.key == (origin, "NS"):
        return [_entry("UPSERT", one) for one in after]
    gone = [one for one in listed if key_of(one) == change.key]
    return [*(_entry("DELETE", one) for one in gone), *(_entry("CREATE", one) for one in after)]


def _entry(action: str, one: Mapping[str, Any]) -> dict[str, Any]:
    return {"Action": action, "ResourceRecordSet": dict(one)}


def _sets(one: RecordSet) -> list[dict[str, Any]]:
    name = to_octal(one.name)
    if one.type == ALIAS:
        return [{"Name": name, **_alias_target(value)} for value in one.values]
    records = [{"Value": to_octal(value)} for value in one.values]
    return [{"Name": name, "Type": one.type, "TTL": one.ttl_s, "ResourceRecords": records}]


def _values(one: Mapping[str, Any]) -> list[str]:
    kind, target = str(one["Type"]), one.get("AliasTarget")
    if target:
        health = HEALTH[bool(target["EvaluateTargetHealth"])]
        return [alias_value(_name_from(target["DNSName"]), kind, target["HostedZoneId"], health)]
    texts = [from_octal(record["Value"]) for record in one.get("ResourceRecords", ())]
    return [lower_names(parsed(kind, text)).to_text() for text in texts]


def _alias_target(value: str) -> dict[str, Any]:
    target, (kind, zone_id, health) = alias_parts(value)
    where = {"DNSName": to_octal(target), "HostedZoneId": zone_id, "EvaluateTargetHealth": health == HEALTH[True]}
    return {"Type": kind, "AliasTarget": where}


def alias_fault(one: RecordSet) -> str | None:
    """Why Route 53 could not hold an alias that is written so."""
    if one.ttl_s != ALIAS_TTL_S:
        return f"an alias has its target's TTL; write {ALIAS_TTL_S} s, which is what it is shown with"
    if all(map(_is_whole, one.values)):
        return None
    return "an alias is written as its target, type, hosted zone, and evaluated or always"


def _is_whole(value: str) -> bool:
    more = alias_parts(value)[1]
    return len(more) == 3 and more[2] in HEALTH.values()


def from_octal(text: str) -> str:
    """`\\052` in octal is what a master file writes as `\\042`."""
    return ESCAPED.sub(lambda found: f"\\{int(found[1], 8):03d}" if len(found[1]) == 3 else found[0], text)


def to_octal(text: str) -> str:
    return ESCAPED.sub(lambda found: f"\\{int(found[1]):03o}" if len(found[1]) == 3 else found[0], text)


def _name_from(text: str) -> str:
    """A name, in which every printable character stands for itself."""

    def plain(found: re.Match[str]) -> str:
        code = int(found[1], 8) if len(found[1]) == 3 else ord(found[1])
        return chr(code) if code in PRINTABLE and chr(code) not in '.\\"();@$' else f"\\{code:03d}"

    return ESCAPED.sub(plain, text)
