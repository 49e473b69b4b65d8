"""What a server's answers and a broken connection mean, as failures (response codes: RFC 5530, RFC 9051 §7.1)."""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

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
from skyflytt.errors.mail import FolderRefused, MailboxFull, MailboxMissing, MessageRefused, MessageTooLarge

_CODE = re.compile(r"\[([A-Z-]+)[ \]]")
_TOO_LARGE = re.compile(r"(?i)too (large|big|long)|larger than|exceeds? .*size|size limit|maximum .*size")
_BUSY_CODES = frozenset(("UNAVAILABLE", "INUSE", "SERVERBUG", "CONTACTADMIN", "THROTTLED"))
_BACKOFF = re.compile(r"(?i)request is throttled\.?(?: suggested backoff time: (\d+) milliseconds)?")
"""Exchange's, in a BAD or NO without a response code."""
_NOT_CONNECTED = re.compile(r"(?i)user is authenticated but not connected")
"""Exchange's: the password is right, but there is no mailbox behind the login (no licence, or a wrong delegation)."""
_BUSY_WORDS = re.compile(r"(?i)too many|try again|temporar|throttl|overloaded|busy|shutting down")

_DELETED_UNDER_US = re.compile(r"(?i)deleted under us")
"""Dovecot's, where this connection had a folder open that was made or numbered anew: another connection sees it as it is."""

_OF_THE_FOLDER = frozenset(("OVERQUOTA", "TRYCREATE", "NONEXISTENT", "NOPERM", "READ-ONLY"))


class ServerRefused(Exception):
    """The server answered NO or BAD; `code` is its response code, empty where it gave none."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.code = found[1] if (found := _CODE.search(text)) else ""
        super().__init__(text)


def accepted(answer: tuple[str, Sequence[object]]) -> str:
    """The text of an OK; raises `ServerRefused` for anything else."""
    typ, data = answer
    text = _text(data[-1] if data else b"")
    if typ != "OK":
        raise ServerRefused(text)
    return text


@contextmanager
def refusals() -> Iterator[None]:
    """A BAD, which imaplib raises, is refused like a NO, which it returns."""
    try:
        yield
    except (imaplib.IMAP4.abort, imaplib.IMAP4.readonly):
        raise
    except imaplib.IMAP4.error as error:
        raise ServerRefused(str(error)) from error


def connection_failure(error: Exception, server: str) -> Failure:
    """Why no connection came about."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return CertificateNotTrusted(server, error.verify_message or str(error))
    if isinstance(error, socket.gaierror) and error.errno != socket.EAI_AGAIN:
        return HostUnknown(server, error.strerror or str(error))
    if isinstance(error, UnicodeError):
        return HostUnknown(server, "this is no host name")
    if isinstance(error, ssl.SSLError) and error.reason in (
        "WRONG_VERSION_NUMBER",
        "RECORD_LAYER_FAILURE",
        "HTTP_REQUEST",
    ):
        return TlsMissing(server, "the port does not speak TLS; it may want security: starttls")
    if isinstance(error, imaplib.IMAP4.error) and _BUSY_WORDS.search(str(error)):
        return ServerBusy(server, str(error))
    return ServerUnreachable(server, str(error) or type(error).__name__)


def login_failure(error: Exception, account: str, server: str, scrubbed: Callable[[str], str]) -> Failure:
    """Why the server did not let us in; only what it calls temporary may be tried again.

    `scrubbed` takes the secret out of the server's words: some repeat what they were sent.
    """
    # imapclient makes a LoginError of everything; what it was before is in its context.
    broken = next(
        (each for each in (error, error.__context__) if isinstance(each, imaplib.IMAP4.abort | OSError)), None
    )
    if broken is not None and _BUSY_WORDS.search(str(broken)):
        return ServerBusy(server, scrubbed(str(broken)))
    if broken is not None:
        return ConnectionLost(server, scrubbed(str(broken)) or type(broken).__name__)
    refusal = ServerRefused(scrubbed(str(error)))
    if refusal.code in _BUSY_CODES or refusal.code == "LIMIT" or _BACKOFF.search(refusal.text):
        return ServerBusy(server, refusal.text)
    if refusal.code == "PRIVACYREQUIRED":
        return TlsMissing(server, refusal.text)
    return PasswordRefused(account, refusal.text)


@contextmanager
def explained(server: str, item: str) -> Iterator[None]:
    """Raise a `Failure` for everything that a command about `item` (a folder) can meet."""
    try:
        yield
    except ServerRefused as error:
        if _DELETED_UNDER_US.search(error.text):
            raise ConnectionLost(server, error.text) from error
        raise folder_failure(error, item) from error
    except imaplib.IMAP4.readonly as error:
        raise FolderRefused(item, str(error)) from error
    except imaplib.IMAP4.abort as error:
        kind = ServerBusy if _BUSY_WORDS.search(str(error)) else ConnectionLost
        raise kind(server, str(error)) from error
    except imaplib.IMAP4.error as error:
        raise folder_failure(ServerRefused(str(error)), item) from error
    except OSError as error:
        raise ConnectionLost(server, str(error) or type(error).__name__) from error


def folder_failure(refusal: ServerRefused, item: str) -> Failure:
    if refusal.code == "OVERQUOTA":
        return MailboxFull(item, refusal.text)
    if refusal.code in _BUSY_CODES:
        return ServerBusy(item, refusal.text)
    if throttled := _BACKOFF.search(refusal.text):
        return ServerBusy(item, refusal.text, retry_after_s=int(throttled[1]) / 1000 if throttled[1] else None)
    if _NOT_CONNECTED.search(refusal.text):
        return MailboxMissing(item, refusal.text)
    if refusal.code == "NONEXISTENT" and item == "INBOX":
        return MailboxMissing(item, refusal.text)
    return FolderRefused(item, refusal.text)


def message_failure(refusal: ServerRefused, item: str) -> Failure:
    """Why one message was not taken; raises where it is not about this message alone."""
    if refusal.code == "TOOBIG" or _TOO_LARGE.search(refusal.text):
        return MessageTooLarge(item, refusal.text)
    if refusal.code in _OF_THE_FOLDER or refusal.code in _BUSY_CODES or _BACKOFF.search(refusal.text):
        raise refusal
    return MessageRefused(item, refusal.text)


def _text(data: object) -> str:
    return data.decode("utf-8", "replace") if isinstance(data, bytes) else str(data)
