"""Delete a whole organisation at its provider, in two phases, behind the interlock; the only place that deletes accounts.

On top of the interlock's permit, which is for the customer's data: two people approved this organisation by name, its count to the
deletion is over with nobody seen since, it has no licence left, manages nobody, and all planned data was seen to be gone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from time import sleep
from typing import Protocol
from zoneinfo import ZoneInfo

from skyflytt.deadline import countdowns
from skyflytt.deadline.countdown import CountState
from skyflytt.deadline.countdown import delete as may_be_deleted
from skyflytt.decommission.erase import deletions, require_approved
from skyflytt.decommission.interlock import Permit
from skyflytt.directory.activity import heed_activity
from skyflytt.directory.port import Directory, OrganisationDeletion
from skyflytt.directory.settle import settled
from skyflytt.directory.standing import look, require_no_customers
from skyflytt.errors.deadline import CountdownWrong
from skyflytt.errors.directory import ChangeNotSeen, OrganisationKept, OrganisationNotFound
from skyflytt.ledger import journal
from skyflytt.ledger.ledger import Ledger
from skyflytt.playbook.approvals import approvals, different_people, organisation_of

STARTED, COMPLETED = "organisation-deletion-started", "organisation-deletion-completed"


class Deletable(Directory, OrganisationDeletion, Protocol):
    """A directory whose capabilities say how long the deletion of the organisation takes."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """What is to be deleted: a project's organisation by its name among the countdowns, in the project's zone."""

    ledger: Ledger
    project: str
    name: str
    zone: ZoneInfo
    by: str


def erase_organisation(
    what: Organisation,
    given: Permit,
    directory: Deletable,
    *,
    keep: Collection[str] = (),
    wait: Callable[[float], None] = sleep,
) -> int:
    """Delete all accounts but that of `keep`, an administrator's, then the organisation; how many accounts were deleted.

    It is deleted only when the provider, asked for it, says that it is not there. Raises `DecommissionRefused`, `PlanChanged`,
    `OrganisationKept`, `CustomersManaged`, `CountdownWrong`; then nothing was deleted. Raises `ChangeNotSeen` when it still answers.
    """
    if is_completed(what):
        return 0
    if not is_started(what):
        _require(what, given, directory)
        _require_one_administrator(what, directory, keep)
        _tell(what, STARTED, {"plan": given.plan.hash})
    gone = 0
    if not _is_gone(directory):
        gone = _delete_accounts(directory, keep)
        directory.delete_organisation()
    within = directory.capabilities.organisation_gone_within_s or 0
    if not settled(lambda: _is_gone(directory), within, wait):
        raise ChangeNotSeen(what.name, "the organisation still answers")
    if countdowns.countdowns(what.ledger, what.project)[what.name].state is not CountState.DELETED:
        countdowns.delete(what.ledger, what.project, what.name, what.zone, by=what.by)
    _tell(what, COMPLETED, {"accounts": gone})
    return gone


def is_started(what: Organisation) -> bool:
    return _is_told(what, STARTED)


def is_completed(what: Organisation) -> bool:
    return _is_told(what, COMPLETED)


def _require(what: Organisation, given: Permit, directory: Deletable) -> None:
    if directory.capabilities.organisation_gone_within_s is None:
        raise OrganisationKept(what.name, f"{directory.capabilities.name} has no deletion by program")
    if given.plan.project != what.project:
        raise OrganisationKept(what.name, f"the permit is for {given.plan.project}")
    require_approved(what.ledger, given)
    people = different_people(approvals(what.ledger, what.project, organisation_of(what.name)))
    if len(people) < 2:
        raise OrganisationKept(what.name, f"{len(people)} of two different people approved its deletion")
    done = {one.place for one in deletions(what.ledger, what.project) if one.completed}
    if left := [one.place for one in given.plan.places if one.place not in done]:
        raise OrganisationKept(what.name, f"not yet deleted: {', '.join(left)}")
    _require_nothing_in_use(what, directory)


def _require_nothing_in_use(what: Organisation, directory: Deletable) -> None:
    found = look(directory)
    require_no_customers(what.name, found)
    if found.units:
        raise OrganisationKept(what.name, f"{found.units} units of licences are left")
    if seen := heed_activity(what.ledger, what.project, what.name, directory, what.zone, by=what.by):
        raise OrganisationKept(what.name, f"somebody was there on {seen[-1].at.astimezone(what.zone):%Y-%m-%d %H:%M}")
    count = countdowns.countdowns(what.ledger, what.project).get(what.name)
    if count is None:
        raise CountdownWrong(what.name, "its subscription is not followed")
    if count.state is not CountState.DELETED:
        may_be_deleted(count, what.ledger.clock.now(), what.zone)


def _require_one_administrator(what: Organisation, directory: Deletable, keep: Collection[str]) -> None:
    """Somebody has to be left who may delete the organisation, and nobody besides: providers refuse it with more than one user."""
    kept = [one for one in directory.accounts() if one.address in _folded(keep)]
    if len(kept) != 1 or not kept[0].administrator:
        who = ", ".join(one.address for one in kept) or "nobody"
        raise OrganisationKept(what.name, f"`keep` has to name one full administrator, and names {who}")


def _delete_accounts(directory: Deletable, keep: Collection[str]) -> int:
    found = [one for one in directory.accounts() if one.address not in _folded(keep)]
    for one in found:
        directory.delete_account(one.key)
    return len(found)


def _folded(keep: Collection[str]) -> set[str]:
    return {address.casefold() for address in keep}


def _is_gone(directory: Deletable) -> bool:
    try:
        directory.organisation()
    except OrganisationNotFound:
        return True
    return False


def _is_told(what: Organisation, action: str) -> bool:
    told = journal.entries(what.ledger, what.project)
    return any(one.action == action and one.subject == what.name for one in told)


def _tell(what: Organisation, action: str, data: dict[str, object]) -> None:
    journal.append(what.ledger, what.project, actor=what.by, action=action, subject=what.name, data=data)
