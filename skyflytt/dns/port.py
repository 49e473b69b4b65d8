"""The port to whoever hosts a zone: a name server that takes updates, or a provider's interface."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from skyflytt.dns.zone import Change, Zone


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a host can do, as data.

    `writes`: changes can be made by program at all (by hand: False). `atomic`: a sequence of changes happens wholly or not at all.
    `guarded`: a change is refused by the host itself when the zone is no longer what was expected (RFC 2136 prerequisites).
    `min_ttl_s`: the shortest TTL that it keeps. `types`: the record types that it can change; None for all. `calls_per_minute`: its
    documented limit. `tells_serial`: `read` has a serial.
    """

    name: str
    writes: bool = True
    atomic: bool = False
    guarded: bool = False
    min_ttl_s: int = 0
    types: frozenset[str] | None = None
    calls_per_minute: int | None = None
    tells_serial: bool = True


class ZoneHost(Protocol):
    """Holds one zone. Names and values are those of `zone.RecordSet`; failures are `skyflytt.errors.dns`."""

    @property
    def origin(self) -> str:
        """The zone's name, absolute, in lower case, with its last dot."""

    @property
    def capabilities(self) -> Capabilities: ...

    def read(self) -> Zone:
        """The whole zone as the host has it now, never from a cache. Raises `ZoneNotFound`, `ZoneRefused`, `HostUnreachable`."""

    def change(self, changes: Sequence[Change], expected: Zone) -> None:
        """Make all changes. Sets that are not named stay as they are.

        `expected` is the zone that the changes were planned for: a set of `changes` that is no longer as `before` says is `ZoneMoved`, and
        nothing is changed then. Made again after a kill in its middle, it does what is left: a set that already is as `after` says is
        not an error. It returns only when the host itself, asked again, has every change: a host that said yes and did nothing is
        `ChangeLost`, with the sets. Raises also `HostBusy` (transient, with the wait), `ChangeRefused` (with the host's words).
        """

    def close(self) -> None: ...
