"""PST files that Exchange makes itself: one request per mailbox or archive, onto a share, by its own Mailbox Replication service.

https://learn.microsoft.com/powershell/module/exchange/new-mailboxexportrequest and …/get-mailboxexportrequeststatistics. Started again after
a kill, a request of the same name is found and goes on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from skyflytt.directory.exchange.failures import Reported
from skyflytt.directory.exchange.objects import instant, number, size, text
from skyflytt.directory.exchange.shell import Cmdlet, ExchangeShell, select
from skyflytt.errors.base import Failure
from skyflytt.errors.directory import AccountNotFound
from skyflytt.errors.exchange import (
    ExportFailed,
    ExportItemsLost,
    ExportNameTaken,
    ExportPathUnusable,
    ExportShareRefused,
    ExportSuspended,
)

UNC_PST = re.compile(r"\\\\[^\\/:*?\"<>|\s]+(?:\\[^\\/:*?\"<>|]+)+\.pst", re.IGNORECASE)
LARGE_LOSS = 51
"""From so many on Exchange 2010 wants AcceptLargeDataLoss said aloud."""
SHARE_WORDS = ("pst file", "network share", "access to the path", "network path")
ITEMS_LOST = ("TooManyBadItems", "TooManyMissingItems", "TooManyLargeItems")
REQUEST = ("Identity", "Name", "Mailbox", "FilePath", "Status", "SourceAlias")
STATISTICS = (
    "Identity", "Name", "Status", "StatusDetail", "PercentComplete", "ItemsTransferred", "EstimatedTransferItemCount",
    "BytesTransferred", "EstimatedTransferSize", "BadItemsEncountered", "LargeItemsEncountered", "MissingItemsEncountered",
    "BadItemLimit", "FailureType", "Message", "FilePath", "CompletionTimestamp",
)  # fmt: skip


class Status(StrEnum):
    """As Exchange calls them; what it may call otherwise in another version is `NONE`."""

    NONE = "None"
    QUEUED = "Queued"
    IN_PROGRESS = "InProgress"
    COMPLETION_IN_PROGRESS = "CompletionInProgress"
    AUTO_SUSPENDED = "AutoSuspended"
    SUSPENDED = "Suspended"
    COMPLETED = "Completed"
    COMPLETED_WITH_WARNING = "CompletedWithWarning"
    FAILED = "Failed"


COMPLETED = (Status.COMPLETED, Status.COMPLETED_WITH_WARNING)
ENDED = (*COMPLETED, Status.FAILED)


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """`identity` is what Exchange calls it; `file` is the PST file's UNC path."""

    identity: str
    name: str
    file: str
    status: Status


@dataclass(frozen=True, slots=True)
class ExportProgress:
    """How far it is. Sizes are bytes. `left_out` are the items that are not in the PST: damaged, too large, or missing afterwards."""

    identity: str
    status: Status
    detail: str
    percent: int
    items: int
    items_expected: int
    bytes: int | None
    bytes_expected: int | None
    bad_items: int
    large_items: int
    missing_items: int
    failure_type: str
    message: str
    completed: datetime | None

    @property
    def left_out(self) -> int:
        return self.bad_items + self.large_items + self.missing_items

    @property
    def ended(self) -> bool:
        return self.status in ENDED

    def require_going_well(self) -> None:
        """Raises `ExportItemsLost`, `ExportShareRefused`, `ExportFailed` or `ExportSuspended` for what does not go on by itself."""
        if failure := failure_of(self):
            raise failure


def start(
    shell: ExchangeShell,
    mailbox: str,
    file: str,
    *,
    name: str,
    bad_item_limit: int = 0,
    archive: bool = False,
    batch: str | None = None,
) -> ExportRequest:
    """Begin the export of `mailbox` (GUID, alias or address), or find the one that was begun under this `name` before.

    `batch` is a name that `requests` finds many by.

    `bad_item_limit` is how many damaged items may be left out; more than 50 say so to Exchange as an accepted loss. Raises
    `ExportPathUnusable`, `ExportShareRefused`, `ExportNameTaken`, `AccountNotFound`, and `ExchangeRoleMissing`.
    """
    if not UNC_PST.fullmatch(file):
        raise ExportPathUnusable(file, "it is not the UNC path of a .pst file")
    if found := find(shell, name):
        return _same(found, file)
    parameters: dict[str, Any] = {"Mailbox": mailbox, "FilePath": file, "Name": name, "BadItemLimit": bad_item_limit}
    parameters |= {"IsArchive": None} if archive else {}
    parameters |= {"BatchName": batch} if batch else {}
    parameters |= {"AcceptLargeDataLoss": None} if bad_item_limit >= LARGE_LOSS else {}
    try:
        rows = shell.run(Cmdlet("New-MailboxExportRequest", parameters), select(*REQUEST))
    except Reported as error:
        raise _start_failure(error, mailbox, file, name) from error
    begun = request_of(rows[0]) if rows else find(shell, name)
    if begun is None:
        raise ExportFailed(name, "Exchange said yes and has no such request")
    return begun


def find(shell: ExchangeShell, name: str) -> ExportRequest | None:
    """The request of that name, whatever its state."""
    return next(iter(_requests(shell, {"Name": name})), None)


def requests(shell: ExchangeShell, batch: str) -> list[ExportRequest]:
    """All requests that were started with this `batch`."""
    return _requests(shell, {"BatchName": batch})


def _requests(shell: ExchangeShell, chosen: Mapping[str, str]) -> list[ExportRequest]:
    try:
        rows = shell.run(Cmdlet("Get-MailboxExportRequest", {**chosen, "ResultSize": "Unlimited"}), select(*REQUEST))
    except Reported as error:
        if error.not_there:
            return []
        raise error.failure() from error
    return [request_of(row) for row in rows]


def progress(shell: ExchangeShell, request: ExportRequest) -> ExportProgress:
    """Raises `ExportFailed` where Exchange has no such request any more (it keeps finished ones for thirty days)."""
    try:
        rows = shell.run(
            Cmdlet("Get-MailboxExportRequestStatistics", {"Identity": request.identity}), select(*STATISTICS)
        )
    except Reported as error:
        if error.not_there:
            raise ExportFailed(request.name, f"Exchange has no such request any more ({error})") from error
        raise error.failure() from error
    if not rows:
        raise ExportFailed(request.name, "Exchange has no such request any more")
    return progress_of(rows[0])


def report(shell: ExchangeShell, request: ExportRequest) -> str:
    """What Exchange noted step by step, with each item that it left out; for the record and for people."""
    identity = {"Identity": request.identity, "IncludeReport": None}
    try:
        rows = shell.run(Cmdlet("Get-MailboxExportRequestStatistics", identity), select("Report"))
    except Reported as error:
        raise error.failure() from error
    return text(rows[0], "Report") if rows else ""


def resume(shell: ExchangeShell, request: ExportRequest, *, bad_item_limit: int) -> None:
    """Let a failed or suspended one go on, with another limit that a named person has accepted."""
    limit: dict[str, Any] = {"Identity": request.identity, "BadItemLimit": bad_item_limit, "Confirm": False}
    limit |= {"AcceptLargeDataLoss": None} if bad_item_limit >= LARGE_LOSS else {}
    try:
        shell.run(Cmdlet("Set-MailboxExportRequest", limit))
        shell.run(Cmdlet("Resume-MailboxExportRequest", {"Identity": request.identity, "Confirm": False}))
    except Reported as error:
        raise error.failure() from error


def remove(shell: ExchangeShell, request: ExportRequest) -> None:
    """Take a finished request away; its PST file stays. One that is not there is no error, one that runs on is `ExportFailed`."""
    found = find(shell, request.name)
    if found is None:
        return
    if found.status not in ENDED:
        raise ExportFailed(request.name, f"it is not finished ({found.status}), and is left alone")
    try:
        shell.run(Cmdlet("Remove-MailboxExportRequest", {"Identity": request.identity, "Confirm": False}))
    except Reported as error:
        if not error.not_there:
            raise error.failure() from error


def request_of(row: Mapping[str, Any]) -> ExportRequest:
    return ExportRequest(text(row, "Identity"), text(row, "Name"), text(row, "FilePath"), status_of(row))


def status_of(row: Mapping[str, Any]) -> Status:
    said = text(row, "Status")
    return Status(said) if said in list(Status) else Status.NONE


def progress_of(row: Mapping[str, Any]) -> ExportProgress:
    return ExportProgress(
        text(row, "Identity"),
        status_of(row),
        text(row, "StatusDetail"),
        number(row, "PercentComplete"),
        number(row, "ItemsTransferred"),
        number(row, "EstimatedTransferItemCount"),
        size(row, "BytesTransferred"),
        size(row, "EstimatedTransferSize"),
        number(row, "BadItemsEncountered"),
        number(row, "LargeItemsEncountered"),
        number(row, "MissingItemsEncountered"),
        text(row, "FailureType"),
        text(row, "Message"),
        instant(row, "CompletionTimestamp"),
    )


def failure_of(found: ExportProgress) -> Failure | None:
    if found.status in (Status.SUSPENDED, Status.AUTO_SUSPENDED):
        return ExportSuspended(found.identity, found.message or found.detail)
    if found.status is not Status.FAILED:
        return None
    said = ": ".join(part for part in (found.failure_type, found.message) if part) or found.detail
    if found.failure_type.startswith(ITEMS_LOST):
        return ExportItemsLost(found.identity, f"{found.left_out} items; {said}")
    if any(words in found.message.lower() for words in SHARE_WORDS):
        return ExportShareRefused(found.identity, said)
    return ExportFailed(found.identity, said)


def _same(found: ExportRequest, file: str) -> ExportRequest:
    if found.file.lower() != file.lower():
        raise ExportNameTaken(found.name, f"it writes to {found.file or 'another file'}, not to {file}")
    return found


def _start_failure(error: Reported, mailbox: str, file: str, name: str) -> Failure:
    words = error.words.lower()
    if error.not_there:
        return AccountNotFound(mailbox, str(error))
    if "name" in words and "unique" in words:
        return ExportNameTaken(name, str(error))
    if any(part in words for part in SHARE_WORDS):
        return ExportShareRefused(file, str(error))
    return error.failure()
