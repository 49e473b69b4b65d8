"""How long a drop may stay open: never into the past, and beyond the contract only when a named person decided so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from skyflytt.deadline.notice import days_later
from skyflytt.deadline.table import deadlines
from skyflytt.deadline.terms import RETRIEVAL_ENDS, contract_deadlines
from skyflytt.drop.work import DropWork
from skyflytt.errors.drop import DropBeyondContract, DropEndInPast
from skyflytt.playbook.approvals import approvals, approve

STARTED_DAY = timedelta(days=1)


def contract_ends(work: DropWork) -> datetime:
    """Until when the contract lets the data be fetched, as the ledger has it or else as the project file gives it."""
    known = deadlines(work.ledger, work.project.project).get(RETRIEVAL_ENDS)
    if known is not None:
        return known.at
    return next(
        one.at for one in contract_deadlines(work.project.contract, work.project.zone) if one.name == RETRIEVAL_ENDS
    )


def planned_end(work: DropWork, now: datetime) -> datetime:
    """The project's days from now on. The contract counts whole days: of a drop opened within the first, the end is the contract's."""
    end, limit = days_later(now, work.project.drop(work.name).days, work.project.zone), contract_ends(work)
    return limit if now < limit < end < limit + STARTED_DAY else end


def require_allowed_end(work: DropWork, until: datetime, *, beyond_by: str | None = None) -> None:
    """Raises `DropEndInPast`, and `DropBeyondContract` unless somebody decided for an end as late as this one.

    `beyond_by` is who decides it now; the decision is an approval in the ledger.
    """
    now, limit = work.ledger.clock.now(), contract_ends(work)
    if until <= now:
        raise DropEndInPast(work.label, f"{_shown(work, until)}, and it is {_shown(work, now)}")
    if until <= limit:
        return
    if beyond_by is not None:
        approve(work.ledger, work.project.project, f"{_subject(work)}{until.astimezone(UTC).isoformat()}", beyond_by)
    elif not any(decided >= until for decided in _decided(work)):
        raise DropBeyondContract(
            work.label, f"until {_shown(work, until)}, and the contract ends at {_shown(work, limit)}"
        )


def _decided(work: DropWork) -> Iterator[datetime]:
    for one in approvals(work.ledger, work.project.project, _subject(work), beginning=True):
        yield datetime.fromisoformat(one.subject.removeprefix(_subject(work)))


def _subject(work: DropWork) -> str:
    return f"drop-beyond-contract:{work.name}:"


def _shown(work: DropWork, at: datetime) -> str:
    return at.astimezone(work.project.zone).isoformat(timespec="minutes")
