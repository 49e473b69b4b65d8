"""From settings to a signed-in connection: TLS always, certificates always verified, no password before both."""

from __future__ import annotations

import imaplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from skyflytt.errors.connection import CertificateNotTrusted, TlsMissing
from skyflytt.mail.imap.errors import connection_failure
from skyflytt.mail.imap.signing_in import sign_in
from skyflytt.project.servers import ImapServer

MOST_BYTES = 1 << 31
"""No mail server takes a message of 2 GiB."""


@contextmanager
def connected(server: ImapServer, login: str, secret: str) -> Iterator[IMAPClient]:
    """A connection that is signed in and is closed at the end, also when the server hangs.

    Raises `HostUnknown`, `CertificateNotTrusted`, `TlsMissing`, `PasswordRefused`, `ServerUnreachable` or `ServerBusy`.
    """
    client = _encrypted(server)
    try:
        sign_in(client, server, login, secret)
        yield client
        _say_goodbye(client)
    finally:
        _close(client)


def _encrypted(server: ImapServer) -> IMAPClient:
    name, context = name_of(server), _context(server)
    try:
        client = IMAPClient(
            server.host, server.port, ssl=server.security == "tls", ssl_context=context, timeout=server.timeout_s
        )
    except (OSError, UnicodeError, IMAPClientError) as error:
        raise connection_failure(error, name) from error
    try:
        # imaplib would hand every line to the log, messages included.
        client._imap.debug = 0
        client.folder_encode = False
        _refuse_boundless(client._imap)
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


def _refuse_boundless(imap: Any) -> None:
    """A literal's size is the server's word alone: one that no message has would be memory that nobody has."""
    read = imap.read

    def bounded(size: int) -> bytes:
        if size > MOST_BYTES:
            raise imaplib.IMAP4.abort(f"the server announces {size} bytes")
        data: bytes = read(size)
        if len(data) != size:
            raise imaplib.IMAP4.abort(f"the connection ended after {len(data)} of {size} bytes")
        return data

    imap.read = bounded


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
