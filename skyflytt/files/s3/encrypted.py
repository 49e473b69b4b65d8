"""No bucket is reached in clear, but for one on this machine: neither the customer's files nor what signs the requests would be safe."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from skyflytt.errors.connection import TlsMissing


def require_tls(endpoint_url: str | None) -> None:
    """Raise `TlsMissing` for an address with `http:` that leads to another machine."""
    url = urlsplit(endpoint_url or "")
    if url.scheme == "http" and not _is_here(url.hostname or ""):
        raise TlsMissing(endpoint_url or "", "its address begins with http:, so everything would travel in clear")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"
