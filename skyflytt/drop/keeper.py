"""Who lets the customer in, and out: the port, and what a place enforces by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from skyflytt.drop.place import Place


@dataclass(frozen=True, slots=True)
class Enforcement:
    """What the place does without us; None where it was not measured. `words` is for people and evidence."""

    ends_by_itself: bool | None
    """Access ends at its time even when no process of ours runs."""
    ends_sessions: bool | None
    """Closing ends sessions and transfers that are under way."""
    checks_secret: bool | None
    words: str


@dataclass(frozen=True, slots=True)
class Fetch:
    """One download, as the place's own log has it. `at` is its end, aware; `path` is relative to the drop's folder.

    `whole` says that the file's end was reached; after a download that was gone on with, `bytes` is the last part alone.
    """

    at: datetime
    path: str
    bytes: int
    whole: bool
    address: str


class AccountKeeper(Protocol):
    """Keeps the customers' accounts at one place. A secret leaves it once, as a return value, and is stored nowhere in clear."""

    @property
    def enforcement(self) -> Enforcement: ...

    def grant(self, place: Place, *, opens: datetime, closes: datetime) -> str:
        """Let the customer read the drop's folder between these instants; the new secret.

        An older one stops working, except for signed links and temporary credentials, which cannot be taken back one by one. Those
        may end before `closes`: then a new secret is asked for by granting again.
        """
        ...

    def extend(self, place: Place, *, closes: datetime) -> str | None:
        """Move the end; None when the secret stays, else the new one. The same end again changes nothing."""
        ...

    def close(self, place: Place) -> None:
        """End access at once and for good; no account there is no error."""
        ...

    def prove_closed(self, place: Place, secret: str | None) -> str:
        """Try to sign in over the real protocol with credentials that are the customer's; the proof as text (JSON).

        `secret` is the customer's where the caller has it; without it the keeper replaces the closed account's secret by one
        it knows. Raises `DropStillOpen` when the sign-in succeeds, `ProofUnclear` when it was refused for another reason, and
        `Transient` when the server is away, which proves nothing.
        """
        ...

    def fetched(self, place: Place) -> Iterator[Fetch] | None:
        """What the customer has fetched, oldest first; None where the place keeps no log that can be read."""
        ...

    def require_ready(self, place: Place, *, closes: datetime, room: int = 0) -> None:
        """That the place can hold and end this drop; `room` is what is still to be put there, in bytes. Asked before `grant`.

        Raises `CertificateEndsFirst`, `ServerClockOff`, `AccountTaken` where an account of this name is not ours, `TargetFull`,
        and what reaching the place raises.
        """
        ...
