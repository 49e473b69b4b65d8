"""Look at a server as anybody can: where its name leads, its certificate, its clock. Nobody signs in."""

from __future__ import annotations

import ftplib
import http.client
import imaplib
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from skyflytt.concern.server_facts import ServerFacts
from skyflytt.deadline.clock import Clock
from skyflytt.phase.door import Door

TIMEOUT_S = 5.0
WORKING_CLOCK = "system"
"""Under a moved clock of a rehearsal, no server's clock is wrong."""


def look_at_server(name: str, door: Door, clock: Clock, timeout_s: float = TIMEOUT_S) -> ServerFacts:
    """The server's facts; whatever goes wrong is one."""
    facts = ServerFacts(name, door.host, door.port)
    try:
        found = socket.getaddrinfo(door.host, door.port, type=socket.SOCK_STREAM)
    except OSError as error:
        return replace(facts, unreachable=error.strerror or str(error))
    facts = replace(facts, addresses=tuple(sorted({str(one[4][0]) for one in found})))
    if door.way == "none":
        return facts
    if door.ca_file is not None and not door.ca_file.is_file():
        return replace(facts, not_trusted=f"the authority's file {door.ca_file} is not there")
    try:
        certificate, told = WAYS[door.way](door, timeout_s)
    except ssl.SSLCertVerificationError as error:
        return replace(facts, not_trusted=error.verify_message)
    except (
        OSError,
        EOFError,
        http.client.HTTPException,
        imaplib.IMAP4.error,
        smtplib.SMTPException,
        ftplib.Error,
    ) as error:
        return replace(facts, unreachable=str(error) or type(error).__name__)
    ahead = (told - clock.now()).total_seconds() if told and clock.name == WORKING_CLOCK else None
    return replace(facts, certificate_ends=_end_of(certificate), ahead_s=ahead)


Seen = tuple[dict[str, object], datetime | None]


def _https(door: Door, timeout_s: float) -> Seen:
    connection = http.client.HTTPSConnection(door.host, door.port, timeout=timeout_s, context=_context(door))
    try:
        connection.request("OPTIONS", "/")
        certificate = _certificate(connection.sock)
        date = connection.getresponse().getheader("Date", "")
    finally:
        connection.close()
    with suppress(ValueError):
        return certificate, parsedate_to_datetime(date)
    return certificate, None


def _tls(door: Door, timeout_s: float) -> Seen:
    with (
        socket.create_connection((door.host, door.port), timeout_s) as plain,
        _context(door).wrap_socket(plain, server_hostname=door.host) as wrapped,
    ):
        return _certificate(wrapped), None


def _imap(door: Door, timeout_s: float) -> Seen:
    client = imaplib.IMAP4(door.host, door.port, timeout_s)
    try:
        client.starttls(_context(door))
        return _certificate(client.sock), None
    finally:
        client.shutdown()


def _smtp(door: Door, timeout_s: float) -> Seen:
    with smtplib.SMTP(door.host, door.port, timeout=timeout_s) as client:
        client.starttls(context=_context(door))
        return _certificate(client.sock), None


def _ftp(door: Door, timeout_s: float) -> Seen:
    with ftplib.FTP_TLS(context=_context(door)) as client:
        client.connect(door.host, door.port, timeout_s)
        client.auth()
        return _certificate(client.sock), None


WAYS: dict[str, Callable[[Door, float], Seen]] = {
    "https": _https,
    "tls": _tls,
    "imap": _imap,
    "smtp": _smtp,
    "ftp": _ftp,
}


def _context(door: Door) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(door.ca_file) if door.ca_file else None)


def _certificate(connection: object) -> dict[str, object]:
    return dict(connection.getpeercert() or {}) if isinstance(connection, ssl.SSLSocket) else {}


def _end_of(certificate: dict[str, object]) -> datetime | None:
    ends = certificate.get("notAfter")
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC) if isinstance(ends, str) else None
