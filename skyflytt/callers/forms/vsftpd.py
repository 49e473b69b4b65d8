"""vsftpd's own log (`xferlog_enable` or `dual_log_enable`, without `xferlog_std_format`; checked against 3.0.3), or in syslog."""

from __future__ import annotations

import re

from skyflytt.callers.event import Event, Found
from skyflytt.callers.stamps import Stamps

OWN = re.compile(rb"([A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}) (\[pid \d+\] .*)", re.DOTALL)
LOGIN = re.compile(rb"(?:\[pid \d+\] )?\[(.*)\] (OK|FAIL) LOGIN: Client \"(?:::ffff:)?([^\"]+)\"")


def vsftpd(said: bytes, _program: bytes = b"") -> Event | None:
    """One message; the transport, FTP or FTPS, is not in it."""
    found = LOGIN.match(said)
    if found is None:
        return None
    succeeded = found[2] == b"OK"
    return Event(0, "ftp", found[1], address=found[3], signed_in=int(succeeded), failed=int(not succeeded))


class VsftpdLog:
    """vsftpd's own log."""

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
        event = vsftpd(found[2])
        if event is None:
            return True
        try:
            return event._replace(at=self._stamps.ctime(found[1]))
        except ValueError:
            return False
