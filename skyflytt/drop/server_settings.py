"""What the drop server is started with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path


@dataclass(frozen=True)
class DropServerSettings:
    """`certificate` is a PEM file with chain and key (or `key` apart). Without `passive_ports` the kernel picks free ones."""

    port: int
    certificate: Path
    accounts_dir: Path
    host: str = "127.0.0.1"
    key: Path | None = None
    passive_ports: range | None = None
    public_address: str | None = None
    bytes_per_second: int | None = None
    """For each account, over all its downloads together."""
    failed_login_delay: float = 2.0
    """Seconds before a wrong secret is answered; further attempts from there wait longer and longer."""
    failed_logins_allowed: int = 10
    lock: timedelta = timedelta(minutes=15)
    connections: int = 500
    connections_per_address: int = 60
    sign_in_seconds: float = 60
    idle_seconds: float = 900
    stall_seconds: float = 120
    """How long a transfer may stand still."""
    session_reuse: bool = True
    """A data connection must resume the TLS session of its own control connection, so that nobody else can take it."""
