"""Lines of syslog (RFC 3164, and with the stamps of RFC 5424 as rsyslog writes them), by the program that wrote them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from skyflytt.callers.event import Found
from skyflytt.callers.forms.said import Reader
from skyflytt.callers.stamps import Stamps

LINE = re.compile(
    rb"(?:<\d{1,3}>)?(?:(?P<short>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d)|(?P<iso>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*)) "
    rb"\S+ (?P<program>[^\s:\[]+)(?:\[\d+\])?: ?(?P<said>.*)",
    re.DOTALL,
)
REPEATED = re.compile(rb"message repeated (\d+) times: \[ ?(.*)\]$")


class Syslog:
    """The lines of the programs in `readers`, by the first part of a program's name; those of others tell of no sign-in."""

    snapshot = False
    header = b""

    def __init__(self, stamps: Stamps, readers: Mapping[bytes, Reader]) -> None:
        self._stamps, self._readers = stamps, readers

    @staticmethod
    def recognises(line: bytes) -> bool:
        return LINE.match(line) is not None

    def read(self, line: bytes) -> Found:
        found = LINE.match(line)
        if found is None:
            return False
        short, iso, program, said = found.groups()
        reader = self._readers.get(program.partition(b"/")[0].partition(b"-")[0])
        times = 1
        if said.startswith(b"message repeated") and (repeated := REPEATED.match(said)):
            times, said = int(repeated[1]), repeated[2]
        event = reader(said, program) if reader else None
        if event is None:
            return True
        try:
            at = self._stamps.syslog(short) if short else self._stamps.iso(iso)
        except ValueError:
            return False
        if times > 1:
            event = event._replace(signed_in=event.signed_in * times, failed=event.failed * times)
        return event._replace(at=at)
