"""Servers that do not answer."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.facts import Facts

ID = "server.unreachable"
CATEGORY = Category.CRITICAL
TITLE = "A server cannot be reached"
MEANING = "The server's name leads nowhere, or nobody answers at its port from this machine. No pass over it can begin."
ADVICE = (
    "See that host and port in the project file are right, and that firewalls on the way let this machine through; "
    "ask the provider to allow its address."
)


def check(facts: Facts) -> Iterator[Concern]:
    for server in facts.around.servers:
        if server.unreachable is not None:
            found = f"{server.host}:{server.port} was not reached: {server.unreachable.rstrip('.')}."
            yield Concern(ID, CATEGORY, f"server {server.name}", found)
