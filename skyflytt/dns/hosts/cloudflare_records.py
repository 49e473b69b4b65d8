"""Cloudflare's records as sets, and data as Cloudflare takes it: names without their last dot, and fields where others have one line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import dns.tokenizer

from skyflytt.dns.alias import KIND as ALIAS
from skyflytt.dns.records import MADE_BY_SERVERS, absolute, lower_names, parsed, value_of
from skyflytt.dns.zone import RecordSet, Zone

NUMBER, WORD, TEXT, NAME, REST = "number", "word", "text", "name", "rest"
FIELDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "CAA": (("flags", NUMBER), ("tag", WORD), ("value", TEXT)),
    "DS": (("key_tag", NUMBER), ("algorithm", NUMBER), ("digest_type", NUMBER), ("digest", REST)),
    "HTTPS": (("priority", NUMBER), ("target", NAME), ("value", REST)),
    "NAPTR": (
        ("order", NUMBER), ("preference", NUMBER), ("flags", TEXT), ("service", TEXT), ("regex", TEXT), ("replacement", NAME),
    ),
    "SMIMEA": (("usage", NUMBER), ("selector", NUMBER), ("matching_type", NUMBER), ("certificate", REST)),
    "SRV": (("priority", NUMBER), ("weight", NUMBER), ("port", NUMBER), ("target", NAME)),
    "SSHFP": (("algorithm", NUMBER), ("type", NUMBER), ("fingerprint", REST)),
    "SVCB": (("priority", NUMBER), ("target", NAME), ("value", REST)),
    "TLSA": (("usage", NUMBER), ("selector", NUMBER), ("matching_type", NUMBER), ("certificate", REST)),
}  # fmt: skip
"""The parts of `data`, in the order of the presentation form."""
IN_ONE_LINE = frozenset({"A", "AAAA", "CNAME", "MX", "NS", "PTR", "TXT"})
TYPES = IN_ONE_LINE | frozenset(FIELDS) | {ALIAS}
AUTO, AUTO_TTL_S = 1, 300
"""A TTL of 1 means that Cloudflare chooses, which is 300 s; so it is for every proxied record."""


def zone_from(origin: str, listed: Iterable[Mapping[str, Any]], own: tuple[RecordSet, ...]) -> Zone:
    """`own` are sets that Cloudflare makes and does not list."""
    found = {(one.name, one.type): (one.ttl_s, set(one.values)) for one in own}
    for one in listed:
        if one["type"] not in MADE_BY_SERVERS:
            ttl, values = found.setdefault(key_of(origin, one), (ttl_of(one), set()))
            found[key_of(origin, one)] = (min(ttl, ttl_of(one)), values | {value_from(one)})
    return Zone(origin, tuple(sorted(RecordSet(*key, ttl, tuple(sorted(v))) for key, (ttl, v) in found.items())))


def key_of(origin: str, one: Mapping[str, Any]) -> tuple[str, str]:
    """Name and type of our set. A CNAME of the zone itself is none in DNS: it is answered with its target's addresses."""
    name, kind = absolute(str(one["name"])), str(one["type"])
    return name, ALIAS if (name, kind) == (origin, "CNAME") else kind


def ttl_of(one: Mapping[str, Any]) -> int:
    return AUTO_TTL_S if one["ttl"] == AUTO else int(one["ttl"])


def value_from(one: Mapping[str, Any]) -> str:
    """The data of a listed record in presentation form."""
    kind, content, fields = str(one["type"]), str(one.get("content", "")), one.get("data") or {}
    if kind == "TXT":
        return value_of(kind, content)
    if kind in FIELDS and all(key in fields for key, _ in FIELDS[kind]):
        content = " ".join(_shown(fields[key], sort) for key, sort in FIELDS[kind])
    elif kind in ("MX", "URI"):
        content = f"{one['priority']} {content}"
    return lower_names(parsed(kind, content)).to_text()


def data_for(kind: str, value: str) -> dict[str, Any]:
    """The fields of a record that say what it holds."""
    if kind in FIELDS:
        return {"data": _fields(kind, value)}
    if kind == "MX":
        priority, _, target = value.partition(" ")
        return {"priority": int(priority), "content": _name(target)}
    return {"content": _name(value) if kind in ("CNAME", "NS", "PTR", ALIAS) else value}


def type_for(kind: str) -> str:
    return "CNAME" if kind == ALIAS else kind


def _fields(kind: str, value: str) -> dict[str, Any]:
    tokens = dns.tokenizer.Tokenizer(value)
    found: dict[str, Any] = {}
    for key, sort in FIELDS[kind]:
        if sort == REST:
            found[key] = _rest(kind, value, len(found))
            break
        token = tokens.get()
        text = token.unescape().value if sort == TEXT else token.value
        found[key] = int(text) if sort == NUMBER else _name(text) if sort == NAME else text
    return found


def _rest(kind: str, value: str, words: int) -> str:
    """What stands after so many words: parameters with their blanks, digits without."""
    rest = "".join(value.split(" ", words)[words:])
    return rest if kind in ("HTTPS", "SVCB") else rest.replace(" ", "")


def _shown(part: Any, sort: str) -> str:
    if sort == TEXT:
        return '"{}"'.format(str(part).replace("\\", "\\\\").replace('"', '\\"'))
    return str(part)


def _name(name: str) -> str:
    return name if name == "." else name.removesuffix(".")
