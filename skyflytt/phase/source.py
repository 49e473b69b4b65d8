"""Whether a workload's source may still be read as what the customer has there."""

from __future__ import annotations

from skyflytt.decommission.erase import deletion
from skyflytt.errors.ledger import SourceErased
from skyflytt.ledger.workloads import Workload
from skyflytt.phase.migration import Migration


def require_source(migration: Migration, workload: Workload) -> None:
    """Raise `SourceErased` once a deletion of the workload's source has started."""
    erased = deletion(migration.ledger, workload)
    if erased is not None:
        raise SourceErased(workload.label, f"its deletion is {erased.state}")
