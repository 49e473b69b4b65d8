"""Free ports on loopback, below the range from which the kernel hands out ports for outgoing connections."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Container, Iterable

FIRST, LAST = 20_000, 32_000


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Connections of a server that has just ended linger; servers listen in spite of them.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def choose(taken: Container[int], hosts: Iterable[str] = ("127.0.0.1",)) -> int:
    """A port that is free at each of the hosts."""
    hosts = tuple(hosts)
    while True:
        port = FIRST + secrets.randbelow(LAST - FIRST)
        if port not in taken and all(is_free(port, host) for host in hosts):
            return port
