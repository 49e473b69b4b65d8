"""The snapshot of a zone: what the way back leads to. In the ledger, and as a master file without the SOA."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from skyflytt.dns.alone import alone
from skyflytt.dns.master_file import digest, to_text
from skyflytt.dns.move import DomainMove
from skyflytt.dns.rows import begin_row, find_row
from skyflytt.dns.zone import Zone
from skyflytt.errors.dns import SnapshotInUse


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`digest` is the SHA-256 of the file's bytes; the same zone always gives the same ones."""

    zone: Zone
    digest: str
    file: Path


@alone
def snapshot(move: DomainMove, *, anew: bool = False) -> Snapshot:
    """Read the zone and keep it. Raises `SnapshotInUse` while the way back needs the older one, unless `anew`."""
    row = find_row(move.ledger, move.project, move.domain.name)
    if row is not None and row.written and not anew:
        raise SnapshotInUse(
            move.domain.name, f"it was taken at {row.taken_at:%Y-%m-%d %H:%M} UTC and the zone was changed since"
        )
    zone = move.host.read()
    text = to_text(zone)
    found = Snapshot(zone, digest(text), move.folder / f"{move.domain.name}.{digest(text)[:12]}.zone")
    move.folder.mkdir(parents=True, exist_ok=True)
    beside = found.file.with_suffix(".part")
    beside.write_text(text)
    beside.replace(found.file)
    records = sum(len(one.values) for one in zone.sets)
    data = {"digest": found.digest, "serial": zone.serial, "signed": zone.signed, "records": records, "anew": anew}
    begin_row(move.ledger, move.project, move.domain.name, text, found.digest, by=move.by, data=data)
    return found
