"""What stands around the mailboxes and shares: domains, servers, directories, application cards, this machine's disk."""

from __future__ import annotations

from dataclasses import dataclass

from skyflytt.application.card import Card
from skyflytt.concern.directory_facts import DirectoryFacts
from skyflytt.concern.domain_facts import DomainFacts
from skyflytt.concern.server_facts import ServerFacts


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`workspace_free_bytes` is what the disk of archives and exports has left; None where nobody looked.

    `archived_bytes` are what archives and PST exports take there already.
    """

    domains: tuple[DomainFacts, ...] = ()
    servers: tuple[ServerFacts, ...] = ()
    directories: tuple[DirectoryFacts, ...] = ()
    cards: tuple[Card, ...] = ()
    workspace_free_bytes: int | None = None
    archived_bytes: int = 0


UNSEEN = Surroundings()
