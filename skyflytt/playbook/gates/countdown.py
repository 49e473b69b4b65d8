"""Every organisation's count to its deletion has come so far: `countdown:followed`, `marked`, `warned`, `elapsed`, `deleted`, `prevented`."""

from __future__ import annotations

from skyflytt.deadline.countdown import CountState
from skyflytt.deadline.countdowns import DELETION_DUE, countdowns
from skyflytt.deadline.table import deadlines
from skyflytt.ledger.ledger import Ledger

FAR = {
    "followed": tuple(CountState),
    "marked": (CountState.MARKED, CountState.WARNED, CountState.DELETED),
    "warned": (CountState.WARNED, CountState.DELETED),
    "elapsed": (CountState.WARNED, CountState.DELETED),
    "deleted": (CountState.DELETED,),
    "prevented": (CountState.PREVENTED,),
    "ended": (CountState.DELETED, CountState.PREVENTED),
}


def check(ledger: Ledger, project: str, state: str) -> str | None:
    counts = countdowns(ledger, project)
    if not counts:
        return "no organisation's subscription is followed"
    left = [one.organisation for one in counts.values() if one.state not in FAR[state]]
    if left:
        return f"{', '.join(left)} is not {'warned' if state == 'elapsed' else state}"
    return _not_elapsed(ledger, project) if state == "elapsed" else None


def _not_elapsed(ledger: Ledger, project: str) -> str | None:
    """The deletion's deadline is there for those that are warned, and only for them."""
    due = [one for name, one in deadlines(ledger, project).items() if name.startswith(f"{DELETION_DUE}.")]
    early = next((one for one in due if ledger.clock.now() < one.at), None)
    return f"{early.name} is not before {early.at:%Y-%m-%d %H:%M} UTC" if early else None
