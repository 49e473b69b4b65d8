"""Who came to the drop, what they fetched and whether it was whole: the receipt is judged by it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from skyflytt.deadline.clock import Clock


@dataclass
class AccessLog:
    """One JSON object per line and event; each line is written in one piece, so that a killed server leaves whole lines."""

    path: Path
    clock: Clock
    _descriptor: int = field(init=False)

    def __post_init__(self) -> None:
        self._descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

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
