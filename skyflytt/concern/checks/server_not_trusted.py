"""Servers whose certificate is refused."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.facts import Facts

ID = "server.not-trusted"
CATEGORY = Category.CRITICAL
TITLE = "A certificate is not trusted"
MEANING = (
    "The server shows a certificate that is not for its name, not from a known authority, or ended. No connection "
    "is made to such a server, since nobody can tell who is behind it."
)
ADVICE = (
    "Have the certificate corrected; or name the authority's file as `ca_file` of the server if it is the "
    "provider's own."
)


def check(facts: Facts) -> Iterator[Concern]:
    for server in facts.around.servers:
        if server.not_trusted is not None:
            found = f"The certificate of {server.host}:{server.port} is refused: {server.not_trusted}."
            yield Concern(ID, CATEGORY, f"server {server.name}", found)
