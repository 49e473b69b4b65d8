"""What Graph's refusals mean, as failures: of a mailbox, of a folder, of a single item.

Codes are Exchange's own where there is one (https://learn.microsoft.com/graph/errors, [MS-OXWSCDATA] 2.2.5.24).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ServerBusy
from skyflytt.errors.graph import ConsentMissing
from skyflytt.errors.mail import (
    FolderRefused,
    MailboxDenied,
    MailboxFull,
    MailboxMissing,
    MessageRefused,
    MessageTooLarge,
    MessageUnreadable,
    MessageVanished,
)
from skyflytt.graph import Refused

NO_MAILBOX = ("MailboxNotEnabledForRESTAPI", "MailboxNotSupportedForRESTAPI", "MailboxNotHostedInExchangeOnline")
NOBODY = ("Request_ResourceNotFound", "ErrorInvalidUser", "ErrorNonExistentMailbox")
CLOSED = ("accesspolicy", "raop", "odata is disabled")
"""In the words of a refusal: the tenant lets the application at some mailboxes only, and this one is not among them."""
BUSY = (
    *("ErrorServerBusy", "ErrorMailboxStoreUnavailable", "ErrorMailboxMoveInProgress", "ErrorTooManyObjectsOpened"),
    *(
        "ErrorInternalServerTransientError",
        "ErrorConnectionFailed",
        "ErrorInsufficientResources",
        "ApplicationThrottled",
    ),
    *("ErrorTimeoutExpired", "MailboxConcurrency"),
)
FULL = ("ErrorQuotaExceeded", "ErrorQuotaExceededOnDelete")
TOO_LARGE = ("ErrorMessageSizeExceeded", "RequestEntityTooLarge")
GONE = (
    *(
        "ErrorItemNotFound",
        "ErrorInvalidIdMalformed",
        "ErrorInvalidIdEmpty",
        "ErrorInvalidId",
        "RequestBroker--ParseUri",
    ),
    *("ErrorInvalidIdMalformedEwsLegacyIdFormat", "ErrorCannotUseFolderIdForItemId"),
)
FOLDER_GONE = ("ErrorFolderNotFound", "ErrorParentFolderNotFound", "ErrorInvalidFolderId")
STATE_UNKNOWN = ("SyncStateNotFound", "SyncStateInvalid", "resyncRequired", "ErrorInvalidSyncStateData")
CHANGED_MEANWHILE = ("ErrorIrresolvableConflict", "ErrorStaleObject")
_UNLICENSED = "it has no mailbox at Exchange Online: no licence for one, or it is hosted elsewhere"


def of_mailbox(refused: Refused, host: str, mailbox: str, permission: str) -> Failure | None:
    """What ends the work on a mailbox, wherever it is said."""
    code, words = refused.code, str(refused)
    if code in (*NO_MAILBOX, *NOBODY):
        return MailboxMissing(mailbox, f"{_UNLICENSED} ({words})" if code in NO_MAILBOX else words)
    if code in FULL or refused.status == 507:
        return MailboxFull(mailbox, words)
    if refused.status == 403:
        closed = any(mark in refused.words.lower() for mark in CLOSED)
        return MailboxDenied(mailbox, words) if closed else ConsentMissing(f"{permission} for {mailbox}", words)
    if code in BUSY or refused.status in (408, 423, 429) or (refused.status >= 500 and refused.status != 501):
        return ServerBusy(host, words, retry_after_s=refused.retry_after_s)
    return None


def is_gone(refused: Refused) -> bool:
    return refused.code in GONE or (refused.status == 404 and refused.code not in FOLDER_GONE)


def state_unknown(refused: Refused) -> bool:
    """The service will not go on from a delta token: https://learn.microsoft.com/graph/delta-query-overview#synchronization-reset."""
    return refused.status == 410 or refused.code in STATE_UNKNOWN


def changed_meanwhile(refused: Refused) -> bool:
    return refused.status in (409, 412) or refused.code in CHANGED_MEANWHILE


def of_item(refused: Refused, ref: str) -> Failure:
    """The failure of one that was to be read, moved or marked."""
    return MessageVanished(ref) if is_gone(refused) else MessageUnreadable(ref, str(refused))


def of_new_item(refused: Refused, item: str) -> Failure:
    """The failure of one that was to be written."""
    too_large = refused.status == 413 or refused.code in TOO_LARGE
    return MessageTooLarge(item, str(refused)) if too_large else MessageRefused(item, str(refused))


@contextmanager
def told_of_folder(folder: str) -> Iterator[None]:
    """Inside it, whatever else is refused is a failure of this folder."""
    try:
        yield
    except Refused as refused:
        raise FolderRefused(folder, str(refused)) from refused
