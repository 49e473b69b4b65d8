"""A whole organisation is deleted only behind the interlock, and each thing that is missing alone keeps it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from skyflytt.deadline import countdowns
from skyflytt.deadline.countdown import Activity, CountState
from skyflytt.decommission.interlock import Permit
from skyflytt.directory.erase import Organisation, erase_organisation, is_completed, is_started
from skyflytt.directory.memory import MemoryDirectory
from skyflytt.directory.port import Account, Licence, Seen
from skyflytt.directory.port import Organisation as There
from skyflytt.errors.base import Failure
from skyflytt.errors.deadline import CountdownWrong
from skyflytt.errors.decommission import DecommissionRefused, PlanChanged
from skyflytt.errors.directory import ChangeNotSeen, CustomersManaged, OrganisationKept, OrganisationNotFound
from skyflytt.ledger import items, journal
from skyflytt.ledger.items import Seen as SeenItem
from skyflytt.mail.memory import MemoryMailbox
from skyflytt.playbook.approvals import approve, organisation_of
from tests.decommission.test_erase import ERASE_AT, Move, erase_both, move, moved_once

__all__ = ["move", "moved_once"]
Moved = tuple[Path, MemoryMailbox]
ZONE = ZoneInfo("Europe/Stockholm")
ORG, IT = "Norrsken Bygg", "it@norrsken.example"
PEOPLE = ("Anna Åström", "Ingrid Solberg")


def directory() -> MemoryDirectory:
    accounts = [
        Account("1", IT, administrator=True),
        Account("2", "a@norrsken.example"),
        Account("3", "b@norrsken.example"),
    ]
    return MemoryDirectory(There("n", ORG, ()), accounts)


def ready(move: Move, *, people: tuple[str, ...] = PEOPLE, warned: bool = True, erased: bool = True) -> Permit:
    """All data is deleted, the count is over, two people approved."""
    ledger, begun = move.ledger, ERASE_AT - timedelta(days=200)
    move.clock.move_to(begun)
    countdowns.begin(ledger, "norrsken", ORG, subscription="trial", ends=begun, zone=ZONE, by="Eva")
    move.clock.move_to(begun + timedelta(days=31))
    countdowns.mark(ledger, "norrsken", ORG, ZONE, licences=0, customers=0, by="Eva")
    move.clock.move_to(begun + timedelta(days=70))
    if warned:
        countdowns.warn(ledger, "norrsken", ORG, ZONE, by="Eva")
    move.clock.move_to(ERASE_AT)
    for person in people:
        approve(ledger, "norrsken", organisation_of(ORG), person)
    given = move.permit(move.approved().hash)
    if erased:
        erase_both(move, given)
    return given


def what(move: Move) -> Organisation:
    return Organisation(move.ledger, "norrsken", ORG, ZONE, "Eva")


def erased(move: Move, given: Permit, there: MemoryDirectory, keep: tuple[str, ...] = (IT,)) -> int:
    return erase_organisation(what(move), given, there, keep=keep, wait=lambda _: None)


def test_it_is_deleted_with_its_accounts_and_seen_to_be_gone(move: Move) -> None:
    there = directory()
    given = ready(move)
    assert erased(move, given, there) == 2
    with pytest.raises(OrganisationNotFound):
        there.organisation()
    assert countdowns.countdowns(move.ledger, "norrsken")[ORG].state is CountState.DELETED
    told = [
        one.action for one in journal.entries(move.ledger, "norrsken") if "-delet" in one.action and one.subject == ORG
    ]
    assert told == ["organisation-deletion-started", "countdown-deleted", "organisation-deletion-completed"]
    assert erased(move, given, there) == 0


def no_licences(there: MemoryDirectory) -> None:
    there._licences.append(Licence("t", "Trial", 5, 0, trial=True))


def no_customers(there: MemoryDirectory) -> None:
    there._organisation = There("n", ORG, ("kund",))


def nobody_says(there: MemoryDirectory) -> None:
    there._organisation = There("n", ORG)


def somebody_came(there: MemoryDirectory) -> None:
    there.seen.append(Seen(ERASE_AT - timedelta(days=1), Activity.APP_SIGN_IN))


@pytest.mark.parametrize(
    ("missing", "failure"),
    [
        (no_licences, OrganisationKept),
        (no_customers, CustomersManaged),
        (nobody_says, CustomersManaged),
        (somebody_came, OrganisationKept),
    ],
)
def test_the_directory_speaks_against_it(
    move: Move, missing: Callable[[MemoryDirectory], None], failure: type[Failure]
) -> None:
    there, given = directory(), ready(move)
    missing(there)
    with pytest.raises(failure):
        erased(move, given, there)
    assert len(list(there.accounts())) == 3
    assert not is_started(what(move))


def test_without_two_people_who_mean_the_organisation(move: Move) -> None:
    there, given = directory(), ready(move, people=PEOPLE[:1])
    with pytest.raises(OrganisationKept, match="1 of two"):
        erased(move, given, there)
    approve(move.ledger, "norrsken", organisation_of(ORG), PEOPLE[0].upper())
    with pytest.raises(OrganisationKept, match="1 of two"):
        erased(move, given, there)
    assert len(list(there.accounts())) == 3


def test_before_its_count_is_over_and_before_the_data_is_gone(move: Move) -> None:
    there = directory()
    given = ready(move, warned=False, erased=False)
    with pytest.raises(OrganisationKept, match="not yet deleted: mailbox anna, share homes"):
        erased(move, given, there)
    erase_both(move, given)
    with pytest.raises(CountdownWrong):
        erased(move, given, there)
    assert len(list(there.accounts())) == 3


def test_a_permit_of_another_plan_is_none(move: Move) -> None:
    there, given = directory(), ready(move)
    items.record_new(move.ledger, move.share, [SeenItem("new.txt", "1:1", 1)])
    with pytest.raises(PlanChanged):
        erased(move, given, there)
    with pytest.raises(DecommissionRefused):
        move.permit("0" * 64)


@pytest.mark.parametrize("keep", [(), ("a@norrsken.example",), (IT, "a@norrsken.example")])
def test_exactly_one_administrator_has_to_stay(move: Move, keep: tuple[str, ...]) -> None:
    there, given = directory(), ready(move)
    with pytest.raises(OrganisationKept, match="has to name one full administrator"):
        erased(move, given, there, keep)
    assert len(list(there.accounts())) == 3


def test_one_that_still_answers_is_never_called_deleted(move: Move) -> None:
    class Stays(MemoryDirectory):
        def delete_organisation(self) -> None:
            """Says yes, and does nothing."""

    there = Stays.__new__(Stays)
    there.__dict__.update(directory().__dict__)
    given = ready(move)
    with pytest.raises(ChangeNotSeen):
        erased(move, given, there)
    assert is_started(what(move))
    assert not is_completed(what(move))
    assert countdowns.countdowns(move.ledger, "norrsken")[ORG].state is CountState.WARNED
    there._organisation = None
    assert erased(move, given, there) == 0
    assert is_completed(what(move))
