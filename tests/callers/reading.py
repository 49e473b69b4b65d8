"""Reads a log's bytes for tests of its form."""

from __future__ import annotations

import io
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

from skyflytt.callers.read_log import Given, LogRead, read_log
from skyflytt.callers.tally import Calls, Key, Tally

DATA = Path(__file__).parents[1] / "data" / "callers"
NOW = datetime(2026, 12, 1, tzinfo=UTC)


def read(
    data: bytes, kind: str | None = None, *, zone: tzinfo = UTC, since: int = 0, **given: Any
) -> tuple[LogRead, dict[Key, Calls]]:
    """What a log was found to be, and its callers."""
    tally = Tally(since)
    found = read_log(io.BytesIO(data), Given("a.log", kind, zone, given.pop("latest", NOW), **given), tally)
    return found, dict(tally.rows())


def told(data: bytes, kind: str | None = None, **given: Any) -> set[tuple[str, ...]]:
    """`(protocol, account, device, agent, address, signed in, failed, last)` of each caller."""
    _, callers = read(data, kind, **given)
    return {
        (
            key.protocol, key.account, key.device, key.agent, key.address, str(one.count), str(one.failed),
            datetime.fromtimestamp(max(one.last, one.last_failed), UTC).isoformat(" "),
        )
        for key, one in callers.items()
    }  # fmt: skip


def of(name: str, kind: str | None = None, **given: Any) -> set[tuple[str, ...]]:
    """The same of a log of tests/data/callers."""
    return told((DATA / name).read_bytes(), kind, **given)
