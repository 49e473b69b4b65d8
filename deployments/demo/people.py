"""What people do in the demo: approve, collect the data, confirm the receipt. Each decision is printed with its name."""

from __future__ import annotations

import csv
import hashlib
import io

from skyflytt.drop.rows import DropState, drop_rows
from skyflytt.errors.base import NeedsPerson
from skyflytt.files.copy import content_digest
from skyflytt.files.ftps import open_ftps
from skyflytt.files.port import FileStore
from skyflytt.phase.decide import Decision, decide
from skyflytt.phase.drops import secret_file_of
from skyflytt.phase.migration import Migration
from skyflytt.project.servers import FtpsServer

OWNER, APPROVER = "Anna Åström", "Bengt Öberg"
COLLECTED_FILES = 40


class CollectedDiffers(NeedsPerson):
    """What the customer collected is not what the manifest says: {item}: {detail}"""

    code = "demo.collected-differs"
    advice = "Look at the drop: its contents changed after the manifest was written."


def act(migration: Migration, step: str) -> list[str]:
    """What the people do when the playbook waits for them at this step; what they said, in order."""
    if step == "cutover-approval":
        return [decide(migration, Decision.CUTOVER, APPROVER)]
    if step == "receipt":
        return _receive(migration)
    if step == "decommission-approval":
        held = decide(migration, Decision.NO_HOLDS, OWNER)
        return [held, *(decide(migration, Decision.DELETION, name) for name in (OWNER, APPROVER))]
    return []


def _receive(migration: Migration) -> list[str]:
    """The customer signs in with its own credentials over FTPS, fetches the manifest and files, and compares them."""
    said = []
    for name, row in drop_rows(migration.ledger, migration.name).items():
        server = migration.project.server(migration.project.drop(name).server)
        if row.state is not DropState.OPEN or not isinstance(server, FtpsServer):
            continue
        secret = secret_file_of(migration, name).read_text()
        with open_ftps(server, secret, user=f"{migration.name}-{name}") as drop:
            with drop.read("MANIFEST.csv") as manifest:
                content = manifest.read()
            collected = _compare(drop, content)
        said.append(f"{OWNER} collected {collected} files and the manifest over FTPS; their digests agree.")
        said.append(decide(migration, Decision.RECEIPT, OWNER, hashlib.sha256(content).hexdigest()))
    return said


def _compare(drop: FileStore, manifest: bytes) -> int:
    rows = list(csv.DictReader(io.StringIO(manifest.decode())))
    chosen = rows[:: max(1, len(rows) // COLLECTED_FILES)][:COLLECTED_FILES]
    for row in chosen:
        if content_digest(drop, row["path"]) != row["sha256"]:
            raise CollectedDiffers(row["path"], "another digest")
    return len(chosen)
