"""Who came to the drop, what they fetched and whether it was whole: the receipt is judged by it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from skyflytt.deadline.clock import Clock
from skyflytt.drop.keeper import Fetch

NAME = "access.jsonl"
"""The log in the server's state folder."""


@dataclass
class AccessLog:
    """One JSON object per line and event; each line is written in one piece, so that a killed server leaves whole lines."""

    path: Path
    clock: Clock
    _descriptor: int = field(init=False)

    def __post_init__(self) -> None:
        self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        size = os.fstat(self._descriptor).st_size
        if size and os.pread(self._descriptor, 1, size - 1) != b"\n":
            # A full disk or a power failure cut the last line off.
            os.write(self._descriptor, b"\n")

    def write(self, event: str, account: str, remote: str, **more: object) -> None:
        entry = {"at": self._now(), "event": event, "account": account, "remote": remote, **more}
        try:
            line = json.dumps(entry, ensure_ascii=False).encode()
        except UnicodeEncodeError:  # a name that is not UTF-8; its odd bytes appear as \udcXX
            line = json.dumps(entry).encode()
        os.write(self._descriptor, line + b"\n")

    def _now(self) -> str | None:
        """None when the clock cannot be read; what happened is logged all the same."""
        try:
            return self.clock.now().isoformat()
        except (OSError, ValueError):
            return None


def entries(path: Path, *, from_byte: int = 0) -> Iterator[dict[str, Any]]:
    """What the log holds from this byte on, oldest first; a line that was cut off is passed over. `at` is read, too: aware, or None."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        file.seek(from_byte)
        for line in file:
            try:
                entry = json.loads(line)
                entry["at"] = datetime.fromisoformat(entry["at"]) if entry.get("at") else None
            except (ValueError, TypeError, AttributeError):
                continue
            yield entry


def fetched(path: Path, account: str) -> Iterator[Fetch]:
    """What the account has fetched, oldest first. A file is whole when, with the parts fetched before, all its bytes were sent."""
    parts: dict[str, _Parts] = {}
    at: datetime | None = None
    for entry in entries(path):
        at = entry["at"] or at
        if entry.get("event") != "retrieved" or entry.get("account") != account or at is None:
            continue
        shown = str(entry["path"])
        version = (entry.get("size"), entry.get("modified"))
        if shown not in parts or parts[shown].version != version:
            parts[shown] = _Parts(version)
        whole = parts[shown].take(entry)
        yield Fetch(at, shown.lstrip("/"), int(entry["bytes"]), whole, str(entry["remote"]))


@dataclass(slots=True)
class _Parts:
    """Which bytes of one version of a file were sent."""

    version: tuple[object, object]
    ranges: list[tuple[int, int]] = field(default_factory=list)

    def take(self, entry: dict[str, Any]) -> bool:
        start, sent, completed = int(entry["offset"]), int(entry["bytes"]), bool(entry["completed"])
        if entry.get("text"):
            # Line ends were changed on the way, so the bytes are not those of the file.
            return completed and start == 0
        size = self.version[0]
        end = start + sent if size is None else min(start + sent, int(str(size)))
        self.ranges = _joined([*self.ranges, (start, end)])
        whole = self.ranges[0] == (0, end if size is None else int(str(size))) and (completed or size is not None)
        if whole:
            # The next download begins anew.
            self.ranges = []
        return whole


def _joined(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
