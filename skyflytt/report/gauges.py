"""How far each mailbox, share, export and drop is: source = moved + left out + failed, counted twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from skyflytt.ledger.schema import State
from skyflytt.ledger.workloads import Workload
from skyflytt.project.model import Project
from skyflytt.report.counted import Counted, Counts, Passes
from skyflytt.report.passes import ENDED, PassRow

NOT_STARTED = "not started"
MOVED_KINDS = ("mailbox", "share")
"""What arrives at the new home; archives, exports and drops are on the way there, or beside it."""
KINDS: Mapping[str, str] = {
    "mailbox": "Mailboxes",
    "share": "Shares",
    "archive": "Archives of mailboxes",
    "export": "Exports",
    "drop": "Drops",
}


@dataclass(frozen=True, slots=True)
class Gauge:
    """One workload. `source` is what the source has: `moved` + `left_out` + `failed` + `open`, as the items stand in the ledger.

    `adds_up`: the account of the pass that ended says exactly the same and nothing is open; None while no account is closed.
    `pass_state` is running, ended, interrupted or not started, `at` when that began or came.
    """

    kind: str
    name: str
    pass_state: str = NOT_STARTED
    at: datetime | None = None
    number: int = 0
    moved: int = 0
    left_out: int = 0
    failed: int = 0
    open: int = 0
    gone: int = 0
    source_bytes: int = 0
    moved_bytes: int = 0
    adds_up: bool | None = None
    reasons: tuple[tuple[str, int], ...] = field(default=())

    @property
    def source(self) -> int:
        return self.moved + self.left_out + self.failed + self.open

    @property
    def label(self) -> str:
        return f"{self.kind} {self.name}"

    @property
    def is_whole(self) -> bool:
        """Nothing is left to do."""
        return self.pass_state == ENDED and not self.failed and self.adds_up is True


def gauges(project: Project, workloads: Sequence[Workload], passes: Passes, counts: Counts) -> list[Gauge]:
    """A gauge for each workload of the ledger, and for each mailbox and share of the project file that has none yet.

    In the order of `KINDS`; of a kind, what failed or does not add up comes first, then what is not whole, then by name.
    """
    found = [_gauge(one, passes.get(one.id, ()), counts.get(one.id, ())) for one in workloads]
    there = {(one.kind, one.name) for one in found}
    found += [Gauge(kind, name) for kind, name in _wanted(project) if (kind, name) not in there]
    order = [*KINDS]
    return sorted(found, key=lambda one: (order.index(one.kind) if one.kind in order else len(order), *_weight(one)))


def together(of: Sequence[Gauge]) -> Gauge:
    """The sum, as a gauge of its own."""
    accounts = [one.adds_up for one in of]
    sums = {name: sum(getattr(one, name) for one in of) for name in _SUMMED}
    adds_up = False if False in accounts else None if None in accounts or not accounts else True
    return Gauge("all", "", adds_up=adds_up, **sums)


_SUMMED = ("moved", "left_out", "failed", "open", "gone", "source_bytes", "moved_bytes")


def _gauge(workload: Workload, passes: Sequence[PassRow], counted: Sequence[Counted]) -> Gauge:
    if not passes:
        return Gauge(workload.kind, workload.name)
    newest, items, size = passes[-1], Counter[State](), Counter[State]()
    reasons = Counter[str]()
    for one in counted:
        items[one.state] += one.items
        size[one.state] += one.size_bytes
        if one.state is State.SKIPPED:
            reasons[one.code] += one.items
    still_open = items[State.SEEN] + items[State.STARTED]
    adds_up = None
    if newest.state == ENDED:
        account = (newest.source, newest.moved, newest.skipped, newest.failed)
        parts = (items[State.DONE], items[State.SKIPPED], items[State.FAILED])
        adds_up = account == (sum(parts), *parts) and not still_open
    return Gauge(
        workload.kind,
        workload.name,
        newest.state,
        newest.ended_at or newest.started_at,
        newest.number,
        moved=items[State.DONE],
        left_out=items[State.SKIPPED],
        failed=items[State.FAILED],
        open=still_open,
        gone=items[State.GONE],
        source_bytes=sum(size.values()) - size[State.GONE],
        moved_bytes=size[State.DONE],
        adds_up=adds_up,
        reasons=tuple(reasons.most_common()),
    )


def _wanted(project: Project) -> Iterator[tuple[str, str]]:
    yield from (("mailbox", one.name) for one in project.mailboxes)
    yield from (("share", one.name) for one in project.shares)


def _weight(one: Gauge) -> tuple[bool, bool, str]:
    return (not one.failed and one.adds_up is not False, one.is_whole, one.name)
