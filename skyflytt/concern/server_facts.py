"""What a server of the project shows before anybody signs in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """`name` is the project's. `addresses` are where its host name leads; empty where it leads nowhere.

    `certificate_ends` is aware; None where the server has no certificate or could not be asked. `ahead_s` is by how much its clock is
    ahead of this machine's, where it tells the time. `not_trusted` are the words of a refused certificate, `unreachable` those of a
    connection that could not be made.
    """

    name: str
    host: str
    port: int
    addresses: tuple[str, ...] = ()
    certificate_ends: datetime | None = None
    ahead_s: float | None = None
    not_trusted: str | None = None
    unreachable: str | None = None
