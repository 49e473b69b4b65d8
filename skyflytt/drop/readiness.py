"""Whether a place's certificate and clock are good for a drop."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime, timedelta

from skyflytt.drop.place import Place
from skyflytt.errors.connection import CertificateNotTrusted, ServerUnreachable
from skyflytt.errors.drop import CertificateEndsFirst, ServerClockOff
from skyflytt.files.ftps.connect import FtpsSettings, reached
from skyflytt.files.s3.connect import S3Settings

TIMEOUT_S = 60
NEVER = datetime.max.replace(tzinfo=UTC)
CLOCK_TOLERANCE = timedelta(minutes=1)


def ftps_certificate_end(server: FtpsSettings) -> datetime:
    """Until when the certificate that an FTPS server shows is good; no sign-in. Raises what `connected` raises before it."""
    with reached(server) as client:
        sock = client.sock
        return certificate_end(sock) if isinstance(sock, ssl.SSLSocket) else NEVER


def https_certificate_end(host: str, port: int, server: S3Settings) -> datetime:
    """Of an S3 service; one without TLS has none that could end."""
    if (server.endpoint_url or "https:").startswith("http:"):
        return NEVER
    context = ssl.create_default_context(cafile=str(server.ca_file) if server.ca_file else None)
    try:
        with (
            socket.create_connection((host, port), timeout=TIMEOUT_S) as plain,
            context.wrap_socket(plain, server_hostname=host) as connection,
        ):
            return certificate_end(connection)
    except ssl.SSLCertVerificationError as error:
        raise CertificateNotTrusted(f"{host}:{port}", error.verify_message) from error
    except OSError as error:
        raise ServerUnreachable(f"{host}:{port}", str(error)) from error


def certificate_end(connection: ssl.SSLSocket) -> datetime:
    """Of the certificate that the other side showed and that was verified."""
    shown = connection.getpeercert() or {}
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC)


def require_lasting(place: Place, certificate_ends: datetime, closes: datetime) -> None:
    """Raises `CertificateEndsFirst`."""
    if certificate_ends < closes:
        raise CertificateEndsFirst(
            place.folder,
            f"{place.host}:{place.port} shows one that ends at {certificate_ends.isoformat()}, the drop at {closes.isoformat()}",
        )


def require_same_time(place: Place, theirs: datetime, ours: datetime) -> None:
    """Raises `ServerClockOff` where they are more than a minute apart."""
    if abs(theirs - ours) > CLOCK_TOLERANCE:
        raise ServerClockOff(place.folder, f"{place.host} has {theirs.isoformat()}, this machine {ours.isoformat()}")
