"""Where the server may listen. By itself it speaks in clear: beyond this machine only with a sign-in, a key, and TLS before it."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import httpx

from deployments.stack.failures import NotSafe

LOOPBACK = "127.0.0.1"
HOST, ADDRESS = "SKYFLYTT_HOST", "SKYFLYTT_ADDRESS"
NEEDED = {
    "PREFECT_SERVER_API_AUTH_STRING": "without a sign-in, whoever reaches it can read every secret and start every flow",
    "PREFECT_SERVER_ENCRYPTION_KEY": "without a key of its own, the one that opens the blocks' secrets lies beside them in the database",
}


@dataclass(frozen=True)
class Listening:
    """`address` is the one that people use (`https://prefect.example`), where it is another than the server's own."""

    host: str = LOOPBACK
    address: str | None = None

    @property
    def reached_at(self) -> str:
        """The host that programs on this machine name; one that stands for all interfaces is reached on loopback too."""
        return LOOPBACK if self.host in {"0.0.0.0", "::"} else self.host

    def settings(self) -> dict[str, str]:
        """What the server has to know, so that a browser that came by `address` stays there."""
        if self.address is None:
            return {}
        return {"PREFECT_SERVER_UI_API_URL": f"{self.address}/api", "PREFECT_UI_URL": self.address}


def listening(environment: Mapping[str, str] | None = None) -> Listening:
    """What `SKYFLYTT_HOST` and `SKYFLYTT_ADDRESS` ask for; loopback without them."""
    given = os.environ if environment is None else environment
    return Listening(given.get(HOST) or LOOPBACK, (given.get(ADDRESS) or "").rstrip("/") or None)


def require_safe(asked: Listening, server_environment: Mapping[str, str]) -> None:
    """Raises `NotSafe` when the server would be open to people who have no business there, with what is missing."""
    if reasons := list(_reasons(asked, server_environment)):
        raise NotSafe(asked.host, "; ".join(reasons))


def _reasons(asked: Listening, server_environment: Mapping[str, str]) -> Iterator[str]:
    if not is_loopback(asked.host):
        yield from (why for name, why in NEEDED.items() if not server_environment.get(name))
        if asked.address is None:
            yield f"it speaks in clear, and {ADDRESS} names no https:// address of a proxy before it that does TLS"
    if asked.address is not None:
        url = httpx.URL(asked.address)
        if url.scheme != "https" and not is_loopback(url.host):
            yield f"{ADDRESS} is {asked.address}, which sends the sign-in in clear over the network; it has to be https://"


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
