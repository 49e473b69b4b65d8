"""The countdown to a deletion: warnings that really went out, each its days before the end, and a new start when somebody works there.

All of it follows from the journal. A warning that was sent late moves the end: nobody has fewer days than the warning says.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from skyflytt.deadline.notice import days_later
from skyflytt.deadline.table import deadlines, set_deadlines
from skyflytt.deadline.terms import ERASURE, Deadline
from skyflytt.ledger import journal
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.schema import journal as journal_table
from skyflytt.notice.bounces import BOUNCED

WARNING_DAYS = (30, 7, 1)
"""How many days before the end each warning goes out, the earliest first."""
WARNED = "deletion-warned"
RESET = "deletion-countdown-reset"
DELETION = "deletion"
"""The deadline at which the countdown ends: the contract's, or a later one."""


@dataclass(frozen=True, slots=True)
class Warned:
    """One warning that went out to everybody. `ends_at` is the end that it announced, `came_back` how many of its messages did."""

    days: int
    at: datetime
    ends_at: datetime
    messages: tuple[str, ...]
    came_back: int = 0


@dataclass(frozen=True, slots=True)
class Countdown:
    """`warned` has the newest warning of each kind since the last start, whether it arrived or not; `ends_at` is None without deadline."""

    ends_at: datetime | None
    warned: Mapping[int, Warned]
    began_anew_at: datetime | None = None

    @property
    def valid(self) -> dict[int, Warned]:
        """The warnings that count: none of their messages came back, and each went out after the ones before it."""
        found: dict[int, Warned] = {}
        for days in WARNING_DAYS:
            one, before = self.warned.get(days), max((other.at for other in found.values()), default=None)
            if one is None or one.came_back or (before is not None and one.at < before):
                return found
            found[days] = one
        return found

    @property
    def missing(self) -> tuple[int, ...]:
        """The warnings that are still to be sent, in their order."""
        return tuple(days for days in WARNING_DAYS if days not in self.valid)


def countdown(ledger: Ledger, project: str) -> Countdown:
    """The countdown as the journal has it."""
    where = (journal_table.c.project == project) & journal_table.c.action.in_((WARNED, RESET, BOUNCED))
    with ledger.reading() as connection:
        rows = connection.execute(select(journal_table).where(where).order_by(journal_table.c.number)).all()
    bounced = {row.subject for row in rows if row.action == BOUNCED}
    erasure = deadlines(ledger, project).get(ERASURE)
    ends = [erasure.at] if erasure else []
    warned: dict[int, Warned] = {}
    began_anew_at = None
    for row in rows:
        data = json.loads(row.data)
        if row.action == RESET:
            warned, began_anew_at, ends = {}, row.at, [*ends, datetime.fromisoformat(data["ends_at"])]
        elif row.action == WARNED:
            one = _warned(row.at, data, bounced)
            warned[one.days] = one
    ends += [one.ends_at for one in warned.values() if not one.came_back]
    return Countdown(max(ends, default=None), warned, began_anew_at)


def end_with(found: Countdown, days: int, now: datetime, zone: ZoneInfo) -> datetime:
    """The end that a warning sent `now` announces: the present one, or so many days from now where that is later."""
    least = days_later(now, days, zone)
    return max(found.ends_at, least) if found.ends_at else least


def note_warned(
    ledger: Ledger, project: str, days: int, ends_at: datetime, messages: Iterable[str], *, by: str
) -> Countdown:
    """The warning went out to everybody in `messages` (their Message-IDs); only then is it called so."""
    data = {"days": days, "ends_at": ends_at.isoformat(), "messages": sorted(messages)}
    journal.append(ledger, project, actor=by, action=WARNED, subject=f"T-{days}", data=data)
    return keep_deadline(ledger, project, by=by)


def begin_anew(ledger: Ledger, project: str, why: str, zone: ZoneInfo, *, by: str) -> Countdown:
    """Somebody works at the source: every warning counts for nothing, and the countdown takes its full time again from now on."""
    ends_at = days_later(ledger.clock.now(), WARNING_DAYS[0], zone)
    data = {"ends_at": ends_at.isoformat(), "why": why}
    journal.append(ledger, project, actor=by, action=RESET, subject=project, data=data)
    return keep_deadline(ledger, project, by=by)


def keep_deadline(ledger: Ledger, project: str, *, by: str) -> Countdown:
    """Bring the ledger's deadline `deletion` to the countdown's end, so that steps can go by it."""
    found = countdown(ledger, project)
    if found.ends_at is not None:
        why = "The deadline of erasure; later where a warning went out late or somebody worked at the source."
        set_deadlines(ledger, project, [Deadline(DELETION, found.ends_at, why)], by=by)
    return found


def _warned(at: datetime, data: Mapping[str, object], bounced: set[str]) -> Warned:
    messages = tuple(str(one) for one in data["messages"])  # type: ignore[attr-defined]
    ends_at = datetime.fromisoformat(str(data["ends_at"]))
    return Warned(int(str(data["days"])), at, ends_at, messages, sum(one in bounced for one in messages))
