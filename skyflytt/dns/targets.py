"""Whether what a plan's new records lead to is there at all: a slip of the pen in a mail server's name costs a night's mail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import dns.exception
import dns.resolver

from skyflytt.dns.old_provider import is_within
from skyflytt.dns.records import names_of, plain_text
from skyflytt.dns.spf import is_spf, terms
from skyflytt.dns.zone import Change

LIFETIME_S = 5.0
TYPES_OF_A_HOST = ("A", "AAAA")


def missing_targets(origin: str, changes: Sequence[Change], resolver: dns.resolver.Resolver) -> list[str]:
    """Sentences on names outside the zone that new records lead to and that are not there. What is not answered is passed over."""
    asked = dict.fromkeys((name, kinds) for change in changes for name, kinds in _targets(origin, change))
    said = ((name, _missing(name, kinds, resolver)) for name, kinds in asked)
    return [f"{name} {words}" for name, words in said if words]


def _targets(origin: str, change: Change) -> Iterator[tuple[str, tuple[str, ...]]]:
    if change.after is None:
        return
    before = change.before.values if change.before else ()
    for value in change.after.values:
        if value in before:
            continue
        for name in names_of(change.after.type, value):
            if name != "." and not is_within(name, origin):
                # A key's alias leads to a text, and a domain's to whatever there is.
                kinds = ("TXT",) if "._domainkey." in name or change.key[0].startswith("_") else TYPES_OF_A_HOST
                yield name, TYPES_OF_A_HOST if change.after.type in ("MX", "SRV", "NS") else kinds
        if is_spf(text := plain_text(change.after.type, value)):
            yield from ((f"{one.of.rstrip('.')}.", ("TXT",)) for one in terms(text) if _is_asked_for(one.kind, one.of))


def _is_asked_for(kind: str, of: str) -> bool:
    """Names with macros are other ones for each sender (RFC 7208 section 7)."""
    return kind in ("include", "redirect") and bool(of) and "%" not in of


def _missing(name: str, kinds: Sequence[str], resolver: dns.resolver.Resolver) -> str:
    for kind in kinds:
        try:
            resolver.resolve(name, kind, lifetime=LIFETIME_S, search=False)
        except dns.resolver.NXDOMAIN:
            return "does not exist"
        except dns.resolver.NoAnswer:
            continue
        except dns.exception.DNSException:
            return ""
        else:
            return ""
    return f"has no {' or '.join(kinds)}"
