"""What no name server would serve, or what would break the domain for everybody: found before anything is changed."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.dns.port import Capabilities
from skyflytt.dns.records import mail_server, plain_text, short_name
from skyflytt.dns.spf import is_spf
from skyflytt.dns.zone import Change, Zone

BESIDE_AN_ALIAS = frozenset({"CNAME", "RRSIG", "NSEC", "KEY"})


def problems(after: Zone, changes: tuple[Change, ...], host: Capabilities | None = None) -> Iterator[str]:
    """Sentences on what cannot stand. Only what the changes bring is looked at: a zone's older faults are not the plan's."""
    touched = {change.key[0] for change in changes}
    for name in sorted(touched):
        short = short_name(name, after.origin)
        here = [one for one in after.sets if one.name == name]
        if any(one.type == "CNAME" for one in here):
            beside = sorted({one.type for one in here} - BESIDE_AN_ALIAS)
            if name == after.origin:
                yield f"{short}: the domain itself cannot be an alias (CNAME, RFC 1034 section 3.6.2)"
            elif beside:
                yield f"{short}: an alias (CNAME) cannot stand beside {', '.join(beside)} (RFC 1034 section 3.6.2)"
            if any(len(one.values) > 1 for one in here if one.type == "CNAME"):
                yield f"{short}: a name has one alias (CNAME) at most"
        spf = [value for one in here if one.type == "TXT" for value in one.values if is_spf(plain_text("TXT", value))]
        if len(spf) > 1:
            yield f"{short}: {len(spf)} SPF records, and receivers take that for none (RFC 7208 section 3.2)"
    for change in changes:
        yield from _of_change(after, change, host)


def _of_change(after: Zone, change: Change, host: Capabilities | None) -> Iterator[str]:
    name, kind = change.key
    short = short_name(name, after.origin)
    if host is not None and host.types is not None and kind not in host.types:
        yield f"{short} {kind}: the host {host.name} does not change records of this type"
    if host is not None and change.after is not None and change.after.ttl_s < host.min_ttl_s:
        yield f"{short} {kind}: the host {host.name} keeps no TTL shorter than {host.min_ttl_s} s"
    if kind == "NS" and name == after.origin and after.signed:
        yield f"{short} NS: the zone is signed (DNSSEC); its DS at the registry has to go before its name servers change"
    if kind == "NS" and name == after.origin and change.after is None:
        yield f"{short} NS: a zone without name servers is none"
    if kind == "MX" and change.after is not None:
        yield from _of_mail(after, short, change.after.values)


def _of_mail(after: Zone, short: str, values: tuple[str, ...]) -> Iterator[str]:
    for value in values:
        target = mail_server(value)
        if after.find(target, "CNAME"):
            yield f"{short} MX: {target} is an alias, which a mail server's name must not be (RFC 2181 section 10.3)"
        elif target == "." and len(values) > 1:
            yield f"{short} MX: a null MX says that there is no mail, and stands alone (RFC 7505 section 3)"
        elif target.endswith(f".{after.origin}") and not _has_address(after, target):
            yield f"{short} MX: {target} has no address in the zone"


def _has_address(zone: Zone, name: str) -> bool:
    """Its own, or one that a wildcard above it gives; what lies in a part that others serve is theirs to know."""
    parts = name.removesuffix(f".{zone.origin}").split(".")
    above = [".".join([*parts[number:], zone.origin]) for number in range(len(parts))]
    if any(zone.find(one, "NS") for one in above):
        return True
    holders = {name, *(f"*.{one}" for one in [*above[1:], zone.origin])}
    return any(one.name in holders and one.type in ("A", "AAAA", "CNAME") for one in zone.sets)
