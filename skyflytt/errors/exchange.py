"""What fails about an Exchange on-premises that is managed by PowerShell remoting."""

from __future__ import annotations

from skyflytt.errors.base import BadInput, NeedsPerson, Permanent


class ExchangeRoleMissing(NeedsPerson):
    """The account may not run {item} at this Exchange: {detail}"""

    code = "exchange.role-missing"
    advice = (
        "Give it a management role that has the cmdlet; for export requests that is Mailbox Import Export, which nobody has until it is "
        "assigned."
    )


class CmdletFailed(Permanent):
    """Exchange could not carry out {item}: {detail}"""

    code = "exchange.cmdlet-failed"
    advice = "Exchange's own words say why; the same command goes on where it was."


class ExportPathUnusable(BadInput):
    """Exchange cannot write a PST file to {item}: {detail}"""

    code = "exchange.export-path"
    advice = r"Name a file on a file server by its UNC path, such as \\files01\pst\anna.pst."


class ExportShareRefused(NeedsPerson):
    """Exchange cannot reach the share for {item}: {detail}"""

    code = "exchange.export-share"
    advice = "Give the group Exchange Trusted Subsystem the right to read and write, on the share and on its folder."


class ExportNameTaken(NeedsPerson):
    """There is another export request called {item}: {detail}"""

    code = "exchange.export-name-taken"
    advice = "Look whose it is with Get-MailboxExportRequest; remove it if it is finished, or choose another name."


class ExportItemsLost(Permanent):
    """The export {item} met more damaged items than it may leave out: {detail}"""

    code = "exchange.export-items-lost"
    advice = "Repair the mailbox (New-MailboxRepairRequest) and start again, or let a named person accept that more items are left out."


class ExportFailed(Permanent):
    """The export {item} failed: {detail}"""

    code = "exchange.export-failed"
    advice = (
        "Exchange's report says why; remove the request and start it again, or export the mailbox over EWS instead."
    )


class ExportSuspended(NeedsPerson):
    """The export {item} is suspended: {detail}"""

    code = "exchange.export-suspended"
    advice = "Somebody or Exchange itself suspended it; resume it with Resume-MailboxExportRequest when that is over."
