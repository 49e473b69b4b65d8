"""IIS's W3C extended log: EWS, ActiveSync, OWA, MAPI, Outlook Anywhere, RD gateway and RD Web, WebDAV.

https://www.w3.org/TR/WD-logfile and https://learn.microsoft.com/windows/win32/http/w3c-logging: `#Fields` names the columns and may
change in the middle of a file, blanks are written as `+`, times are in UTC.
"""

from __future__ import annotations

import re
from datetime import UTC

from skyflytt.callers.event import Event, Found
from skyflytt.callers.forms.apache import DAV_METHODS
from skyflytt.callers.forms.device_query import device_of
from skyflytt.callers.stamps import Stamps
from skyflytt.errors.callers import LogLacksField

PROTOCOLS = {
    b"microsoft-server-activesync": "activesync",
    b"ews": "ews",
    b"exchange": "ews",
    b"owa": "owa",
    b"ecp": "owa",
    b"mapi": "mapi",
    b"rpc": "outlook-anywhere",
    b"rpcwithcert": "outlook-anywhere",
    b"autodiscover": "autodiscover",
    b"oab": "oab",
    b"powershell": "powershell",
    b"remotedesktopgateway": "rd-gateway",
    b"rdweb": "rd-web",
}
"""By the first part of the path, in lower case."""
RD_PORT = re.compile(rb":3388\b")
"""RPC over HTTP towards an RD gateway names this port ([MS-TSGU] section 2.1.1); towards an Exchange, 6001 to 6004 or 443."""
LOGON_FAILURES = frozenset(b"1326 1327 1328 1329 1330 1331 1385 1907 1909 2148074252 2147943726".split())
"""`sc-win32-status` of a 401 that was a wrong password or a locked account, not the first half of a handshake."""
NEEDED = (b"time", b"cs-uri-stem")
SOFTWARE = b"#Software: Microsoft Internet Information Services"


class IisLog:
    """A W3C extended log."""

    snapshot = False

    def __init__(self, stamps: Stamps) -> None:
        self._stamps = stamps
        self._date = b""
        self._columns: dict[bytes, int] = {}
        self._fields_line = self._date_line = b""
        self._protocols: dict[bytes, str] = {}

    @staticmethod
    def recognises(line: bytes) -> bool:
        return line.startswith((SOFTWARE, b"#Fields: date ", b"#Fields: time "))

    @property
    def header(self) -> bytes:
        return b"\n".join(line for line in (self._date_line, self._fields_line) if line)

    def read(self, line: bytes) -> Found:
        if line.startswith(b"#"):
            return self._directive(line)
        values = line.split(b" ")
        if len(values) != len(self._columns):
            return False
        try:
            return self._request(values)
        except ValueError:
            return False

    def _directive(self, line: bytes) -> bool:
        name, _, value = line.rstrip().partition(b": ")
        if name == b"#Date":
            self._date, self._date_line = value[:10], line
        if name == b"#Fields":
            self._fields_line = line
            self._columns = {column: place for place, column in enumerate(value.split())}
            _check(self._columns, value)
            column = self._columns.get
            self._places = (
                column(b"date", -1), column(b"time", -1), column(b"cs-username", -1), column(b"c-ip", -1),
                column(b"cs(User-Agent)", -1), column(b"cs-uri-stem", -1), column(b"cs-uri-query", -1),
                column(b"cs-method", -1), column(b"sc-status", -1), column(b"sc-win32-status", -1),
                column(b"X-Forwarded-For", -1),
            )  # fmt: skip
        return True

    def _request(self, values: list[bytes]) -> Found:
        values = [*values, b"-"]  # where a column is missing, its place is -1
        date, time, user, ip, agent, stem, query, method, status, win32, forwarded = self._places
        account, code = values[user], values[status]
        protocol = self._protocol(values[stem])
        if account == b"-" and protocol != "activesync" and not (code == b"401" and values[win32] in LOGON_FAILURES):
            return True
        device = b""
        if protocol == "activesync":
            named, device = device_of(values[query].partition(b"&Log=")[0])  # Exchange's remarks differ each time
            account = named if account == b"-" else account
            if account == b"-":
                return True
        elif protocol == "outlook-anywhere" and RD_PORT.search(values[query]):
            protocol = "rd-gateway"
        elif protocol == "web" and values[method] in DAV_METHODS:
            protocol = "webdav"
        failed = int(code == b"401")
        if failed and values[user] == b"-" and values[win32] not in LOGON_FAILURES:
            return True
        day = self._date if date < 0 else values[date]
        at = self._stamps.iso(day + b" " + values[time], UTC)
        address = values[ip] if values[forwarded] == b"-" else values[forwarded].partition(b",")[0].partition(b"+")[0]
        name = b"" if account == b"-" else account
        return Event(at, protocol, name, device, _text(values[agent]), address, 1 - failed, failed)

    def _protocol(self, stem: bytes) -> str:
        first = stem[1:].partition(b"/")[0]
        known = self._protocols.get(first)
        if known is None:
            known = PROTOCOLS.get(first.lower(), "web")
            if len(self._protocols) < 1000:
                self._protocols[first] = known
        return known


def _check(columns: dict[bytes, int], fields: bytes) -> None:
    missing = [name for name in NEEDED if name not in columns]
    if b"cs-username" not in columns and b"cs-uri-query" not in columns:
        missing.append(b"cs-username")
    if missing:
        told = fields.decode("ascii", "replace")
        raise LogLacksField("with the fields " + told[:200], f"{b', '.join(missing).decode()} is not among them")


def _text(agent: bytes) -> bytes:
    return b"" if agent == b"-" else agent.replace(b"+", b" ")
