"""Everything in a zone that points to the old provider, directly or through another of its names, and what it is there for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from skyflytt.dns.old_provider import OldProvider
from skyflytt.dns.records import mail_server, names_of, plain_text, short_name
from skyflytt.dns.roles import Role, role_of
from skyflytt.dns.spf import is_spf, terms
from skyflytt.dns.zone import RecordSet, Zone

HOST_IN_TEXT = re.compile(r"(?:[\w-]+\.)+[a-z][\w-]+", re.IGNORECASE)
ADDRESS_IN_TEXT = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7})(?![\w:])", re.IGNORECASE
)
WITH_TEXT = ("URI", "NAPTR", "SVCB", "HTTPS", "CAA")
"""Types whose values name hosts or addresses as text, too."""
ONLY_A_PERSON_KNOWS = {
    "dkim": "whose mail is signed with this key cannot be seen in it",
    "mta-sts": "its policy names the servers that receive mail, and has to change together with them",
    "tlsa": "it is the certificate of the server that answers now",
}
"""Roles whose records say nothing of the provider in themselves, and why they count until somebody has decided."""


@dataclass(frozen=True, slots=True)
class Pointing:
    """One record that points to the old provider.

    `to` is the name, network or reason; `through` the name within the zone that leads there, None when the record does itself.
    `sure` is False where only a person knows whether it does.
    """

    name: str
    type: str
    value: str
    role: Role
    to: str
    through: str | None = None
    sure: bool = True

    @property
    def key(self) -> tuple[str, str]:
        return self.name, self.type


def pointing(zone: Zone, old: OldProvider) -> list[Pointing]:
    """All of them, sorted by name, type and value, each record once."""
    led = _led_astray(zone, old)
    found = (_of_record(zone, old, led, one, value) for one in zone.sets for value in one.values)
    return [one for one in found if one is not None]


def _of_record(zone: Zone, old: OldProvider, led: dict[str, str], one: RecordSet, value: str) -> Pointing | None:
    found = _direct(old, value, one.type), _through(zone, one, value, led)
    if not any(found) and one.type not in ("TXT", "TLSA"):
        return None
    to, through = found
    role = role_of(short_name(one.name, zone.origin), one, plain_text(one.type, value))
    if to:
        return Pointing(one.name, one.type, value, role, to)
    if through:
        return Pointing(one.name, one.type, value, role, led[through], through)
    if role.id == "tlsa" and (host := _host_of_service(one.name)) in led:
        return Pointing(one.name, one.type, value, role, f"{host}: {ONLY_A_PERSON_KNOWS['tlsa']}", sure=False)
    if role.id in ("dkim", "mta-sts") and one.type == "TXT":
        return Pointing(one.name, one.type, value, role, ONLY_A_PERSON_KNOWS[role.id], sure=False)
    return None


def _led_astray(zone: Zone, old: OldProvider) -> dict[str, str]:
    """Names of the zone that end at the old provider by their address or alias, with what they end at; chains are followed."""
    led = {
        one.name: to
        for one in zone.sets
        for value in one.values
        if one.type in ("A", "AAAA", "CNAME") and (to := _direct(old, value, one.type))
    }
    aliases = [(one.name, one.values[0]) for one in zone.sets if one.type == "CNAME"]
    while found := {name: led[target] for name, target in aliases if target in led and name not in led}:
        led |= found
    return led


def _through(zone: Zone, one: RecordSet, value: str, led: dict[str, str]) -> str | None:
    if one.type == "TXT" and is_spf(text := plain_text("TXT", value)):
        return next((name for name in _names_of_spf(zone, one.name, text) if name in led), None)
    if one.type in ("TXT", "TLSA", "DS"):
        return None
    return next((name for name in names_of(one.type, value) if name in led), None)


def _names_of_spf(zone: Zone, owner: str, text: str) -> Iterator[str]:
    for term in terms(text):
        name = f"{term.of.rstrip('.')}." if term.of else owner
        if term.kind == "a":
            yield name
        elif term.kind == "mx" and (servers := zone.find(name, "MX")):
            yield from (mail_server(value) for value in servers.values)


def _direct(old: OldProvider, value: str, kind: str) -> str | None:
    """What of the old provider's the record names itself."""
    if kind in ("A", "AAAA"):
        return value if old.owns_address(value) else None
    if kind in ("TXT", "SPF"):
        return _old_in_text(plain_text(kind, value), old)
    names = (name for name in names_of(kind, value) if old.owns_name(name))
    return next(names, None) or (_old_in_text(value, old) if kind in WITH_TEXT else None)


def _old_in_text(text: str, old: OldProvider) -> str | None:
    if is_spf(text):
        for term in terms(text):
            if term.of and (old.owns_address(term.of) if term.is_network else old.owns_name(term.of)):
                return term.text
        return None
    names = (one for one in HOST_IN_TEXT.findall(text) if old.owns_name(one))
    addresses = (one for one in ADDRESS_IN_TEXT.findall(text) if old.owns_address(one))
    return next(names, None) or next(addresses, None)


def _host_of_service(name: str) -> str:
    """`_25._tcp.mail.norrsken.example.` is of `mail.norrsken.example.` (RFC 6698 section 3)."""
    return ".".join(part for part in name.split(".") if not part.startswith("_"))
