"""From settings to a signed-in connection: TLS always, certificates always verified, no password before both."""

from __future__ import annotations

import base64
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from skyflytt.errors.connection import CertificateNotTrusted, TlsMissing
from skyflytt.mail.imap.errors import connection_failure, login_failure
from skyflytt.project.servers import ImapServer

TIMEOUT_S = 60.0


@contextmanager
def connected(server: ImapServer, login: str, secret: str, timeout_s: float = TIMEOUT_S) -> Iterator[IMAPClient]:
    """A connection that is signed in and is closed at the end, also when the server hangs.

    Raises `HostUnknown`, `CertificateNotTrusted`, `TlsMissing`, `PasswordRefused`, `ServerUnreachable` or `ServerBusy`.
    """
    client = _encrypted(server, timeout_s)
    try:
        _sign_in(client, server, login, secret)
        yield client
        _say_goodbye(client)
    finally:
        _close(client)


def _encrypted(server: ImapServer, timeout_s: float) -> IMAPClient:
    name, context = name_of(server), _context(server)
    try:
        client = IMAPClient(
            server.host, server.port, ssl=server.security == "tls", ssl_context=context, timeout=timeout_s
        )
    except (OSError, UnicodeError, IMAPClientError) as error:
        raise connection_failure(error, name) from error
    try:
        # imaplib would hand every line to the log, messages included.
        client._imap.debug = 0
        client.folder_encode = False
        client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if server.security == "starttls":
            _start_tls(client, name, context)
    except BaseException:
        _close(client)
        raise
    return client


def _start_tls(client: IMAPClient, name: str, context: ssl.SSLContext) -> None:
    try:
        if not client.has_capability("STARTTLS"):
            raise TlsMissing(name, "the server does not offer STARTTLS; no password was sent")
        client.starttls(context)
    except (OSError, IMAPClientError) as error:
        raise connection_failure(error, name) from error


def _sign_in(client: IMAPClient, server: ImapServer, login: str, secret: str) -> None:
    try:
        if (login + secret).isascii() and not client.has_capability("LOGINDISABLED"):
            client.login(login, secret)
        else:
            # LOGIN can only carry ASCII; PLAIN is UTF-8 (RFC 4616 §2).
            client.plain_login(login, secret)
    except (OSError, IMAPClientError) as error:
        # Without its chain: a traceback could show the arguments of the frames above.
        account = f"{login} at {name_of(server)}"
        raise login_failure(error, account, name_of(server), lambda text: _scrubbed(text, login, secret)) from None


def _scrubbed(text: str, login: str, secret: str) -> str:
    plain = base64.b64encode(f"\0{login}\0{secret}".encode()).decode("ascii")
    for form in (plain, secret, secret.replace("\\", "\\\\").replace('"', '\\"')):
        text = text.replace(form, "***") if form else text
    return text


def _context(server: ImapServer) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(server.ca_file) if server.ca_file else None)
    except (OSError, ssl.SSLError) as error:
        raise CertificateNotTrusted(name_of(server), f"ca_file {server.ca_file} cannot be read: {error}") from error


def name_of(server: ImapServer) -> str:
    """The server as people name it in messages."""
    return f"{server.host}:{server.port}"


def _say_goodbye(client: IMAPClient) -> None:
    try:
        client.socket().settimeout(5)
        client.logout()
    except (OSError, IMAPClientError):
        return


def _close(client: IMAPClient) -> None:
    try:
        client.shutdown()
    except OSError:
        return
