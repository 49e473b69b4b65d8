"""Does a mail service answer at a host? Asked over verified TLS, without signing in."""

from __future__ import annotations

import http.client
import socket
import ssl
from pathlib import Path

from skyflytt.concern.mailbox_facts import Route, RouteState

TIMEOUT_S = 10.0
IMAP, EWS = "IMAP", "Exchange Web Services"
EWS_PATH = "/EWS/Exchange.asmx"
NOT_THERE = frozenset((404, 410, 501))


def imap_answers(host: str, ca_file: Path | None, port: int = 993, timeout_s: float = TIMEOUT_S) -> Route:
    """Whether the server greets (RFC 9051 §7.1)."""
    try:
        tls = _context(ca_file)
        with (
            socket.create_connection((host, port), timeout_s) as plain,
            tls.wrap_socket(plain, server_hostname=host) as connection,
            connection.makefile("rb") as lines,
        ):
            greeting = lines.readline(1000).decode("ascii", "replace").strip()
    except OSError as error:
        return _failed(IMAP, error)
    if greeting.upper().startswith(("* OK", "* PREAUTH")):
        return Route(IMAP, RouteState.ANSWERS, f"at {host}:{port}; nobody signed in")
    return Route(IMAP, RouteState.FAILED, greeting or "it says nothing")


def ews_answers(host: str, ca_file: Path | None, port: int = 443, timeout_s: float = TIMEOUT_S) -> Route:
    """Whether the service wants to know who asks (401), rather than not being there."""
    try:
        connection = http.client.HTTPSConnection(host, port, timeout=timeout_s, context=_context(ca_file))
        try:
            connection.request("GET", EWS_PATH)
            answer = connection.getresponse()
            status, wants = answer.status, answer.getheader("WWW-Authenticate")
        finally:
            connection.close()
    except (OSError, http.client.HTTPException) as error:
        return _failed(EWS, error)
    if status == http.client.UNAUTHORIZED and wants:
        return Route(EWS, RouteState.ANSWERS, f"at https://{host}:{port}{EWS_PATH}; nobody signed in")
    state = RouteState.ABSENT if status in NOT_THERE or status < http.client.BAD_REQUEST else RouteState.FAILED
    return Route(EWS, state, f"HTTP {status}")


def _context(ca_file: Path | None) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(ca_file) if ca_file else None)


def _failed(name: str, error: Exception) -> Route:
    """A refused connection says that nothing listens there; anything else may be a fault."""
    state = RouteState.ABSENT if isinstance(error, ConnectionRefusedError) else RouteState.FAILED
    return Route(name, state, str(error) or type(error).__name__)
