"""How many connections a step may open at a server that others work at too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from skyflytt.project.servers import Server


class Admission(Protocol):
    """Whoever lets steps in at a server, and counts them."""

    def __call__(
        self, server: Server, login: str = "", *, beside: Server | None = None, most: int | None = None
    ) -> AbstractContextManager[int]:
        """Waits until there is one; how many connections may be open while the context is, 1 at least and `most` at most.

        Who needs two servers at once names the other one `beside` it, and gets as many at both, or waits for both. Never entered
        by somebody who holds another one: two that wait for each other would wait for ever.
        """
        ...


@contextmanager
def alone(
    server: Server,
    login: str = "",  # noqa: ARG001 - the port's signature
    *,
    beside: Server | None = None,
    most: int | None = None,
) -> Iterator[int]:
    """Nobody else works at the server: all connections that its settings allow."""
    yield allowed(server, beside, most)


def allowed(server: Server, beside: Server | None = None, most: int | None = None) -> int:
    """What the settings of the servers allow one mailbox or share; at an Exchange, all of them together."""
    servers = [server] if beside is None else [server, beside]
    return min([getattr(one, "connections", 1) for one in servers] + ([most] if most is not None else []))
