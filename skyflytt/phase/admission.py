"""How many connections a step may open at a server that others work at too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from skyflytt.project.servers import EwsServer


class Admission(Protocol):
    """Whoever lets steps in at a server, and counts them."""

    def __call__(self, server: EwsServer, login: str) -> AbstractContextManager[int]:
        """Waits until there is one; how many connections may be open while the context is, 1 at least.

        Never entered by somebody who holds another one: two that wait for each other would wait for ever.
        """
        ...


@contextmanager
def alone(server: EwsServer, login: str) -> Iterator[int]:  # noqa: ARG001 - the port's signature
    """Nobody else works at the server: all of its connections."""
    yield server.connections
