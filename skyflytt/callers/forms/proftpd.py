"""ProFTPD's sign-ins, in its SystemLog or in syslog (checked against 1.3.8)."""

from __future__ import annotations

import re

from skyflytt.callers.event import Event, Found
from skyflytt.callers.stamps import Stamps

OWN = re.compile(rb"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:,\d+)?) \S+ proftpd\[\d+\]:? ?(.*)", re.DOTALL)
SESSION = re.compile(
    rb"\S+ \([^\[]*\[([^\]]+)\]\):? (?:- )?USER (.*?)(: Login successful| \(Login failed\)|: no such user found)"
)


def proftpd(said: bytes, _program: bytes = b"") -> Event | None:
    """One message of a session; the transport, FTP or FTPS, is not in it."""
    found = SESSION.match(said)
    if found is None:
        return None
    succeeded = found[3] == b": Login successful"
    return Event(0, "ftp", found[2], address=found[1], signed_in=int(succeeded), failed=int(not succeeded))


class ProftpdLog:
    """ProFTPD's own log (`SystemLog`)."""

    snapshot = False
    header = b""

    def __init__(self, stamps: Stamps) -> None:
        self._stamps = stamps

    @staticmethod
    def recognises(line: bytes) -> bool:
        return OWN.match(line) is not None

    def read(self, line: bytes) -> Found:
        found = OWN.match(line)
        if found is None:
            return False
        event = proftpd(found[2])
        if event is None:
            return True
        try:
            return event._replace(at=self._stamps.iso(found[1]))
        except ValueError:
            return False
