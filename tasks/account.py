"""The account of a pass as an artifact: source = moved + skipped + failed, and every item that needs a word, with its reason."""

from __future__ import annotations

from itertools import islice

from prefect.artifacts import create_table_artifact

from skyflytt.ledger import items
from skyflytt.ledger.passes import Account
from skyflytt.ledger.schema import State
from skyflytt.phase.migration import Migration
from tasks.artifact_key import artifact_key

MOST_ROWS = 500


def record_account(migration: Migration, step: str, account: Account, more: str = "") -> None:
    """Write the account's table, and one of what was skipped or failed when there is any; `more` is said with the sums."""
    item = account.workload.name
    sums = f"{account.source} = {account.moved} moved + {account.skipped} skipped + {account.failed} failed"
    if account.gone:
        more = (
            f" {account.gone} are no longer at the source; {account.gone_kept} of them are still at the target.{more}"
        )
    create_table_artifact(
        [account_row(account)],
        key=artifact_key(migration.name, step, item),
        description=f"**{step} {item}**, pass {account.number}: {sums}; {account.moved_now} of them moved in this pass.{more}",
    )
    left = items.stream(migration.ledger, account.workload, State.SKIPPED, State.FAILED)
    remarked = items.remarked(migration.ledger, account.workload)
    for about, told, which in (("left", "not moved, and why", left), ("remarks", "moved, but see why", remarked)):
        rows = [
            {"item": one.key, "state": one.state.value, "code": one.code, "reason": one.detail}
            for one in islice(which, MOST_ROWS)
        ]
        if rows:
            key = artifact_key(migration.name, step, item, about)
            create_table_artifact(rows, key=key, description=f"{step} {item}: {told}.")


def account_row(account: Account) -> dict[str, int | str]:
    """An account as a row of a summary table."""
    return {
        "workload": account.workload.label,
        "source": account.source,
        "moved": account.moved,
        "skipped": account.skipped,
        "failed": account.failed,
        "moved now": account.moved_now,
        "MB": round(account.source_bytes / 1_000_000, 1),
        "pass": account.number,
        "mode": account.mode.value,
    }
