"""From settings to a mailbox that is open: TLS always, certificates always verified, one attempt to sign in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from exchangelib import errors as ews

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import ServerBusy
from skyflytt.errors.mail import MailboxDenied, MailboxMissing
from skyflytt.mail.ews.account import TIMEOUT_S, account
from skyflytt.mail.ews.autodiscover import found_url
from skyflytt.mail.ews.errors import of_server
from skyflytt.mail.ews.folders import FolderTable, read_folders
from skyflytt.mail.ews.patience import Patience
from skyflytt.mail.ews.session import Session
from skyflytt.mail.ews.tls import context
from skyflytt.project.servers import EwsServer

PATIENT = Patience()


@contextmanager
def connected(
    server: EwsServer, login: str, secret: str, patience: Patience = PATIENT, timeout_s: float = TIMEOUT_S
) -> Iterator[tuple[Session, FolderTable]]:
    """The mailbox of `login` with its folders.

    Raises `HostUnknown`, `CertificateNotTrusted`, `TlsMissing`, `PasswordRefused`, `MailboxMissing`, `MailboxDenied`, `NoMailService`,
    `ServerUnreachable` or `ServerBusy`.
    """
    name = name_of(server, login)
    tls = context(server.ca_file, name)
    url = server.url or found_url(server, login, secret, tls)
    with account(server, url, login, secret, tls=tls, timeout_s=timeout_s) as opened:
        session = Session(opened, server, name, patience)
        yield session, _opened(session)


def name_of(server: EwsServer, login: str) -> str:
    """The server as people name it in messages."""
    return urlsplit(server.url).netloc if server.url else login.rpartition("@")[2]


def _opened(session: Session) -> FolderTable:
    try:
        return read_folders(session)
    except ews.EWSError as error:
        failure = of_server(error, session.server, session.mailbox, signed_in=session.signed_in)
        raise failure or _closed(session, error) from error


def _closed(session: Session, error: Exception) -> Failure:
    """The account was let in, and the mailbox's top is not its to see, or is not there."""
    whose = session.mailbox if session.settings.store != "public" else "the public folders"
    if isinstance(error, ews.ErrorAccessDenied):
        return MailboxDenied(whose, str(error))
    if isinstance(error, ews.ErrorInternalServerError | ews.ErrorInternalServerTransientError):
        # The server's own trouble says nothing of the mailbox.
        return ServerBusy(session.server, str(error))
    words = {"archive": "it has no archive mailbox", "public": "there are none", "primary": ""}[session.settings.store]
    return MailboxMissing(whose, " ".join(filter(None, (words, str(error)))))
