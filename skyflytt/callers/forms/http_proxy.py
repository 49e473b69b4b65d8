"""Exchange's own logs of client access (`Logging\\HttpProxy\\Ews`, `Eas`, `Mapi` …, Exchange 2013 and later): CSV with a `#Fields` line.

The columns differ from version to version, so they are taken from the heading. Times are in UTC. Exchange's documentation of the
front end: https://learn.microsoft.com/exchange/architecture/architecture.
"""

from __future__ import annotations

from datetime import UTC

from skyflytt.callers.event import Event, Found
from skyflytt.callers.forms.device_query import device_of
from skyflytt.callers.forms.table import Records
from skyflytt.callers.stamps import Stamps
from skyflytt.errors.callers import LogLacksField

NEEDED = ("DateTime", "Protocol", "AuthenticatedUser", "UserAgent", "ClientIpAddress", "HttpStatus")
HEADINGS = (b"DateTime,RequestId,", b"#Fields: DateTime,RequestId,")
PROTOCOLS = {"eas": "activesync", "rpchttp": "outlook-anywhere", "ecp": "owa"}


class HttpProxyLog:
    """A log of the front end's HTTP proxy."""

    snapshot = False

    def __init__(self, stamps: Stamps) -> None:
        self._stamps, self._records = stamps, Records()
        self._columns: list[str] = []
        self._heading = b""

    @staticmethod
    def recognises(line: bytes) -> bool:
        return line.startswith((*HEADINGS, b"#Log-type: HttpProxy"))

    @property
    def header(self) -> bytes:
        return self._heading

    def read(self, line: bytes) -> Found:
        line = line.rstrip(b"\r")
        if line.startswith(HEADINGS):
            self._heading = line
            self._columns = line.decode("ascii", "replace").removeprefix("#Fields: ").strip().split(",")
            missing = [name for name in NEEDED if name not in self._columns]
            if missing:
                raise LogLacksField("of the HTTP proxy", f"{', '.join(missing)} is not among its fields")
            return True
        if line.startswith(b"#"):
            return True
        values = self._records.feed(line)
        if values is None:
            return True
        if len(values) != len(self._columns):
            return False
        try:
            return self._request(dict(zip(self._columns, values, strict=True)))
        except ValueError:
            return False

    def _request(self, told: dict[str, str]) -> Found:
        user = told["AuthenticatedUser"]
        if not user:
            return True
        protocol = told["Protocol"].lower()
        device = device_of(told.get("UrlQuery", "").lstrip("?").encode())[1] if protocol == "eas" else b""
        failed = int(told["HttpStatus"] == "401")
        at = self._stamps.iso(told["DateTime"].encode(), UTC)
        return Event(
            at, PROTOCOLS.get(protocol, protocol)[:20], user.encode(), device,
            told["UserAgent"].encode(), told["ClientIpAddress"].encode(), 1 - failed, failed,
        )  # fmt: skip
