"""What exchangelib's errors mean, as failures: one table for a server and its mailboxes, one for folders, one for single items.

The response codes are those of [MS-OXWSCDATA] 2.2.5.24.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import requests
from exchangelib import errors as ews
from oauthlib.oauth2 import OAuth2Error

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import (
    CertificateNotTrusted,
    ConnectionLost,
    HostUnknown,
    PasswordRefused,
    ServerBusy,
    ServerUnreachable,
    TlsMissing,
)
from skyflytt.errors.mail import (
    FolderRefused,
    MailboxDenied,
    MailboxFull,
    MailboxMissing,
    MessageRefused,
    MessageTooLarge,
    MessageUnreadable,
    MessageVanished,
    NoMailService,
)
from skyflytt.mail.ews.answers import DEFAULT_BACK_OFF_S, HttpAnswer, PlainFault, told_by_server

Table = Mapping[type[Exception], type[Failure]]

OF_THE_MAILBOX: Table = {
    **dict.fromkeys(
        (
            ews.ErrorNonExistentMailbox,
            ews.ErrorMissingEmailAddress,
            ews.ErrorInvalidSmtpAddress,
            ews.ErrorADUnavailable,
        ),
        MailboxMissing,
    ),
    **dict.fromkeys(
        (
            ews.ErrorImpersonateUserDenied,
            ews.ErrorImpersonationDenied,
            ews.ErrorImpersonationFailed,
            ews.ErrorAccountDisabled,
            ews.ErrorMailboxFailover,
        ),
        MailboxDenied,
    ),
    ews.ErrorQuotaExceeded: MailboxFull,
}
"""What ends the work on a mailbox, wherever it is said."""

BUSY = (
    ews.ErrorServerBusy,
    ews.ErrorExceededConnectionCount,
    ews.ErrorInternalServerTransientError,
    ews.ErrorTooManyObjectsOpened,
    ews.ErrorMailboxStoreUnavailable,
    ews.ErrorMailboxMoveInProgress,
    ews.ErrorConnectionFailed,
    ews.ErrorInsufficientResources,
    ews.ErrorExceededFindCountLimit,
    ews.ErrorADUnavailable,
    ews.ErrorBatchProcessingStopped,
)
"""What goes away by waiting. Asked again at once, it gets worse."""

NOT_OFFERED = (
    ews.ErrorInvalidServerVersion,
    ews.ErrorInvalidSchemaVersionForMailboxVersion,
    ews.ErrorIncorrectSchemaVersion,
    ews.ErrorInvalidRequest,
    ews.ErrorSchemaValidation,
    ews.ErrorInvalidOperation,
    ews.ErrorUnsupportedSubFilter,
    ews.MalformedResponseError,
    ews.SOAPError,
    HttpAnswer,
    PlainFault,
)
"""How servers answer an operation that they do not have."""

WHOLE_FAILED = (PlainFault, ews.MalformedResponseError)
"""How servers that are not Exchange end a request of many items over a single one of them."""

STATE_UNKNOWN = (
    ews.ErrorInvalidSyncStateData,
    ews.ErrorSyncFolderNotFound,
    ews.ErrorInvalidIdMalformed,
    ews.ErrorInvalidId,
    ews.ErrorCorruptData,
)
"""A sync state that the server will not go on from."""

_GONE = (
    ews.ErrorItemNotFound,
    ews.ErrorInvalidIdMalformed,
    ews.ErrorInvalidIdEmpty,
    ews.ErrorInvalidId,
    ews.ErrorInvalidIdNotAnItemAttachmentId,
    ews.ErrorInvalidIdMalformedEwsLegacyIdFormat,
    ews.ErrorInvalidIdMonikerTooLong,
    ews.ErrorInvalidIdXml,
    ews.ErrorCannotUseItemIdForFolderId,
    ews.ErrorCannotUseFolderIdForItemId,
)
_OF_AN_ITEM: Table = {
    **dict.fromkeys(_GONE, MessageVanished),
    ews.ErrorMessageSizeExceeded: MessageTooLarge,
    ews.ErrorDataSizeLimitExceeded: MessageTooLarge,
}


def of_server(error: Exception, server: str, mailbox: str, *, signed_in: bool) -> Failure | None:
    """What ends the work with a server or a mailbox; None for what concerns a folder or an item."""
    return (
        _of_sign_in(error, server, mailbox, signed_in=signed_in)
        or next((failure(mailbox, str(error)) for kind, failure in OF_THE_MAILBOX.items() if type(error) is kind), None)
        or _busy(error, server)
        or (None if told_by_server(error) else _connection(error, server))
        or _no_service(error, server, mailbox)
    )


def _of_sign_in(error: Exception, server: str, mailbox: str, *, signed_in: bool) -> Failure | None:
    if isinstance(error, ews.UnauthorizedError) and signed_in:
        return ServerBusy(server, "it refuses an account that it let in before", retry_after_s=DEFAULT_BACK_OFF_S)
    if isinstance(error, ews.UnauthorizedError):
        return PasswordRefused(f"{mailbox} at {server}", str(error))
    if isinstance(error, OAuth2Error):
        return PasswordRefused(f"{mailbox} at {server}", error.error or type(error).__name__)
    return None


def _busy(error: Exception, server: str) -> Failure | None:
    out_of_time = isinstance(error, ews.ErrorTimeoutExpired) and told_by_server(error)
    if isinstance(error, BUSY) or out_of_time:
        return ServerBusy(server, str(error), retry_after_s=back_off_of(error))
    return None


def _no_service(error: Exception, server: str, mailbox: str) -> Failure | None:
    if isinstance(error, HttpAnswer):
        return _http(error, server, mailbox)
    if isinstance(error, ews.SOAPError | ews.MalformedResponseError | ews.RedirectError):
        return NoMailService(server, str(error))
    return None


def of_folder(error: Exception, folder: str) -> Failure:
    return FolderRefused(folder, _said(error))


def of_item(error: Exception, item: str, otherwise: type[Failure] = MessageUnreadable) -> Failure:
    """Why one message could not be had, or with `MessageRefused` could not be written."""
    failure = next((failure for kind, failure in _OF_AN_ITEM.items() if type(error) is kind), otherwise)
    return failure(item, _said(error))


def of_new_item(error: Exception, item: str) -> Failure:
    if isinstance(error, ews.ErrorMessageSizeExceeded | ews.ErrorDataSizeLimitExceeded):
        return MessageTooLarge(item, _said(error))
    return MessageRefused(item, _said(error))


def back_off_of(error: Exception) -> float:
    """The seconds that the server asks for, or ours where it names none."""
    asked: float | None = getattr(error, "back_off", None)
    return DEFAULT_BACK_OFF_S if asked is None else asked


def ends_it(error: Exception) -> bool:
    """Whether an error inside a response message is about the mailbox, and so about every item."""
    return type(error) in OF_THE_MAILBOX


def is_gone(error: Exception) -> bool:
    return type(error) in _GONE


@contextmanager
def explained(server: str, mailbox: str, item: str) -> Iterator[None]:
    """Raise a `Failure` for everything that a request about `item` (a folder) can meet once the account is let in."""
    try:
        yield
    except (ews.EWSError, requests.RequestException, OAuth2Error) as error:
        raise of_server(error, server, mailbox, signed_in=True) or of_folder(error, item) from error


def _connection(error: Exception, server: str) -> Failure | None:
    """What kept the request or its answer from coming through; the library raises errors of its own over it."""
    chain = _chain(error)
    refused = next((one for one in chain if isinstance(one, ssl.SSLCertVerificationError)), None)
    if refused is not None:
        return CertificateNotTrusted(server, refused.verify_message or str(refused))
    if any(isinstance(one, requests.exceptions.SSLError) for one in chain):
        return TlsMissing(server, "the port does not speak TLS")
    words = "".join(type(one).__name__ for one in chain)
    if "NameResolutionError" in words or any(isinstance(one, requests.exceptions.InvalidURL) for one in chain):
        again = "emporary" in str(chain[-1])
        return (ServerUnreachable if again else HostUnknown)(
            server, "the name cannot be resolved" if not again else str(chain[-1])
        )
    if "NewConnectionError" in words or "ConnectTimeout" in words:
        return ServerUnreachable(server, str(chain[-1]))
    if any(isinstance(one, requests.RequestException | OSError) for one in chain):
        return ConnectionLost(server, str(chain[-1]) or type(chain[-1]).__name__)
    return None


def _chain(error: BaseException) -> list[BaseException]:
    """The error and what lies below it, however it was handed on."""
    chain: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        one = waiting.pop(0)
        if not isinstance(one, BaseException) or one in chain:
            continue
        chain.append(one)
        waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
    return chain


def _http(error: HttpAnswer, server: str, mailbox: str) -> Failure:
    if error.status == 403:
        return MailboxDenied(mailbox, str(error))
    if error.status in (404, 405, 410) or error.status < 400:
        return NoMailService(server, str(error))
    if error.status == 413:
        return MessageTooLarge(mailbox, str(error))
    return ServerBusy(server, str(error), retry_after_s=DEFAULT_BACK_OFF_S)


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__
