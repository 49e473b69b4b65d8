"""PST files made by Exchange itself: start, progress, damaged items, completion, failure, and taking finished requests away."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from skyflytt.directory.exchange import ExchangeShell, open_shell
from skyflytt.directory.exchange.export_requests import (
    COMPLETED,
    Status,
    find,
    progress,
    remove,
    report,
    resume,
    start,
)
from skyflytt.errors.base import Failure
from skyflytt.errors.directory import AccountNotFound, DirectoryUnreachable
from skyflytt.errors.exchange import (
    CmdletFailed,
    ExchangeRoleMissing,
    ExportFailed,
    ExportItemsLost,
    ExportNameTaken,
    ExportPathUnusable,
    ExportShareRefused,
    ExportSuspended,
)
from tests.directory.exchange.simulated import EXPORTING, PASSWORD, SHARE, Place
from tests.directory.exchange.wsman import Fault

FILE = rf"{SHARE}\anna.pst"
NAME = "skyflytt-norrsken-anna"


@pytest.fixture
def shell(place: Place) -> Iterator[ExchangeShell]:
    with open_shell(place.settings(), PASSWORD, place.patience) as opened:
        yield opened


def test_from_start_to_completion(place: Place, shell: ExchangeShell) -> None:
    request = start(shell, "anna", FILE, name=NAME, bad_item_limit=10)
    assert (request.name, request.file, request.status) == (NAME, FILE, Status.QUEUED)
    own = place.exchange.requests[0]
    assert (own.limit, own.archive) == (10, False)
    own.status, own.percent, own.items, own.bad = "InProgress", 40, 160, 2
    seen = progress(shell, request)
    assert (seen.status, seen.percent, seen.items, seen.items_expected) == (Status.IN_PROGRESS, 40, 160, 400)
    assert (seen.bytes, seen.bytes_expected, seen.left_out, seen.ended) == (4_800_000, 12_000_000, 2, False)
    seen.require_going_well()
    own.status, own.percent, own.items, own.missing = "CompletedWithWarning", 100, 397, 1
    seen = progress(shell, request)
    assert seen.status in COMPLETED
    assert (seen.ended, seen.left_out) == (True, 3)
    assert seen.completed is not None
    own.report = "22.11.2026 03:00 [EX01] A corrupted item was encountered: 'Möte', folder Kalender"
    assert "Möte" in report(shell, request)
    for _ in range(2):
        remove(shell, request)
    assert place.exchange.requests == []


def test_archives_and_large_limits_are_said_so(place: Place, shell: ExchangeShell) -> None:
    start(shell, "bengt", rf"{SHARE}\bengt archive.pst", name="archive", archive=True, bad_item_limit=51)
    assert place.exchange.requests[0].archive
    with pytest.raises(CmdletFailed, match="archive"):
        start(shell, "anna", FILE, name=NAME, archive=True)


def test_started_again_it_is_found(place: Place, shell: ExchangeShell) -> None:
    first = start(shell, "anna", FILE, name=NAME)
    place.exchange.requests[0].status = "InProgress"
    again = start(shell, "anna", FILE.upper(), name=NAME)
    assert (again.identity, again.status) == (first.identity, Status.IN_PROGRESS)
    assert len(place.exchange.requests) == 1


def test_an_answer_that_was_lost_does_not_start_it_twice(place: Place, shell: ExchangeShell) -> None:
    # The second pipeline is New-MailboxExportRequest: it is carried out, and the connection ends before its end was heard of.
    place.wsman.faults = [Fault("Signal", drop=True, skip=1)]
    with pytest.raises(DirectoryUnreachable):
        start(shell, "anna", FILE, name=NAME)
    assert len(place.exchange.requests) == 1
    assert start(shell, "anna", FILE, name=NAME).name == NAME
    assert len(place.exchange.requests) == 1


def test_a_name_that_somebody_else_has(place: Place, shell: ExchangeShell) -> None:
    start(shell, "anna", FILE, name=NAME)
    with pytest.raises(ExportNameTaken, match=r"anna\.pst"):
        start(shell, "anna", rf"{SHARE}\other.pst", name=NAME)


@pytest.mark.parametrize(
    "file",
    [r"C:\pst\anna.pst", r"\\files01\anna.pst.txt", "/srv/pst/anna.pst", r"\\files01", r"\\files01\pst\an:na.pst", ""],
)
def test_paths_that_exchange_cannot_write_to(place: Place, shell: ExchangeShell, file: str) -> None:
    with pytest.raises(ExportPathUnusable):
        start(shell, "anna", file, name=NAME)
    assert place.wsman.actions == []


def test_what_keeps_it_from_starting(place: Place, shell: ExchangeShell) -> None:
    with pytest.raises(AccountNotFound):
        start(shell, "nobody", FILE, name=NAME)
    place.exchange.share = False
    with pytest.raises(ExportShareRefused, match=r"anna\.pst"):
        start(shell, "anna", FILE, name=NAME)
    place.exchange.forbidden |= set(EXPORTING)
    with pytest.raises(ExchangeRoleMissing) as told:
        start(shell, "anna", FILE, name=NAME)
    assert "Mailbox Import Export" in told.value.advice


def test_a_request_that_exchange_does_not_have_after_its_yes(place: Place, shell: ExchangeShell) -> None:
    place.exchange.lost.add("New-MailboxExportRequest")
    request = start(shell, "anna", FILE, name=NAME)
    with pytest.raises(ExportFailed, match="no such request"):
        progress(shell, request)


@pytest.mark.parametrize(
    ("found", "failure"),
    [
        (("Failed", "TooManyBadItemsPermanentException", "This mailbox exceeded the maximum number of corrupted items"), ExportItemsLost),
        (("Failed", "TooManyMissingItemsPermanentException", "Too many items are missing"), ExportItemsLost),
        (("Failed", "RemotePermanentException", "Unable to open PST file '\\\\files01\\pst\\anna.pst'."), ExportShareRefused),
        (("Failed", "MapiExceptionNoAccess", "The store is offline"), ExportFailed),
        (("Failed", "", ""), ExportFailed),
        (("Suspended", "", "Suspended by an administrator"), ExportSuspended),
        (("AutoSuspended", "", ""), ExportSuspended),
    ],
)  # fmt: skip
def test_failures_say_what_to_do(
    place: Place, shell: ExchangeShell, found: tuple[str, str, str], failure: type[Failure]
) -> None:
    request = start(shell, "anna", FILE, name=NAME)
    own = place.exchange.requests[0]
    (own.status, own.failure, own.message), own.bad = found, 3
    with pytest.raises(failure):
        progress(shell, request).require_going_well()


def test_a_failed_one_goes_on_with_a_limit_that_was_accepted(place: Place, shell: ExchangeShell) -> None:
    request = start(shell, "anna", FILE, name=NAME)
    own = place.exchange.requests[0]
    own.status, own.failure = "Failed", "TooManyBadItemsPermanentException"
    resume(shell, request, bad_item_limit=60)
    assert (own.status, own.limit) == ("Queued", 60)
    progress(shell, request).require_going_well()


def test_one_that_runs_is_left_alone(place: Place, shell: ExchangeShell) -> None:
    request = start(shell, "anna", FILE, name=NAME)
    place.exchange.requests[0].status = "InProgress"
    with pytest.raises(ExportFailed, match="not finished"):
        remove(shell, request)
    assert find(shell, NAME) is not None
