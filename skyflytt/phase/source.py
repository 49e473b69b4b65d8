"""Whether a workload's source may still be read as what the customer has there, and whether it is ours to empty in the end."""

from __future__ import annotations

from skyflytt.decommission.erase import deletion
from skyflytt.decommission.exempt import exempt
from skyflytt.errors.ledger import SourceErased
from skyflytt.ledger.workloads import Workload
from skyflytt.phase.migration import Migration
from skyflytt.project.mailboxes import Mailbox
from skyflytt.project.servers import PstServer

ACTOR = "skyflytt"
HANDED_OVER = (
    "Its source is PST files that were handed over. There is no account to close, and nothing in the files is deleted: whether "
    "and when they are erased is the customer's decision."
)


def require_source(migration: Migration, workload: Workload) -> None:
    """Raise `SourceErased` once a deletion of the workload's source has started."""
    erased = deletion(migration.ledger, workload)
    if erased is not None:
        raise SourceErased(workload.label, f"its deletion is {erased.state}")


def note_whose_it_is(migration: Migration, mailbox: Mailbox) -> None:
    """Keep what was handed over out of every plan of deletion."""
    handed_over = isinstance(migration.project.server(mailbox.source.server), PstServer)
    reason = HANDED_OVER if handed_over else ""
    exempt(migration.ledger, migration.workload("mailbox", mailbox.name), reason, by=ACTOR)
