"""What a directory tells of people being there, heeded by the count to the organisation's deletion."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from skyflytt.deadline import countdowns
from skyflytt.deadline.countdown import RENEWAL_DAYS, Activity, Countdown, CountState
from skyflytt.directory.port import Directory, Seen
from skyflytt.ledger.ledger import Ledger

ENDED = (CountState.DELETED, CountState.PREVENTED)


def running(ledger: Ledger, project: str, organisation: str) -> Countdown | None:
    """The organisation's count, if it is followed and has not ended."""
    count = countdowns.countdowns(ledger, project).get(organisation)
    return None if count is None or count.state in ENDED else count


def heed_activity(
    ledger: Ledger, project: str, organisation: str, directory: Directory, zone: ZoneInfo, *, by: str
) -> list[Seen]:
    """Ask who was there since the count's start, and begin it anew with the latest; what changed the count, earliest first.

    May be called at any time, and as often as wanted: news that are known change nothing. Raises `ActivityNotTold`.
    """
    count = running(ledger, project, organisation)
    if count is None or not directory.capabilities.activity:
        return []
    found = []
    for one in _latest(directory, _since(count)):
        before = countdowns.countdowns(ledger, project)[organisation]
        after = countdowns.active(ledger, project, organisation, activity=one.what, at=one.at, zone=zone, by=by)
        if after != before:
            found.append(one)
    return found


def _latest(directory: Directory, since: datetime) -> list[Seen]:
    """The last sign-in to the control hub, which postpones, and the last of everything else: earlier ones say no more."""
    newest: dict[bool, Seen] = {}
    for one in directory.activity(since):
        postpones = one.what is Activity.CONTROL_HUB_SIGN_IN
        if postpones not in newest or one.at > newest[postpones].at:
            newest[postpones] = one
    return sorted(newest.values(), key=lambda one: one.at)


def _since(count: Countdown) -> datetime:
    """From the count's start on; before the mark, from the subscription's end as far back as it can be."""
    return count.idle_since or count.renewal_ends - timedelta(days=max(RENEWAL_DAYS.values()))
