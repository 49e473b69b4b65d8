"""Whether every authoritative server and several resolvers have the zone as it is to be at this stage of its cutover."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from skyflytt.dns.move import DomainMove
from skyflytt.dns.rows import row_of
from skyflytt.dns.stages import stage
from skyflytt.dns.verdict import ServerVerdict
from skyflytt.ledger import journal


def verify(move: DomainMove) -> list[ServerVerdict]:
    """A verdict for each address, authoritative servers first. Journalled by counts. Raises `NoSnapshot`, and what the host raises."""
    row = row_of(move.ledger, move.project, move.domain.name)
    current = move.host.read()
    after, changes = stage(row, move.lowered_ttl_s, current)
    verdicts = move.look(move.domain, replace(after, serial=current.serial, signed=current.signed), changes, move.clock)
    counts = Counter(f"{one.kind}.{one.answer}" for one in verdicts)
    data = {"state": row.state, "serial": current.serial, "answers": dict(counts)}
    journal.append(move.ledger, move.project, actor=move.by, action="dns-verified", subject=row.domain, data=data)
    return verdicts
