"""Upload sessions: what was sent, how far it is, and how long it is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from dropbox.content_hash import content_hash

MOST_BYTES = 150 << 20
NUMBERS = count(1)


@dataclass(slots=True)
class Upload:
    begun: datetime
    data: bytearray = field(default_factory=bytearray)
    closed: bool = False


class SessionRefused(Exception):
    """An UploadSessionLookupError: its tag and fields."""

    def __init__(self, tag: str, **inner: Any) -> None:
        super().__init__(tag)
        self.tag, self.inner = tag, inner


class Uploads:
    def __init__(self, life_s: int) -> None:
        self._life_s = life_s
        self._held: dict[str, Upload] = {}

    def begin(self, now: datetime) -> str:
        name = f"pid_upload_session:sim{next(NUMBERS)}"
        self._held[name] = Upload(now)
        return name

    def find(self, name: str, now: datetime) -> Upload:
        one = self._held.get(name)
        if one is None or (now - one.begun).total_seconds() > self._life_s:
            raise SessionRefused("not_found")
        return one

    def append(self, cursor: dict[str, Any], data: bytes, *, close: bool, now: datetime) -> None:
        one = self.find(cursor["session_id"], now)
        if one.closed:
            raise SessionRefused("closed")
        if cursor["offset"] != len(one.data):
            raise SessionRefused("incorrect_offset", correct_offset=len(one.data))
        one.data += data
        one.closed = close

    def taken(self, cursor: dict[str, Any], now: datetime, *, closed: bool) -> bytes:
        """The bytes of a session that is to be committed."""
        one = self.find(cursor["session_id"], now)
        if cursor["offset"] != len(one.data):
            raise SessionRefused("incorrect_offset", correct_offset=len(one.data))
        if closed and not one.closed:
            raise SessionRefused("not_closed")
        return bytes(one.data)

    def forget(self, name: str | None = None) -> None:
        if name is None:
            self._held.clear()
        else:
            self._held.pop(name, None)


def mismatch(expected: str | None, data: bytes) -> bool:
    return expected is not None and content_hash(data) != expected
