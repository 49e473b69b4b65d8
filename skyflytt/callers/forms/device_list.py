"""Lists of ActiveSync partnerships: `Get-MobileDeviceStatistics -Mailbox … | Export-Csv` (before Exchange 2013:
`Get-ActiveSyncDeviceStatistics`), https://learn.microsoft.com/powershell/module/exchange/get-mobiledevicestatistics.

A list says when each device came last, not how often. Times are in UTC, written as the exporting machine's language has them.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from skyflytt.callers.event import Event, Found
from skyflytt.callers.forms.table import Records
from skyflytt.callers.stamps import Stamps
from skyflytt.errors.callers import LogLacksField

HEADING = re.compile(rb'(?:^|[,;"])LastSuccessSync(?:$|[\r,;"])')
ACCOUNTS = ("UserPrincipalName", "PrimarySmtpAddress", "Mailbox", "User", "UserDisplayName", "Identity")
"""Where the mailbox is told, best first; the first three are added by those who export, `Identity` is always there."""
NEEDED = ("DeviceType", "LastSuccessSync")
IN_IDENTITY = re.compile(r"([^/\\]+)[/\\]ExchangeActiveSyncDevices")
TIMES = (
    "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%d.%m.%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S",
    "%d. %m. %Y %H:%M:%S", "%d.%m.%Y. %H:%M:%S", "%Y-%m-%d %H:%M", "%m/%d/%Y %H:%M",
)  # fmt: skip


class DeviceList:
    """A list of devices as CSV."""

    snapshot = True
    header = b""

    def __init__(self, _stamps: Stamps) -> None:
        self._records = Records()
        self._columns: list[str] = []
        self._waiting: Event | None = None

    @staticmethod
    def recognises(line: bytes) -> bool:
        return HEADING.search(line) is not None

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
            return self._heading(values)
        if len(values) != len(self._columns):
            return False
        return self._device(dict(zip(self._columns, values, strict=True)))

    def _heading(self, columns: list[str]) -> bool:
        missing = [name for name in NEEDED if name not in columns]
        if not any(name in columns for name in ACCOUNTS):
            missing.append(" or ".join(ACCOUNTS))
        if missing:
            raise LogLacksField("of devices", f"it has no column {', '.join(missing)}")
        self._columns = columns
        return True

    def _device(self, told: dict[str, str]) -> Found:
        try:
            success, attempt = _time(told["LastSuccessSync"]), _time(told.get("LastSyncAttemptTime", ""))
        except ValueError:
            return False
        if success is None and attempt is None:
            return True
        device = "/".join(part for part in (told["DeviceType"], told.get("DeviceId") or told.get("DeviceID")) if part)
        # An attempt that came after the last success did not succeed.
        failed = int(attempt is not None and (success is None or attempt > success))
        at = int(max(one for one in (success, attempt) if one is not None).timestamp())
        agent = told.get("DeviceUserAgent") or " ".join(filter(None, (told.get("DeviceModel"), told.get("DeviceOS"))))
        return Event(
            at, "activesync", _account(told).encode(), device.encode(), agent.encode(), b"", 1 - failed, failed
        )


def _account(told: dict[str, str]) -> str:
    for name in ACCOUNTS:
        if value := told.get(name, ""):
            found = IN_IDENTITY.search(value)
            return found[1] if found else value
    return ""


def _time(text: str) -> datetime | None:
    """An instant; None where there is none. Raises `ValueError` for what is no time."""
    text = text.strip()
    if not text:
        return None
    text = re.sub(r"(:\d\d)\.\d+", r"\1", text).replace("\u202f", " ").removesuffix("Z")
    for form in TIMES:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise ValueError(text)
