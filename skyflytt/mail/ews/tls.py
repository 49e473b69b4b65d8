"""TLS with verified certificates: the machine's authorities, or the one of `ca_file` alone."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

from requests.adapters import HTTPAdapter

from skyflytt.errors.connection import CertificateNotTrusted


def context(ca_file: Path | None, server: str) -> ssl.SSLContext:
    """Raises `CertificateNotTrusted` for a file that cannot be read."""
    try:
        return ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    except (OSError, ssl.SSLError) as error:
        raise CertificateNotTrusted(server, f"ca_file {ca_file} cannot be read: {error}") from error


class VerifyingAdapter(HTTPAdapter):
    """Connections under one TLS context; what environment variables say about certificates is not heard."""

    def __init__(self, tls: ssl.SSLContext, **pool: Any) -> None:
        self._tls = tls
        super().__init__(**pool)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._tls, **kwargs)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        return super().proxy_manager_for(proxy, ssl_context=self._tls, **kwargs)

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:  # noqa: ARG002
        host, _ = super().build_connection_pool_key_attributes(request, True, cert)
        return host, {"ssl_context": self._tls, "cert_reqs": "CERT_REQUIRED"}

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:  # noqa: ARG002 - the library's signature
        """Requests would add its own list of authorities to ours here."""
        conn.cert_reqs, conn.ca_certs, conn.ca_cert_dir = "CERT_REQUIRED", None, None
