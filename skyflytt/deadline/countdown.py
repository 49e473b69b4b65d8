"""The count to an organisation's automatic deletion: renewal period, mark, thirty idle days, warning, thirty more, deletion.

Activity at any time sets the count back to its start; a sign-in of an administrator to the control hub also keeps the deletion off
for sixty days. Each function gives the state that follows, or raises `CountdownWrong`; nothing here reads or writes the ledger.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from skyflytt.deadline.notice import days_later
from skyflytt.errors.deadline import CountdownWrong

RENEWAL_DAYS = {"paid": 60, "trial": 30}
IDLE_DAYS = 30
WARNING_DAYS = 30
POSTPONED_DAYS = 60


class CountState(StrEnum):
    RENEWAL = "renewal"
    """The subscription has ended; paid services are suspended, all content stays reachable."""
    MARKED = "marked"
    """To be deleted, once nobody has been active for thirty days and the administrators have been warned."""
    WARNED = "warned"
    """Every full administrator has been written to; the last thirty days run."""
    PREVENTED = "prevented"
    """Licences are back: nothing is deleted."""
    DELETED = "deleted"


class Activity(StrEnum):
    """What counts as somebody being there."""

    APP_SIGN_IN = "app-sign-in"
    MESSAGE = "message"
    TOKEN_REFRESH = "token-refresh"
    ADMINISTRATOR_SIGN_IN = "administrator-sign-in"
    CONTROL_HUB_SIGN_IN = "control-hub-sign-in"


@dataclass(frozen=True, slots=True)
class Countdown:
    """One organisation's count. `idle_since` is its start, `not_before` what a sign-in postponed the deletion to (both aware)."""

    organisation: str
    state: CountState
    renewal_ends: datetime
    marked_at: datetime | None = None
    idle_since: datetime | None = None
    warned_at: datetime | None = None
    not_before: datetime | None = None
    bounced: str | None = None
    ended_at: datetime | None = None

    def warning_due(self, zone: ZoneInfo) -> datetime:
        """When the warning is due, if nobody is active until then; before the mark, as if it came at the renewal's end."""
        return days_later(self.idle_since or self.renewal_ends, IDLE_DAYS, zone)

    def deletion_due(self, zone: ZoneInfo) -> datetime:
        """When the deletion may be made at the earliest, if nobody is active until then."""
        due = days_later(self.warned_at or self.warning_due(zone), WARNING_DAYS, zone)
        return max(due, self.not_before) if self.not_before else due


def begin(organisation: str, subscription: str, ends: datetime, zone: ZoneInfo) -> Countdown:
    """The renewal period of a `paid` or `trial` subscription that ends at `ends`."""
    return Countdown(organisation, CountState.RENEWAL, days_later(ends, RENEWAL_DAYS[subscription], zone))


def mark(count: Countdown, at: datetime, *, licences: int, customers: int) -> Countdown:
    """To be deleted: the renewal period is over, no licence is left, and the organisation manages no customers."""
    _only(count, CountState.RENEWAL, "marked")
    if at < count.renewal_ends:
        raise CountdownWrong(count.organisation, f"its renewal period lasts to {count.renewal_ends:%Y-%m-%d}")
    if licences or customers:
        left = f"{licences} licences are left" if licences else f"it manages {customers} customers"
        raise CountdownWrong(count.organisation, f"{left}, so it is not marked for deletion")
    return replace(count, state=CountState.MARKED, marked_at=at, idle_since=at)


def active(count: Countdown, activity: Activity, at: datetime, zone: ZoneInfo) -> Countdown:
    """Somebody was there: a running count begins anew. News of an activity older than the count's start change nothing."""
    if count.state in (CountState.DELETED, CountState.PREVENTED):
        raise CountdownWrong(count.organisation, f"it is {count.state} since {count.ended_at:%Y-%m-%d}")
    if activity is Activity.CONTROL_HUB_SIGN_IN:
        until = days_later(at, POSTPONED_DAYS, zone)
        count = replace(count, not_before=max(until, count.not_before or until))
    if count.state is CountState.RENEWAL or count.idle_since is None or at <= count.idle_since:
        return count
    return replace(count, state=CountState.MARKED, idle_since=at, warned_at=None, bounced=None)


def warn(count: Countdown, at: datetime, zone: ZoneInfo, *, bounced: tuple[str, ...] = ()) -> Countdown:
    """Every full administrator was written to. Where a mail came back, nobody counts as warned, and the last days do not begin."""
    _only(count, CountState.MARKED, "warned about")
    if at < count.warning_due(zone):
        since = f"{count.idle_since:%Y-%m-%d}" if count.idle_since else "?"
        raise CountdownWrong(count.organisation, f"it is idle since {since}; the warning is due {IDLE_DAYS} days later")
    if bounced:
        return replace(count, bounced=", ".join(bounced))
    return replace(count, state=CountState.WARNED, warned_at=at, bounced=None)


def bounce(count: Countdown, address: str) -> Countdown:
    """A warning came back after all: the administrators are to be warned again, and the thirty days begin with that."""
    _only(count, CountState.WARNED, "told of a returned warning")
    return replace(count, state=CountState.MARKED, warned_at=None, bounced=address)


def delete(count: Countdown, at: datetime, zone: ZoneInfo) -> Countdown:
    """The organisation is deleted for good, with all users' data."""
    if count.bounced:
        raise CountdownWrong(count.organisation, f"its warning came back from {count.bounced}; nobody counts as warned")
    _only(count, CountState.WARNED, "deleted")
    if at < (due := count.deletion_due(zone)):
        raise CountdownWrong(
            count.organisation, f"its deletion is not due before {due.astimezone(zone):%Y-%m-%d %H:%M}"
        )
    return replace(count, state=CountState.DELETED, ended_at=at)


def delete_at_once(count: Countdown, at: datetime) -> Countdown:
    """The customer deleted the organisation by its own procedure, which needs no count."""
    if count.state is CountState.DELETED:
        raise CountdownWrong(count.organisation, f"it is deleted since {count.ended_at:%Y-%m-%d}")
    return replace(count, state=CountState.DELETED, ended_at=at)


def prevent(count: Countdown, at: datetime) -> Countdown:
    """Licences are back: a subscription was bought, or a trial begun or extended."""
    if count.state is CountState.DELETED:
        raise CountdownWrong(count.organisation, "it is deleted, and that cannot be undone")
    return replace(count, state=CountState.PREVENTED, ended_at=at)


def _only(count: Countdown, state: CountState, what: str) -> None:
    if count.state is not state:
        raise CountdownWrong(count.organisation, f"it cannot be {what} while its state is “{count.state}”")
