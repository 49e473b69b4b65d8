"""What httpx raises, as failures of reaching a server."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx

from skyflytt.errors.connection import CertificateNotTrusted, ConnectionLost, HostUnknown, ServerUnreachable
from skyflytt.graph.redaction import redacted


@contextlib.contextmanager
def told(url: str) -> Iterator[None]:
    """Inside it, failures of the connection to the host of `url` are those of `skyflytt.errors.connection`."""
    host = urlsplit(url).netloc or url
    try:
        yield
    except httpx.ConnectError as error:
        if isinstance(error.__context__, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(error):
            raise CertificateNotTrusted(host, str(error)) from error
        if any(isinstance(cause, socket.gaierror) for cause in _causes(error)):
            raise HostUnknown(host, str(error)) from error
        raise ServerUnreachable(host, str(error)) from error
    except (httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise ServerUnreachable(host, "it does not answer in time") from error
    except httpx.TransportError as error:
        raise ConnectionLost(host, redacted(str(error)) or type(error).__name__) from error


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
