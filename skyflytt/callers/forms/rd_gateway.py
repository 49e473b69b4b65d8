"""Events of an RD gateway (Microsoft-Windows-TerminalServices-Gateway/Operational), exported as XML or CSV.

`wevtutil qe Microsoft-Windows-TerminalServices-Gateway/Operational /f:xml`, or `Get-WinEvent -LogName … | Export-Csv`.
https://learn.microsoft.com/previous-versions/windows/it-pro/windows-server-2008-R2-and-2008/ee891388(v=ws.10): 200 let in, 201 refused,
302 connected to a computer; 300, 301 and 303 tell of the same sessions again.
"""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime

from skyflytt.callers.event import Event, Found
from skyflytt.callers.forms.table import Records
from skyflytt.callers.stamps import Stamps
from skyflytt.errors.callers import LogLacksField

PROVIDER = b"Microsoft-Windows-TerminalServices-Gateway"
LET_IN, REFUSED = "200", "201"
ID = re.compile(rb"<EventID[^>]*>(\d+)</EventID>")
CREATED = re.compile(rb"<TimeCreated SystemTime=['\"]([^'\"]+)['\"]")
USER = re.compile(rb"<Username>([^<]*)</Username>", re.IGNORECASE)
ADDRESS = re.compile(rb"<IpAddress>([^<]*)</IpAddress>", re.IGNORECASE)
SAID = re.compile(r'[Uu]ser "([^"]*)", on client computer "([^"]*)"')
PORT = re.compile(r"^(\d+\.\d+\.\d+\.\d+):\d+$")
WHOLE = re.compile(r"\s*(<\?xml[^>]*>)?\s*(</?Events>\s*)*$")


class RdGatewayXml:
    """Events as XML, one after the other; a line ends with `</Event>`."""

    snapshot = False
    header = b""

    def __init__(self, stamps: Stamps) -> None:
        self._stamps = stamps

    @staticmethod
    def recognises(line: bytes) -> bool:
        return b"<Event " in line and PROVIDER in line

    def read(self, line: bytes) -> Found:
        number, created = ID.search(line), CREATED.search(line)
        if number is None or created is None:
            return WHOLE.match(line.decode("utf-8", "replace")) is not None
        return self._event(number[1].decode(), created[1], USER.search(line), ADDRESS.search(line), line)

    def _event(
        self, number: str, created: bytes, user: re.Match[bytes] | None, address: re.Match[bytes] | None, line: bytes
    ) -> Found:
        if PROVIDER not in line or number not in (LET_IN, REFUSED):
            return True
        if user is None:
            return False
        try:
            at = self._stamps.iso(created, UTC)
        except ValueError:
            return False
        where = address[1].decode("utf-8", "replace") if address else ""
        return event(at, number, html.unescape(user[1].decode("utf-8", "replace")), where)


class RdGatewayCsv:
    """Events as CSV with the columns Id, TimeCreated and Message; other events' rows are passed over."""

    snapshot = False

    def __init__(self, stamps: Stamps) -> None:
        self._stamps, self._records = stamps, Records()
        self._columns: list[str] = []
        self._heading = b""

    @staticmethod
    def recognises(line: bytes) -> bool:
        return b"TimeCreated" in line and b"Message" in line and b"Id" in line

    @property
    def header(self) -> bytes:
        return self._heading

    def read(self, line: bytes) -> Found:
        line = line.rstrip(b"\r")
        if not line or line.startswith(b"#TYPE "):
            return True
        if not self._columns and b";" in line and b"," not in line:
            self._records.delimiter = ";"
        values = self._records.feed(line)
        if values is None:
            return True
        if not self._columns:
            self._columns, self._heading = values, line
            missing = [name for name in ("Id", "TimeCreated", "Message") if name not in values]
            if missing:
                raise LogLacksField("of the RD gateway", f"it has no column {', '.join(missing)}")
            return True
        if len(values) != len(self._columns):
            return False
        return self._row(dict(zip(self._columns, values, strict=True)))

    def _row(self, told: dict[str, str]) -> Found:
        if told["Id"] not in (LET_IN, REFUSED) or PROVIDER.decode() not in told.get("ProviderName", PROVIDER.decode()):
            return True
        said = SAID.search(told["Message"])
        if said is None:
            return False
        try:
            at = self._time(told["TimeCreated"])
        except ValueError:
            return False
        return event(at, told["Id"], said[1], said[2])

    def _time(self, text: str) -> int:
        """The exporting machine's local time, in the forms of English, Swedish, Norwegian and Serbian Windows."""
        if re.match(r"\d{4}-\d\d-\d\d[T ]", text):
            return self._stamps.iso(text.encode())
        for form in ("%m/%d/%Y %I:%M:%S %p", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y. %H:%M:%S", "%d/%m/%Y %H:%M:%S"):
            try:
                found = datetime.strptime(text.replace("\u202f", " "), form).replace(tzinfo=UTC)
            except ValueError:
                continue
            return self._stamps.iso(found.replace(tzinfo=None).isoformat().encode())
        raise ValueError(text)


def event(at: int, number: str, user: str, address: str) -> Event:
    """One sign-in at the gateway; a port behind the address is no part of it."""
    found = PORT.match(address)
    where = (found[1] if found else address).encode()
    refused = int(number == REFUSED)
    return Event(at, "rd-gateway", user.encode(), b"", b"", where, 1 - refused, refused)
