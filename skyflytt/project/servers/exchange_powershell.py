"""An Exchange on-premises, by PowerShell remoting."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from skyflytt.project.fields import Host, LocalPath, Port, Text
from skyflytt.project.part import Part, quoted, wrong
from skyflytt.project.servers.fields import CA_FILE, EXAMPLE_HOST, HOST, KIND

UNC = re.compile(r"\\\\[^\\/:*?\"<>|\s]+(?:\\[^\\/:*?\"<>|]+)+")


def check_unc(text: str) -> str:
    if not UNC.fullmatch(text):
        raise wrong(f"{quoted(text)} is not a folder on a file server", r"its UNC path, such as \\files01\pst")
    return text


def check_path(text: str) -> str:
    if not re.fullmatch(r"[\w./-]+", text) or text.startswith("/"):
        raise wrong(f"{quoted(text)} is not a path of a web address", "PowerShell")
    return text


class ExchangePowershellServer(Part):
    """An Exchange on-premises, reached by PowerShell remoting over TLS: accounts, mobile devices, PST files that the server makes itself."""

    kind: Literal["exchange-powershell"] = Field(description=KIND)
    host: Host = Field(description=HOST, examples=EXAMPLE_HOST)
    port: Port = Field(default=443, description="Port.")
    path: Annotated[str, AfterValidator(check_path)] = Field(
        default="PowerShell", description="Path of the PowerShell virtual directory."
    )
    auth: Literal["basic", "negotiate", "ntlm", "kerberos"] = Field(
        default="basic", description="How the account signs in; the virtual directory has to allow it."
    )
    user: Text = Field(description="Account that the migration signs in with.", examples=["EXAMPLE\\migration"])
    organizational_unit: Text | None = Field(
        default=None,
        description="Only mailboxes below it: where several customers share the Exchange, the customer's own.",
        examples=["hosting.example/Customers/Norrsken"],
    )
    export_share: Annotated[str, AfterValidator(check_unc)] | None = Field(
        default=None,
        description="Folder that Exchange writes PST files to, by its UNC path; Exchange Trusted Subsystem needs to write there.",
        examples=["\\\\files01\\pst"],
    )
    ca_file: LocalPath | None = Field(default=None, description=CA_FILE)
