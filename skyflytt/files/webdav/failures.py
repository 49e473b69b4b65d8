"""What a status of HTTP (RFC 9110, RFC 4918 section 11) or a broken connection means to the migration."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime

import httpx

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
from skyflytt.errors.files import FileInUse, PathMissing, PathRefused, TargetFull
from skyflytt.files.no_tls import NO_TLS, OLD_TLS

MISSING = (404, 410)
BUSY = (408, 429, 502, 503, 504)
SAID = re.compile(rb"<(?:\w+:)?message[^>]*>([^<]{1,300})<")
"""SabreDAV's own words within the body of an error."""


@contextmanager
def failures(server: str) -> Iterator[None]:
    """Turns httpx's errors into those of `skyflytt.errors`."""
    try:
        yield
    except httpx.HTTPError as error:
        raise connection_failure(server, error) from error


def connection_failure(server: str, error: httpx.HTTPError) -> Failure:
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return CertificateNotTrusted(server, cause.verify_message)
        if isinstance(cause, socket.gaierror):
            return HostUnknown(server, cause.strerror or str(cause))
        if isinstance(cause, ssl.SSLError) and cause.reason in NO_TLS | OLD_TLS:
            return TlsMissing(server, str(cause))
    detail = str(error) or type(error).__name__
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return ServerUnreachable(server, detail)
    return ConnectionLost(server, detail)


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__


def status_failure(item: str, server: str, status: int, headers: Mapping[str, str], body: bytes = b"") -> Failure:
    """`item` is the path that was asked about, `server` host and port."""
    said = SAID.search(body)
    detail = f"HTTP {status}" + (f": {said[1].decode('utf-8', 'replace').strip()}" if said else "")
    if status == 401:
        offered = ", ".join(sorted({part.split(" ")[0] for part in _challenges(headers)}))
        return PasswordRefused(server, f"{detail}; the server takes {offered}" if offered else detail)
    if status in MISSING:
        return PathMissing(item, detail)
    if status == 423:
        return FileInUse(item, detail)
    if status == 507:
        return TargetFull(item, detail)
    if status in BUSY:
        return ServerBusy(server, detail, retry_after_s=retry_after_s(headers))
    return PathRefused(item, detail)


def _challenges(headers: Mapping[str, str]) -> list[str]:
    """Each scheme begins a challenge; within one, parameters follow the comma (RFC 9110, section 11.6.1)."""
    return re.findall(r"(?:^|,\s*)([A-Za-z][\w-]*)(?=\s+\w+=|\s*$|\s*,)", headers.get("www-authenticate", ""))


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds, or a time (RFC 9110, section 10.2.3), which is held against the server's own clock."""
    after = headers.get("retry-after", "").strip()
    if after.isascii() and after.isdigit():
        return float(after)
    try:
        wait = parsedate_to_datetime(after) - parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError):
        return None
    return max(0.0, wait.total_seconds())
