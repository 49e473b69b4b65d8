"""What is called otherwise at the target: each such path of the source, and where it goes. Kept for good, so that it goes there always."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sqlalchemy import insert, select

from skyflytt.ledger.items import BATCH_ROWS, batches
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Pass, require_running
from skyflytt.ledger.schema import renamed
from skyflytt.ledger.workloads import Workload


class Renamed(NamedTuple):
    """`path` and `place` are without a slash at the end; `rules` are the codes of what the old name breaks, with commas between."""

    path: str
    place: str
    rules: str


def all_renamed(ledger: Ledger, workload: Workload) -> Iterator[Renamed]:
    """In the order of the paths' bytes."""
    rows = select(renamed.c.path, renamed.c.place, renamed.c.rules).where(renamed.c.workload == workload.id)
    with ledger.reading() as connection:
        yield from (Renamed(*row) for row in connection.execute(rows.order_by(renamed.c.path)))


def record_renamed(ledger: Ledger, running: Pass, new: Iterable[Renamed]) -> None:
    """Remember where these paths go; to be called before anything is written there, and once for each."""
    for batch in batches(new, BATCH_ROWS):
        rows = [
            {
                "workload": running.workload.id,
                "path": one.path,
                "place": one.place,
                "rules": one.rules,
                "pass": running.number,
            }
            for one in batch
        ]
        with ledger.writing() as connection:
            require_running(connection, running)
            connection.execute(insert(renamed), rows)
