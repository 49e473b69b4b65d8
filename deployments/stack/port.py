"""A server's port: chosen at its first start and kept in a file, so that addresses stay what they were."""

from __future__ import annotations

import socket
import time
from pathlib import Path

from deployments.stack import settings
from deployments.stack.place import POLL_S

PATIENCE_S = 5.0


def own_port(file: Path) -> int:
    """The port in the file; another one, kept from now on, only at first or when a stranger has taken it since."""
    kept = kept_port(file)
    port = kept if kept and _is_free_within(kept, PATIENCE_S) else _free_port()
    file.write_text(f"{port}\n")
    return port


def kept_port(file: Path) -> int | None:
    """The port in the file, or None when there is none yet."""
    try:
        return int(file.read_text())
    except (FileNotFoundError, ValueError):
        return None


def _is_free_within(port: int, patience_s: float) -> bool:
    # A server that was killed just now may hold its port for a moment longer than its process id.
    deadline = time.monotonic() + patience_s
    while True:
        try:
            with _probe() as probe:
                probe.bind((settings.LOOPBACK, port))
                return True
        except OSError:
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_S)


def _free_port() -> int:
    with _probe() as probe:
        probe.bind((settings.LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _probe() -> socket.socket:
    probe = socket.socket()
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return probe
