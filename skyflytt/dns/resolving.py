"""A resolver asked for what a change made: others see the domain through such ones, and may do so from their memory for a while."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import dns.rcode

from skyflytt.dns.asking import NoAnswer, Server, ask, set_in
from skyflytt.dns.expected import expected, seen_from_outside
from skyflytt.dns.records import same_records
from skyflytt.dns.verdict import Answer, ServerVerdict
from skyflytt.dns.zone import Change, Zone, with_sets

Key = tuple[str, str]
NO_SUCH = (dns.rcode.NOERROR, dns.rcode.NXDOMAIN)


def look_at_resolver(server: Server, after: Zone, changes: Sequence[Change], now: datetime) -> ServerVerdict:
    """TTLs are not compared, since they run down there; those of old answers tell until when they may be given."""
    before = with_sets(after, {one.key: one.before for one in changes})
    cached: list[Key] = []
    wrong: list[Key] = []
    longest = 0
    for change in changes:
        if not seen_from_outside(after, change.key):
            continue
        try:
            answer = ask(server, *change.key, recursion=True)
            if answer.rcode() not in NO_SUCH:
                return _refused(server, change.key, answer.rcode())
        except NoAnswer as silence:
            return _verdict(
                server, Answer.UNREACHED if silence.no_way else Answer.SILENT, [change.key], None, str(silence)
            )
        found = set_in(answer, change.key)
        if same_records(found, expected(after, change.key)):
            continue
        if same_records(found, expected(before, change.key)):
            cached.append(change.key)
            longest = max(longest, found.ttl_s if found else _negative_ttl(answer))
        else:
            wrong.append(change.key)
    if wrong:
        return _verdict(server, Answer.WRONG, wrong + cached)
    if cached:
        return _verdict(server, Answer.CACHED, cached, now + timedelta(seconds=longest))
    return _verdict(server, Answer.RIGHT)


def _refused(server: Server, key: Key, code: dns.rcode.Rcode) -> ServerVerdict:
    """A resolver that validates says SERVFAIL to what does not; asked not to, it answers (RFC 4035 section 5.5)."""
    words = f"it answers {dns.rcode.to_text(code)}"
    if code is dns.rcode.SERVFAIL:
        try:
            if ask(server, *key, recursion=True, unchecked=True).rcode() in NO_SUCH:
                return _verdict(server, Answer.BOGUS, [key], None, "without validation it answers")
        except NoAnswer:
            pass
    return _verdict(server, Answer.SILENT, [key], None, words)


def _negative_ttl(answer: object) -> int:
    """How long "there is no such" may be kept: the lesser of the SOA's own TTL and its last field (RFC 2308 section 5)."""
    found = next((one for one in getattr(answer, "authority", ()) if hasattr(one[0], "minimum")), None)
    return min(int(found.ttl), int(found[0].minimum)) if found is not None else 0


def _verdict(
    server: Server, answer: Answer, differing: Sequence[Key] = (), until: datetime | None = None, detail: str = ""
) -> ServerVerdict:
    return ServerVerdict(
        "resolver", server.name, server.address, server.port, answer, None, tuple(differing), until, detail
    )
