"""A simulated Exchange behind the WS-Management server: mailboxes, devices and export requests, as the cmdlets' pages describe them."""

# The methods are cmdlets, and their parameters are called as the cmdlets call them.
# ruff: noqa: N802, N803, ARG002

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import trustme

from skyflytt.patience import Patience
from skyflytt.project.servers import ExchangePowershellServer
from tests.directory.exchange.psrp import CmdletError, Enum, Shown, Wrapped
from tests.directory.exchange.wsman import CmdletPipeline, Wsman, running_wsman

USER, PASSWORD = "NORRSKEN\\migration", "tjäle-3310"
SHARE = r"\\files01\pst"
STATUSES = (
    "None", "Queued", "InProgress", "AutoSuspended", "CompletionInProgress", "Synced", "Completed", "CompletedWithWarning", "Suspended",
    "Failed",
)  # fmt: skip
EXPORTING = (
    "New-MailboxExportRequest", "Get-MailboxExportRequest", "Get-MailboxExportRequestStatistics", "Set-MailboxExportRequest",
    "Resume-MailboxExportRequest", "Remove-MailboxExportRequest",
)  # fmt: skip


@dataclass
class Mailbox:
    alias: str
    name: str
    unit: str = "norrsken.example/Customers/Norrsken"
    disabled: bool = False
    last_logon: datetime | None = None
    archive: bool = False
    guid: uuid.UUID = field(default_factory=uuid.uuid4)
    own: uuid.UUID = field(default_factory=uuid.uuid4)
    devices: list[dict[str, Any]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"{self.alias}@norrsken.example"

    def called(self, name: str) -> bool:
        return name.lower() in (self.alias.lower(), self.address.lower(), str(self.guid))


@dataclass
class Request:
    mailbox: Mailbox
    name: str
    file: str
    limit: int
    archive: bool
    status: str = "Queued"
    percent: int = 0
    items: int = 0
    bad: int = 0
    large: int = 0
    missing: int = 0
    failure: str = ""
    message: str = ""
    detail: str = ""
    report: str = ""
    batch: str | None = None

    @property
    def identity(self) -> str:
        return f"norrsken.example/Customers/Norrsken/{self.mailbox.name}\\{self.name}"


def size(number: int) -> Shown:
    return Shown("Microsoft.Exchange.Data.ByteQuantifiedSize", f"{number / 1048576:.3f} MB ({number:,} bytes)")


def device(number: int, **more: Any) -> dict[str, Any]:
    return {
        "DeviceId": f"APPL{number:08}", "DeviceType": "iPhone", "DeviceModel": Wrapped("iPhone15C2"), "DeviceOS": "iOS 18.1 22B83",
        "DeviceUserAgent": "Apple-iPhone15C2/2201.83", "DeviceFriendlyName": None,
        "FirstSyncTime": datetime(2024, 1, 5, 9, tzinfo=UTC), "LastSyncAttemptTime": datetime(2026, 11, 21, 20, tzinfo=UTC),
        "LastSuccessSync": datetime(2026, 11, 21, 19, tzinfo=UTC),
        "Status": Enum("Microsoft.Exchange.Data.DeviceRemoteWipeStatus", "DeviceOk", 0),
        "DeviceAccessState": Enum("Microsoft.Exchange.Data.DeviceAccessState", "Allowed", 1), **more,
    }  # fmt: skip


def people() -> list[Mailbox]:
    return [
        Mailbox("anna", "Anna Åström", last_logon=datetime(2026, 11, 20, 7, tzinfo=UTC), devices=[
            device(1), device(2, DeviceFriendlyName="Annas 📱", LastSuccessSync=None),
        ]),
        Mailbox("bengt", "Bengt Öberg", archive=True),
        Mailbox("cecilia", "Cecilia\tDahl", disabled=True, last_logon=datetime(2025, 1, 1, tzinfo=UTC)),
        Mailbox("other", "Somebody Else", unit="norrsken.example/Customers/Fjord"),
    ]  # fmt: skip


@dataclass
class Exchange:
    """`forbidden` are cmdlets that the account's roles do not have; `share` is whether Exchange can write to the share."""

    mailboxes: list[Mailbox] = field(default_factory=people)
    requests: list[Request] = field(default_factory=list)
    forbidden: set[str] = field(default_factory=set)
    share: bool = True
    lost: set[str] = field(default_factory=set)

    def run(self, pipeline: CmdletPipeline) -> tuple[list[dict[str, Any]], str | None, CmdletError | None]:
        rows: list[dict[str, Any]] = []
        warned = None
        try:
            for name, parameters in pipeline:
                self._require_role(name)
                if name == "Select-Object":
                    rows = [{key: row.get(key) for key in parameters["Property"]} for row in rows]
                elif name == "Get-MailboxStatistics":
                    rows = [self._statistics(row) for row in rows if row["_mailbox"].last_logon]
                    warned = "The user hasn't logged on to mailbox 'Bengt', so there is no data to return."
                else:
                    rows = getattr(self, name.replace("-", "_"))(**parameters)
        except CmdletError as error:
            return [], warned, error
        return [{key: value for key, value in row.items() if not key.startswith("_")} for row in rows], warned, None

    def _require_role(self, name: str) -> None:
        if name in self.forbidden:
            words = f"The term '{name}' is not recognized as the name of a cmdlet, function, script file, or operable program."
            raise CmdletError("CommandNotFoundException", words, ends=True)

    def _find(self, name: str) -> Mailbox:
        for mailbox in self.mailboxes:
            if mailbox.called(name):
                return mailbox
        raise CmdletError(
            "ManagementObjectNotFoundException",
            f"The object '{name}' couldn't be found on 'DC01'.",
        )

    def _within(self, unit: str | None) -> list[Mailbox]:
        return [one for one in self.mailboxes if unit is None or one.unit == unit]

    def _request(self, identity: str) -> Request:
        for request in self.requests:
            if identity == request.identity:
                return request
        raise CmdletError("ManagementObjectNotFoundException", f"The specified request '{identity}' doesn't exist.")

    def Get_OrganizationConfig(self) -> list[dict[str, Any]]:
        return [{"Guid": uuid.UUID(int=7), "Name": "Norrsken Hosting"}]

    def Get_OrganizationalUnit(self, Identity: str) -> list[dict[str, Any]]:
        if not self._within(Identity):
            raise CmdletError("ManagementObjectNotFoundException", f"The organizational unit {Identity} wasn't found.")
        return [{"Name": Identity.rpartition("/")[2]}]

    def Get_Mailbox(self, ResultSize: str, OrganizationalUnit: str | None = None) -> list[dict[str, Any]]:
        assert ResultSize == "Unlimited"
        return [
            {
                "_mailbox": one, "Guid": one.guid, "ExchangeGuid": one.own, "DisplayName": one.name, "AccountDisabled": one.disabled,
                "PrimarySmtpAddress": Shown("Microsoft.Exchange.Data.SmtpAddress", one.address),
            }
            for one in self._within(OrganizationalUnit)
        ]  # fmt: skip

    def _statistics(self, row: dict[str, Any]) -> dict[str, Any]:
        return {"MailboxGuid": row["_mailbox"].own, "LastLogonTime": row["_mailbox"].last_logon}

    def Get_RoleGroupMember(self, Identity: str) -> list[dict[str, Any]]:
        assert Identity == "Organization Management"
        return [{"Guid": self.mailboxes[0].guid}] if self.mailboxes else []

    def Get_CASMailbox(
        self, ResultSize: str, Filter: str, OrganizationalUnit: str | None = None
    ) -> list[dict[str, Any]]:
        assert Filter == "HasActiveSyncDevicePartnership -eq $true"
        return [
            {"PrimarySmtpAddress": Shown("Microsoft.Exchange.Data.SmtpAddress", one.address), "Guid": one.guid}
            for one in self._within(OrganizationalUnit)
            if one.devices
        ]

    def Get_MobileDeviceStatistics(self, Mailbox: str) -> list[dict[str, Any]]:
        return list(self._find(Mailbox).devices)

    def Disable_Mailbox(self, Identity: str, Confirm: bool) -> list[dict[str, Any]]:
        assert Confirm is False
        self.mailboxes.remove(self._find(Identity))
        return []

    def New_MailboxExportRequest(
        self, Mailbox: str, FilePath: str, Name: str, BadItemLimit: int, BatchName: str | None = None, **switches: None
    ) -> list[dict[str, Any]]:
        mailbox = self._find(Mailbox)
        if any(one.name == Name and one.mailbox is mailbox for one in self.requests):
            raise CmdletError(
                "NameMustBeUniquePermanentException",
                f"The name must be unique per mailbox: '{Name}' is taken.",
            )
        if not self.share:
            raise CmdletError(
                "RemotePermanentException",
                f"Unable to open PST file '{FilePath}'. Access to the path is denied.",
            )
        if BadItemLimit > 50 and "AcceptLargeDataLoss" not in switches:
            raise CmdletError(
                "RecipientTaskException",
                "Please confirm it by specifying AcceptLargeDataLoss.",
            )
        if "IsArchive" in switches and not mailbox.archive:
            raise CmdletError("MailboxDatabaseArchive", f"The mailbox '{Mailbox}' doesn't have an archive.")
        request = Request(mailbox, Name, FilePath, BadItemLimit, "IsArchive" in switches, batch=BatchName)
        if "New-MailboxExportRequest" not in self.lost:
            self.requests.append(request)
        return [self._shown(request)]

    def Get_MailboxExportRequest(
        self, ResultSize: str, Name: str | None = None, BatchName: str | None = None
    ) -> list[dict[str, Any]]:
        return [
            self._shown(one) for one in self.requests if Name in (None, one.name) and BatchName in (None, one.batch)
        ]

    def Get_MailboxExportRequestStatistics(self, Identity: str, **switches: None) -> list[dict[str, Any]]:
        one = self._request(Identity)
        row = {
            **self._shown(one), "PercentComplete": one.percent, "ItemsTransferred": one.items, "EstimatedTransferItemCount": 400,
            "BytesTransferred": size(one.items * 30_000), "EstimatedTransferSize": size(12_000_000), "BadItemsEncountered": one.bad,
            "LargeItemsEncountered": one.large, "MissingItemsEncountered": one.missing, "FailureType": one.failure or None,
            "StatusDetail": Shown("Microsoft.Exchange.MailboxReplicationService.RequestState", one.detail or one.status),
            "Message": Shown("Microsoft.Exchange.Data.LocalizedString", one.message),
            "CompletionTimestamp": datetime(2026, 11, 22, 3, tzinfo=UTC) if one.status.startswith("Completed") else None,
        }  # fmt: skip
        return [
            row | ({"Report": Shown("Microsoft.Exchange.Report", one.report)} if "IncludeReport" in switches else {})
        ]

    def Set_MailboxExportRequest(
        self, Identity: str, BadItemLimit: int, Confirm: bool, **switches: None
    ) -> list[dict[str, Any]]:
        self._request(Identity).limit = BadItemLimit
        return []

    def Resume_MailboxExportRequest(self, Identity: str, Confirm: bool) -> list[dict[str, Any]]:
        request = self._request(Identity)
        request.status, request.failure, request.message = "Queued", "", ""
        return []

    def Remove_MailboxExportRequest(self, Identity: str, Confirm: bool) -> list[dict[str, Any]]:
        assert Confirm is False
        self.requests.remove(self._request(Identity))
        return []

    def _shown(self, one: Request) -> dict[str, Any]:
        return {
            "Identity": Shown("Microsoft.Exchange.Configuration.Tasks.RequestJobObjectId", one.identity), "Name": one.name,
            "Mailbox": one.mailbox.name, "SourceAlias": one.mailbox.alias, "FilePath": Shown("Microsoft.Exchange.Data.LongPath", one.file),
            "Status": Enum("Microsoft.Exchange.MailboxReplicationService.RequestStatus", one.status, STATUSES.index(one.status)),
        }  # fmt: skip


@dataclass
class Place:
    """The Exchange, its server, and what a client needs. `waits` are the seconds that clients were asked to wait: nobody does."""

    exchange: Exchange
    wsman: Wsman
    ca_file: Path
    waits: list[float] = field(default_factory=list)

    def settings(self, **more: Any) -> ExchangePowershellServer:
        given = {
            "kind": "exchange-powershell", "host": "localhost", "port": self.wsman.port, "user": USER, "export_share": SHARE,
            "ca_file": self.ca_file,
        }  # fmt: skip
        return ExchangePowershellServer.model_validate({**given, **more})

    @property
    def patience(self) -> Patience:
        return Patience(longest_s=120, attempts=3, sleep=self.waits.append)

    def begin_anew(self) -> None:
        self.exchange.__init__()  # type: ignore[misc]
        wsman = self.wsman
        wsman.shells.clear()
        wsman.faults.clear()
        wsman.actions.clear()
        wsman.pipelines.clear()
        wsman.slow, wsman.most_shells = 0, 3
        self.waits.clear()


@contextlib.contextmanager
def running_exchange(folder: Path, password: str = PASSWORD, charset: str = "latin-1") -> Iterator[Place]:
    folder.mkdir(parents=True, exist_ok=True)
    authority, exchange = trustme.CA(), Exchange()
    authority.cert_pem.write_to_path(folder / "ca.pem")
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(folder / "server.pem")
    with running_wsman(Wsman(0, USER, password, exchange.run, charsets=(charset,)), folder / "server.pem") as wsman:
        yield Place(exchange, wsman, folder / "ca.pem")
