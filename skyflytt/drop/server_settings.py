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
    failed_login_delay: float = 2.0
    failed_logins_allowed: int = 10
    lock: timedelta = timedelta(minutes=15)
