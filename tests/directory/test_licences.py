"""The licence ledger: counted before, given back, counted after, cancelled, reinstated; in that order, exactly, and after a kill."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from skyflytt.directory.cancelled import note_cancelled
from skyflytt.directory.confirm import confirm
from skyflytt.directory.licences import HoldingState, LicenceLedger, Stage, balance
from skyflytt.directory.measure import measure, twice, unexplained, unlisted
from skyflytt.directory.memory import MemoryDirectory
from skyflytt.directory.port import Account, Licence, Organisation
from skyflytt.directory.reclaim import FOUND_BACK, reclaim, to_reclaim
from skyflytt.directory.reinstate import reinstate, to_reinstate
from skyflytt.directory.report import rows_of
from skyflytt.errors.directory import (
    ChangeNotSeen,
    DirectoryAnswerWrong,
    LicenceOutOfOrder,
    LicenceRefused,
    LicencesUnreconciled,
)
from skyflytt.ledger import journal
from tests.directory.company import ANNA, BO, IT, in_memory


class Killed(BaseException):
    """The process ends here."""


class Awkward(MemoryDirectory):
    """Does what the test says: refuses, forgets, dies."""

    def __init__(
        self, inner: MemoryDirectory, *, refuses: Iterable[str] = (), loses: str = "", dies_at: str = ""
    ) -> None:
        self.__dict__.update(inner.__dict__)
        self.refuses, self.loses, self.dies_at = set(refuses), loses, dies_at

    def reclaim(self, licence: str, account: str) -> None:
        if account in self.refuses:
            raise LicenceRefused(licence, "not for this account")
        if account != self.loses:
            super().reclaim(licence, account)
        if account == self.dies_at:
            raise Killed

    def assign(self, licence: str, account: str) -> None:
        if account in self.refuses:
            raise LicenceRefused(licence, "not for this account")
        super().assign(licence, account)


def now(_seconds: float) -> None:
    """Nobody waits."""


def sums(book: LicenceLedger) -> dict[str, tuple[int, int, int, int, int]]:
    held = book.holdings()
    found = {}
    for one in book.licences():
        whole = balance(one, held)
        assert whole.holds
        found[one.licence] = (whole.before, whole.reclaimed, whole.kept, whole.reinstated, whole.left)
    return found


def actions(book: LicenceLedger) -> list[str]:
    return [one.action for one in journal.entries(book.ledger, book.project)]


def test_before_is_reclaimed_and_kept_and_after_is_what_is_there(book: LicenceLedger) -> None:
    directory = in_memory()
    measure(book, directory, keep=[IT.upper()])
    assert sums(book) == {"meetings": (3, 0, 1, 0, 2), "calling": (1, 0, 1, 0, 0)}
    assert reclaim(book, directory, wait=now).reclaimed == 2
    assert sums(book) == {"meetings": (3, 2, 1, 0, 0), "calling": (1, 0, 1, 0, 0)}
    confirm(book, directory, wait=now)
    rows = {one.licence: one for one in book.licences()}
    assert (rows["meetings"].used_before, rows["meetings"].used_after, rows["meetings"].held_after) == (3, 1, 1)
    assert (rows["calling"].used_before, rows["calling"].used_after, rows["calling"].elsewhere_after) == (2, 2, 1)
    assert rows["calling"].trial
    assert {one.stage for one in rows.values()} == {Stage.CONFIRMED}
    assert actions(book)[:2] == ["licences-measured", "licence-reclaimed"] or "licence-unit-reclaimed" in actions(book)
    assert actions(book).count("licence-unit-reclaimed") == 2
    assert actions(book).count("licence-confirmed") == 2


def test_an_eventually_consistent_provider_is_asked_until_it_shows_it(book: LicenceLedger) -> None:
    directory = in_memory(old_reads=2)
    measure(book, directory)
    waited: list[float] = []
    assert reclaim(book, directory, wait=waited.append).reclaimed == 4
    assert waited == [1.0, 2.0]
    confirm(book, directory, wait=now)
    assert sums(book)["meetings"] == (3, 3, 0, 0, 0)


def test_a_change_that_is_lost_is_no_reclaimed_licence(book: LicenceLedger) -> None:
    directory = Awkward(in_memory(), loses="2")
    measure(book, directory)
    done = reclaim(book, directory, wait=now)
    assert {what: type(failure) for what, failure in done.failed.items()} == {f"Meetings of {ANNA}": ChangeNotSeen}
    assert sums(book)["meetings"] == (3, 2, 0, 0, 1)
    with pytest.raises(LicenceOutOfOrder, match="Meetings"):
        confirm(book, directory, wait=now)
    directory.loses = ""
    assert not reclaim(book, directory, wait=now).failed
    assert confirm(book, directory, wait=now).units_left == 5


def test_what_one_account_refuses_does_not_stop_the_others(book: LicenceLedger) -> None:
    directory = Awkward(in_memory(), refuses=["1"])
    measure(book, directory)
    done = reclaim(book, directory, wait=now)
    assert (done.reclaimed, sorted(done.failed)) == (2, [f"Calling of {IT}", f"Meetings of {IT}"])
    assert [one.code for one in book.holdings() if one.state is HoldingState.FAILED] == [
        "directory.licence-refused"
    ] * 2


@pytest.mark.parametrize("dies_at", ["1", "2", "3"])
def test_killed_in_the_middle_it_goes_on(book: LicenceLedger, dies_at: str) -> None:
    directory = Awkward(in_memory(), dies_at=dies_at)
    measure(book, directory)
    with pytest.raises(Killed):
        reclaim(book, directory, wait=now)
    directory.dies_at = ""
    reclaim(book, directory, wait=now)
    confirm(book, directory, wait=now)
    assert sums(book) == {"meetings": (3, 3, 0, 0, 0), "calling": (1, 1, 0, 0, 0)}
    assert sorted(one.number or 0 for one in book.holdings()) == [1, 2, 3, 4]
    assert [one.code for one in book.holdings()] == [None] * 4


def test_what_somebody_else_gave_back_is_told(book: LicenceLedger) -> None:
    directory = in_memory()
    measure(book, directory)
    directory.reclaim("meetings", "3")
    reclaim(book, directory, wait=now)
    assert [(one.address, one.code) for one in book.holdings() if one.code] == [(BO, FOUND_BACK)]
    confirm(book, directory, wait=now)


def test_somebody_who_got_a_licence_meanwhile_does_not_add_up(book: LicenceLedger) -> None:
    directory = in_memory()
    measure(book, directory)
    reclaim(book, directory, wait=now)
    directory.assign("meetings", "3")
    with pytest.raises(LicencesUnreconciled, match=f"held again by {BO}"):
        confirm(book, directory, wait=now)
    assert {one.stage for one in book.licences()} == {Stage.RECLAIMED}
    assert actions(book)[-1] == "licences-unreconciled"


def test_a_licence_that_appears_meanwhile_does_not_add_up(book: LicenceLedger) -> None:
    directory = in_memory()
    measure(book, directory)
    reclaim(book, directory, wait=now)
    directory._licences.append(Licence("new", "New trial", 5))
    with pytest.raises(LicencesUnreconciled, match="New trial was not there before, and counts 5 units"):
        confirm(book, directory, wait=now)


def test_a_provider_that_counts_otherwise_is_told_before_and_refused_after(book: LicenceLedger) -> None:
    class Miscounting(MemoryDirectory):
        def licences(self):  # type: ignore[no-untyped-def]
            for one in super().licences():
                yield replace(one, used=(one.used or 0) + 1)

    directory = Miscounting.__new__(Miscounting)
    directory.__dict__.update(in_memory().__dict__)
    measure(book, directory)
    assert unexplained(book.licences())[0] == "Calling: the provider counts 3 in use, 2 are held"
    reclaim(book, directory, wait=now)
    with pytest.raises(LicencesUnreconciled, match="the provider counts 1 in use, 0 are held and 0 are used elsewhere"):
        confirm(book, directory, wait=now)


def test_reported_twice_is_counted_once_and_told(book: LicenceLedger) -> None:
    directory = in_memory()
    directory._licences *= 2
    measure(book, directory)
    assert sums(book)["meetings"][0] == 3
    assert twice(book.licences()) == [
        "Calling was reported 2 times, and counted once",
        "Meetings was reported 2 times, and counted once",
    ]
    reclaim(book, directory, wait=now)
    assert confirm(book, directory, wait=now).units_left == 5


def test_reported_twice_with_two_counts_is_counted_by_nobody(book: LicenceLedger) -> None:
    directory = in_memory()
    directory._licences.append(Licence("meetings", "Meetings", 7, subscription="Sub-avtal1"))
    with pytest.raises(DirectoryAnswerWrong, match="3 of 3 and 3 of 7"):
        measure(book, directory)
    assert book.licences() == []


def test_a_licence_that_only_its_holders_know_of(book: LicenceLedger) -> None:
    directory = MemoryDirectory(Organisation("n", "N", ()), [Account("1", IT, licences=("old",))])
    measure(book, directory)
    assert unlisted(book.licences()) == ["old is held by 1, but the provider does not list it"]
    assert sums(book) == {"old": (1, 0, 0, 0, 1)}


def test_nothing_is_done_out_of_its_order(book: LicenceLedger) -> None:
    directory = in_memory()
    for too_early in (
        lambda: reclaim(book, directory, wait=now),
        lambda: confirm(book, directory, wait=now),
        lambda: note_cancelled(book, "Sub-avtal1"),
        lambda: reinstate(book, directory, "meetings", wait=now),
    ):
        with pytest.raises(LicenceOutOfOrder, match=r"not measured|no licence of it was measured"):
            too_early()
    measure(book, directory)
    measure(book, directory)
    reclaim(book, directory, only=["meetings"], wait=now)
    with pytest.raises(LicenceOutOfOrder, match="are fixed"):
        measure(book, directory)
    with pytest.raises(LicenceOutOfOrder, match="Calling is not next: it is measured; it is confirmed only once"):
        confirm(book, directory, wait=now)
    with pytest.raises(LicenceOutOfOrder, match="only once it is confirmed"):
        note_cancelled(book, "Sub-avtal1")
    with pytest.raises(LicenceOutOfOrder, match="only once it is cancelled or confirmed"):
        reinstate(book, directory, "meetings", wait=now)
    reclaim(book, directory, wait=now)
    confirm(book, directory, wait=now)
    note_cancelled(book, "Sub-avtal1")
    with pytest.raises(LicenceOutOfOrder, match="it is cancelled"):
        reclaim(book, directory, only=["meetings"], wait=now)
    assert to_reclaim(book) == []


def test_licences_come_back_in_the_order_in_which_they_were_taken(book: LicenceLedger) -> None:
    directory = in_memory(old_reads=1)
    measure(book, directory)
    reclaim(book, directory, wait=now)
    confirm(book, directory, wait=now)
    order = [one.address for one in to_reinstate(book, "meetings")]
    assert order == [ANNA, BO, IT]
    with pytest.raises(LicenceOutOfOrder, match=f"{ANNA} comes before it"):
        reinstate(book, directory, "meetings", only=[BO], wait=now)
    assert [one.address for one in reinstate(book, directory, "meetings", only=[ANNA], wait=now)] == [ANNA]
    assert sums(book)["meetings"] == (3, 2, 0, 1, 0)
    note_cancelled(book, "Sub-avtal1")
    assert [one.address for one in reinstate(book, directory, "meetings", wait=now)] == [BO, IT]
    assert {one.licence: one.stage for one in book.licences()}["meetings"] is Stage.REINSTATED
    confirm(book, directory, wait=now)
    assert {one.licence: one.held_after for one in book.licences()} == {"meetings": 3, "calling": 0}
    numbers = [
        one.data["number"]
        for one in journal.entries(book.ledger, "norrsken")
        if one.action == "licence-unit-reinstated"
    ]
    assert numbers == sorted(numbers)


def test_the_first_that_is_refused_stops_those_after_it(book: LicenceLedger) -> None:
    directory = Awkward(in_memory())
    measure(book, directory)
    reclaim(book, directory, wait=now)
    confirm(book, directory, wait=now)
    directory.refuses = {"3"}
    with pytest.raises(LicenceRefused):
        reinstate(book, directory, "meetings", wait=now)
    assert [one.state.value for one in book.holdings("meetings")] == ["reinstated", "reinstating", "reclaimed"]
    directory.refuses = set()
    assert [one.address for one in reinstate(book, directory, "meetings", wait=now)] == [BO, IT]


def test_the_report_has_a_row_for_each_licence(book: LicenceLedger) -> None:
    directory = in_memory()
    measure(book, directory)
    assert [(row["licence"], row["trial"], row["left"]) for row in rows_of(book)] == [
        ("Calling", "yes", 1),
        ("Meetings", None, 3),
    ]
