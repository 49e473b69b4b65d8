"""Whether an answer from a signed zone carries signatures that hold (RFC 4035 section 5.3), by the zone's own keys."""

from __future__ import annotations

from datetime import datetime

import dns.dnssec
import dns.exception
import dns.message
import dns.name
import dns.rrset

from skyflytt.dns.asking import Server, ask, rrset_in

Keys = dict[dns.name.Name, dns.rrset.RRset]


def keys_at(server: Server, origin: str) -> Keys:
    """The zone's DNSKEY set as this server has it; empty where it has none. Raises `NoAnswer`."""
    answer = ask(server, origin, "DNSKEY", dnssec=True)
    found = rrset_in(answer, (origin, "DNSKEY"))
    return {dns.name.from_text(origin): found} if found is not None else {}


def fault_of(answer: dns.message.Message, key: tuple[str, str], keys: Keys, now: datetime) -> str | None:
    """What is wrong with the signature of a set in the answer; None where nothing is. What is not there has none."""
    found = rrset_in(answer, key)
    if found is None:
        return None
    signatures = next((one for one in answer.answer if one.covers == found.rdtype and one.name == found.name), None)
    if signatures is None:
        return "it is not signed"
    if not keys:
        return "the server shows no keys (DNSKEY)"
    return _first_fault(found, signatures, keys, now)


def _first_fault(found: dns.rrset.RRset, signatures: dns.rrset.RRset, keys: Keys, now: datetime) -> str | None:
    """One signature that holds is enough; else what is wrong with the first."""
    faults = []
    for one in signatures:
        try:
            dns.dnssec.validate_rrsig(found, one, keys, now=now.timestamp())  # type: ignore[arg-type]
        except dns.exception.DNSException as error:
            faults.append(f"its signature: {error}" if str(error) else "its signature does not hold")
        else:
            return None
    return faults[0]
