"""Phones and tablets that synchronise with mailboxes: Get-MobileDeviceStatistics of each mailbox that has any.

https://learn.microsoft.com/powershell/module/exchange/get-mobiledevicestatistics
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from skyflytt.directory.exchange.objects import instant, text
from skyflytt.directory.exchange.shell import Cmdlet, ExchangeShell, select

WITH_DEVICES = "HasActiveSyncDevicePartnership -eq $true"
PROPERTIES = (
    "DeviceId", "DeviceType", "DeviceModel", "DeviceOS", "DeviceUserAgent", "DeviceFriendlyName", "FirstSyncTime",
    "LastSyncAttemptTime", "LastSuccessSync", "Status", "DeviceAccessState",
)  # fmt: skip

COLUMNS = (
    "PrimarySmtpAddress", "DeviceId", "DeviceType", "DeviceModel", "DeviceOS", "DeviceUserAgent", "DeviceFriendlyName",
    "FirstSyncTime", "LastSyncAttemptTime", "LastSuccessSync", "DeviceAccessState",
)  # fmt: skip
"""Of a list as Exchange's own export to CSV has it, with the owner's address in front; in the order of `MobileDevice`'s fields."""


@dataclass(frozen=True, slots=True)
class MobileDevice:
    """One device at one mailbox. Texts are the device's own; times are aware, None where it never happened."""

    address: str
    device_id: str
    device_type: str
    model: str
    system: str
    user_agent: str
    name: str
    first_sync: datetime | None
    last_attempt: datetime | None
    last_success: datetime | None
    access: str


def mobile_devices(shell: ExchangeShell, organizational_unit: str | None = None) -> Iterator[MobileDevice]:
    """Every device of every mailbox, mailbox by mailbox. Raises what `ExchangeShell.run` raises."""
    within = {"OrganizationalUnit": organizational_unit} if organizational_unit else {}
    owners = shell.run(
        Cmdlet("Get-CASMailbox", {"ResultSize": "Unlimited", "Filter": WITH_DEVICES, **within}),
        select("PrimarySmtpAddress", "Guid"),
    )
    for owner in owners:
        address = text(owner, "PrimarySmtpAddress").lower()
        found = Cmdlet("Get-MobileDeviceStatistics", {"Mailbox": text(owner, "Guid") or address})
        for row in shell.run(found, select(*PROPERTIES)):
            yield device_of(address, row)


def row_of(device: MobileDevice) -> list[str]:
    """A line of a list under `COLUMNS`; times in UTC, empty where there is none."""
    values = (getattr(device, field.name) for field in fields(device))
    return [f"{one.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if isinstance(one, datetime) else one or "" for one in values]


def device_of(address: str, row: Mapping[str, Any]) -> MobileDevice:
    return MobileDevice(
        address,
        text(row, "DeviceId"),
        text(row, "DeviceType"),
        text(row, "DeviceModel"),
        text(row, "DeviceOS"),
        text(row, "DeviceUserAgent"),
        text(row, "DeviceFriendlyName"),
        instant(row, "FirstSyncTime"),
        instant(row, "LastSyncAttemptTime"),
        instant(row, "LastSuccessSync"),
        text(row, "DeviceAccessState"),
    )
