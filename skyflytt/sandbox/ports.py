"""Free ports on loopback, below the range from which the kernel hands out ports for outgoing connections."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Container

FIRST, LAST = 20_000, 32_000


def is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Connections of a server that has just ended linger; servers listen in spite of them.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def choose(taken: Container[int]) -> int:
    while True:
        port = FIRST + secrets.randbelow(LAST - FIRST)
        if port not in taken and is_free(port):
            return port
