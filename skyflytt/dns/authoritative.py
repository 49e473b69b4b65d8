"""An authoritative server asked for what a change made: right, lagging, lame, or something else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import dns.flags
import dns.message
import dns.rcode

from skyflytt.dns.asking import NoAnswer, Server, ask, rrset_in, set_in
from skyflytt.dns.expected import expected, seen_from_outside
from skyflytt.dns.records import same_records, same_set
from skyflytt.dns.signatures import fault_of, keys_at
from skyflytt.dns.verdict import Answer, ServerVerdict
from skyflytt.dns.zone import Change, Zone, with_sets

Key = tuple[str, str]


def look_at_authoritative(server: Server, after: Zone, changes: Sequence[Change], now: datetime) -> ServerVerdict:
    """`after` is the zone as every server has to have it; `changes` lead there, and their `before` is what a lagging server says."""
    try:
        about = ask(server, after.origin, "SOA")
        if fault := _lame(about, after.origin):
            return _verdict(server, Answer.LAME, detail=fault)
        return _compare(server, _serial(about, after.origin), after, changes, now)
    except NoAnswer as silence:
        return _verdict(server, Answer.UNREACHED if silence.no_way else Answer.SILENT, detail=str(silence))


def _compare(
    server: Server, serial: int | None, after: Zone, changes: Sequence[Change], now: datetime
) -> ServerVerdict:
    before = with_sets(after, {one.key: one.before for one in changes})
    keys = keys_at(server, after.origin) if after.signed else {}
    old: list[Key] = []
    wrong: list[Key] = []
    faults: dict[Key, str] = {}
    for change in changes:
        if not seen_from_outside(after, change.key):
            continue
        answer = ask(server, *change.key, dnssec=after.signed)
        if fault := _lame(answer, after.origin):
            return _verdict(server, Answer.LAME, serial, detail=f"{' '.join(change.key)}: {fault}")
        found = set_in(answer, change.key)
        if not same_set(found, expected(after, change.key)):
            # While TTLs change, too, an old answer is told by its records alone.
            (old if same_records(found, expected(before, change.key)) else wrong).append(change.key)
        elif after.signed and (fault := fault_of(answer, change.key, keys, now)):
            faults[change.key] = fault
    if wrong:
        return _verdict(server, Answer.WRONG, serial, (*wrong, *old))
    if old:
        return _verdict(
            server, Answer.LAGGING, serial, old, f"the host has serial {after.serial}" if after.serial else ""
        )
    if faults:
        return _verdict(server, Answer.UNSIGNED, serial, list(faults), next(iter(faults.values())))
    return _verdict(server, Answer.RIGHT, serial)


def _lame(answer: dns.message.Message, origin: str) -> str | None:
    """Why this is not the answer of a server that serves the zone; None where it is."""
    if answer.rcode() not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        return f"it answers {dns.rcode.to_text(answer.rcode())}"
    if not answer.flags & dns.flags.AA:
        return f"its answer is not authoritative for {origin}"
    return None


def _serial(answer: dns.message.Message, origin: str) -> int | None:
    found = rrset_in(answer, (origin, "SOA"))
    return int(found[0].serial) if found is not None else None


def _verdict(
    server: Server, answer: Answer, serial: int | None = None, differing: Sequence[Key] = (), detail: str = ""
) -> ServerVerdict:
    return ServerVerdict(
        "authoritative", server.name, server.address, server.port, answer, serial, tuple(differing), None, detail
    )
