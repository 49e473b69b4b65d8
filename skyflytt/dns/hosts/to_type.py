"""A change in lines that a person can type into a form: name before the domain, type, data without quotes, TTL."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.dns.hosts.texts import text_of
from skyflytt.dns.records import names_in, parsed, short_name
from skyflytt.dns.zone import Change


def to_type(origin: str, change: Change) -> Iterator[str]:
    """Removals first; a record that stays is named only where its TTL changes."""
    name, kind = change.key
    before, after = change.before, change.after
    what = f"{short_name(name, origin)}  {kind}"
    old, new = before.values if before else (), after.values if after else ()
    for value in old:
        if value not in new:
            yield f"remove      {what}  {as_typed(kind, value)}"
    for value in new if after else ():
        line = f"{what}  {as_typed(kind, value)}  TTL {after.ttl_s if after else 0}"
        if value not in old:
            yield f"add         {line}"
        elif before and after and before.ttl_s != after.ttl_s:
            yield f"change TTL  {line} (it was {before.ttl_s})"


def as_typed(kind: str, value: str) -> str:
    """Texts in one piece and bare, names without their last dot: as most forms take them."""
    data = parsed(kind, value)
    if kind in ("TXT", "SPF"):
        return text_of(value).decode("utf-8", "backslashreplace")
    for one in names_in(data):
        if len(one) > 1:
            value = value.replace(one.to_text(), one.to_text(omit_final_dot=True))
    if kind == "MX":
        preference, _, target = value.partition(" ")
        return f"{target} with priority {preference}"
    return value
