"""A zone that is nobody's: what a rehearsal changes where there is no host for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from skyflytt.dns.port import Capabilities
from skyflytt.dns.zone import Change, Zone, with_sets
from skyflytt.errors.dns import ZoneMoved


class CopiedZone:
    """A `ZoneHost` in memory, with the capabilities of the one that it stands for."""

    def __init__(self, zone: Zone, capabilities: Capabilities) -> None:
        self._zone = zone
        self.origin = zone.origin
        self.capabilities = replace(capabilities, name=f"a copy of {capabilities.name}", writes=True)

    def read(self) -> Zone:
        return self._zone

    def change(self, changes: Sequence[Change], expected: Zone) -> None:  # noqa: ARG002 - the port's signature
        """As the port says: what already is as it is to be is no error, what is neither is `ZoneMoved`."""
        moved = [one.key for one in changes if self._zone.find(*one.key) not in (one.before, one.after)]
        if moved:
            raise ZoneMoved(self.origin, ", ".join(" ".join(key) for key in moved))
        serial = None if self._zone.serial is None else self._zone.serial + 1
        self._zone = replace(with_sets(self._zone, {one.key: one.after for one in changes}), serial=serial)

    def close(self) -> None:
        """There is nothing to close."""
