"""The times of day in logs, as seconds since 1970. Neighbouring lines share their minute, which is worked out once.

Syslog's stamps have no year (RFC 3164, section 4.1.2): it is the latest in which the stamp does not lie ahead of `latest`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo

MONTHS = {name: number for number, name in enumerate(b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}
SLACK = timedelta(days=1)
"""So far ahead of this machine's clock the server's may be."""


class Stamps:
    """Reads stamps of a server whose clock shows the time of `zone`, in a log that ends at `latest` at the latest.

    Every method raises `ValueError` for what is no such stamp.
    """

    def __init__(self, zone: tzinfo, latest: datetime) -> None:
        self._zone = zone
        self._latest = latest + SLACK
        self._minute: tuple[bytes, bytes] = (b"", b"")
        self._base = 0

    def syslog(self, stamp: bytes) -> int:
        """`Nov 22 08:49:11`, in the server's local time."""
        if stamp[:-2] != self._minute[0]:
            self._keep((stamp[:-2], b""), lambda: self._without_year(stamp))
        return self._base + _second(stamp[-2:])

    def iso(self, stamp: bytes, zone: tzinfo | None = None) -> int:
        """`2026-11-22T08:49:11.123+01:00`, or with a blank, a comma, a Z, or no offset (then `zone`, else the server's)."""
        offset = b"Z" if stamp[-1:] == b"Z" else stamp[-6:] if stamp[-6:-5] in (b"+", b"-") else b""
        if (stamp[:17], offset) != self._minute:
            self._keep((stamp[:17], offset), lambda: self._iso(stamp[:17], offset, zone))
        return self._base + _second(stamp[17:19])

    def access(self, stamp: bytes) -> int:
        """`22/Nov/2026:08:49:11 +0100`, as web servers write it."""
        if (stamp[:18], stamp[20:]) != self._minute:
            self._keep((stamp[:18], stamp[20:]), lambda: _access(stamp))
        return self._base + _second(stamp[18:20])

    def ctime(self, stamp: bytes) -> int:
        """`Sun Nov 22 08:49:11 2026`, in the server's local time."""
        if (stamp[:17], stamp[19:]) != self._minute:
            self._keep((stamp[:17], stamp[19:]), lambda: self._ctime(stamp))
        return self._base + _second(stamp[17:19])

    def _keep(self, minute: tuple[bytes, bytes], base: Callable[[], datetime]) -> None:
        self._base = int(base().timestamp())
        self._minute = minute

    def _without_year(self, stamp: bytes) -> datetime:
        month, day = _month(stamp[:3]), int(stamp[4:6])
        hour, minute = int(stamp[7:9]), int(stamp[10:12])
        for year in range(self._latest.year + 1, self._latest.year - 8, -1):
            try:
                found = datetime(year, month, day, hour, minute, tzinfo=self._zone)
            except ValueError:
                if (month, day) != (2, 29):
                    raise
                continue
            if found <= self._latest:
                return found
        raise ValueError(stamp)

    def _iso(self, minute: bytes, offset: bytes, zone: tzinfo | None) -> datetime:
        text = minute.decode("ascii") + "00" + ("+00:00" if offset == b"Z" else offset.decode("ascii"))
        found = datetime.fromisoformat(text)
        return found if found.tzinfo else found.replace(tzinfo=zone or self._zone)

    def _ctime(self, stamp: bytes) -> datetime:
        year, month, day = int(stamp[20:24]), _month(stamp[4:7]), int(stamp[8:10])
        return datetime(year, month, day, int(stamp[11:13]), int(stamp[14:16]), tzinfo=self._zone)


def _access(stamp: bytes) -> datetime:
    sign = -1 if stamp[21:22] == b"-" else 1
    ahead = timedelta(hours=int(stamp[22:24]), minutes=int(stamp[24:26])) * sign
    day, month, year = int(stamp[:2]), _month(stamp[3:6]), int(stamp[7:11])
    return datetime(year, month, day, int(stamp[12:14]), int(stamp[15:17]), tzinfo=UTC) - ahead


def _month(name: bytes) -> int:
    if name not in MONTHS:
        raise ValueError(name)
    return MONTHS[name]


def _second(text: bytes) -> int:
    if not text.isdigit() or len(text) != 2:
        raise ValueError(text)
    return int(text)
