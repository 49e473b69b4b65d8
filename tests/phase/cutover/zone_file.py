"""A zone host that is a file, so that another process finds what a killed one left; it dies at a chosen change."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from skyflytt.dns.port import Capabilities
from skyflytt.dns.zone import Change, RecordSet, Zone, with_sets


class ZoneFile:
    """Makes its changes one by one, each on disk. `dies_at`: kill -9 of this process before that change, counted from 0."""

    capabilities = Capabilities("a file")

    def __init__(self, path: Path, dies_at: int | None = None) -> None:
        self._path = path
        self._dies_at = dies_at
        self.origin = str(json.loads(path.read_text())["origin"])

    def read(self) -> Zone:
        data = json.loads(self._path.read_text())
        sets = tuple(RecordSet(one["name"], one["type"], one["ttl_s"], tuple(one["values"])) for one in data["sets"])
        return Zone(data["origin"], sets, data["serial"], data["signed"])

    def change(self, changes: Sequence[Change], expected: Zone) -> None:  # noqa: ARG002 - the port's signature
        for number, one in enumerate(changes):
            if number == self._dies_at:
                os.kill(os.getpid(), signal.SIGKILL)
            zone = self.read()
            write(self._path, replace(with_sets(zone, {one.key: one.after}), serial=(zone.serial or 0) + 1))

    def close(self) -> None:
        """There is nothing to close."""


def write(path: Path, zone: Zone) -> None:
    beside = path.with_suffix(".part")
    beside.write_text(json.dumps(asdict(zone)))
    beside.replace(path)
