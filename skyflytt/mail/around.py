"""What a server tells of a mailbox beside its messages: how much room it has, who else gets at it, which rules run there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class InboxRule:
    """A rule that the server itself carries out. `sends_to` are the addresses that it forwards or redirects to."""

    name: str
    enabled: bool = True
    sends_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Around:
    """None where the server does not tell.

    `free_bytes` and `limit_bytes` are those of the narrowest limit on the inbox. `others` are the names of other people's and of shared
    folders that the account sees; they are no part of the mailbox. `delegates` are the addresses of those who may act for its owner.
    """

    free_bytes: int | None = None
    limit_bytes: int | None = None
    others: tuple[str, ...] = ()
    rules: tuple[InboxRule, ...] | None = None
    delegates: tuple[str, ...] | None = None


NOTHING_TOLD = Around()


@runtime_checkable
class TellsAround(Protocol):
    """A source or target that can be asked; nothing is changed by it."""

    def around(self) -> Around:
        """Raises `Transient` when the server is away; what the server refuses to tell is None."""
        ...


def around_of(mailbox: object) -> Around:
    """What the mailbox's server tells, as far as its adapter asks for it."""
    return mailbox.around() if isinstance(mailbox, TellsAround) else NOTHING_TOLD
