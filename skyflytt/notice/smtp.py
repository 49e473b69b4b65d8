"""A message on its way out through a submission server: connected, encrypted, signed in, and its refusals as failures."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, Protocol

from skyflytt.errors.connection import (
    CertificateNotTrusted,
    ConnectionLost,
    HostUnknown,
    PasswordRefused,
    ServerBusy,
    ServerUnreachable,
    TlsMissing,
)
from skyflytt.notice.failures import RecipientRefused
from skyflytt.notice.signing_in import sign_in

TIMEOUT_S = 60


class SmtpSettings(Protocol):
    """`skyflytt.project.servers.SmtpServer`."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def security(self) -> Literal["tls", "starttls", "none"]: ...
    @property
    def user(self) -> str | None: ...
    @property
    def sender(self) -> str: ...
    @property
    def ca_file(self) -> Path | None: ...


@contextlib.contextmanager
def connected(server: SmtpSettings, secret: str | None) -> Iterator[smtplib.SMTP]:
    """Connected, encrypted as the settings say, and signed in. Raises the failures of `skyflytt.errors.connection`."""
    name = f"{server.host}:{server.port}"
    smtp = _open(server, name)
    try:
        with refusals(server):
            if server.security == "starttls":
                _start_tls(smtp, server, name)
            if server.user is not None:
                sign_in(smtp, server.user, secret or "")
        yield smtp
    finally:
        with contextlib.suppress(smtplib.SMTPException, OSError):
            smtp.quit()
        smtp.close()


def _open(server: SmtpSettings, name: str) -> smtplib.SMTP:
    try:
        if server.security == "tls":
            return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_S, context=_context(server))
        return smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)
    except socket.gaierror as error:
        raise HostUnknown(server.host, error.strerror or str(error)) from error
    except ssl.SSLCertVerificationError as error:
        raise CertificateNotTrusted(name, error.verify_message) from error
    except (OSError, smtplib.SMTPException) as error:
        raise ServerUnreachable(name, str(error)) from error


def _start_tls(smtp: smtplib.SMTP, server: SmtpSettings, name: str) -> None:
    smtp.ehlo()
    if not smtp.has_extn("starttls"):
        raise TlsMissing(name, "it does not offer STARTTLS")
    smtp.starttls(context=_context(server))


def _context(server: SmtpSettings) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(server.ca_file) if server.ca_file else None)


@contextlib.contextmanager
def refusals(server: SmtpSettings, recipient: str = "") -> Iterator[None]:
    """What the server says to a message, as failures; `RecipientRefused` is about `recipient`."""
    name = f"{server.host}:{server.port}"
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        raise PasswordRefused(f"{server.user}@{name}", _words(error.smtp_error)) from None
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        if code < 500:
            raise ServerBusy(name, _words(words)) from error
        raise RecipientRefused(recipient or name, _words(words)) from error
    except smtplib.SMTPResponseException as error:
        if error.smtp_code < 500:
            raise ServerBusy(name, f"{error.smtp_code} {_words(error.smtp_error)}") from error
        raise RecipientRefused(recipient or name, f"{error.smtp_code} {_words(error.smtp_error)}") from error
    except ssl.SSLCertVerificationError as error:
        raise CertificateNotTrusted(name, error.verify_message) from error
    except (OSError, smtplib.SMTPException) as error:
        raise ConnectionLost(name, str(error)) from error


def _words(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
