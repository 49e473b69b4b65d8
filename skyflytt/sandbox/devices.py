"""The company's forgotten devices: they sign in every day wherever they were once told to, until somebody tells them otherwise.

Each really connects, from a loopback address of its own; what the old provider's servers write down about it is their own doing.
"""

from __future__ import annotations

import base64
import http.client
import json
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Literal

import paramiko
from imapclient import IMAPClient

from skyflytt.deadline.clock import Clock, FileClock, SystemClock
from skyflytt.sandbox.company.internet import SUPPLIER
from skyflytt.sandbox.company.people import ANNA, BENGT, PRINTER, Person
from skyflytt.sandbox.servers.commands import SFTP_USER
from skyflytt.sandbox.state import Sandbox, write_if_changed

Provider = Literal["old", "new"]
TIMEOUT_S = 20.0
PHONE = "User={}&DeviceId=ApplF17XK2ABCDEF&DeviceType=iPhone"
PHONE_AGENT = "Apple-iPhone14C5/2205.95"
DRIVE_AGENT = "Microsoft-WebDAV-MiniRedir/10.0.22631"


@dataclass(frozen=True, slots=True)
class Device:
    """`address` is where it connects from; `use` is one day's work at a provider."""

    name: str
    address: str
    use: Callable[[Sandbox, str, Provider], None]


def day(sandbox: Sandbox) -> dict[str, Provider]:
    """Every device does its day's work; where each of them signed in. Raises OSError when a server is away."""
    told = _told(sandbox)
    for device in DEVICES:
        device.use(sandbox, device.address, told[device.name])
    return told


def tell(sandbox: Sandbox, name: str) -> None:
    """Somebody changes the device: from now on it signs in at the new provider. Twice is as good as once."""
    write_if_changed(_file(sandbox), json.dumps(_told(sandbox) | {name: "new"}, indent=2) + "\n")


def _told(sandbox: Sandbox) -> dict[str, Provider]:
    known: dict[str, Provider] = json.loads(_file(sandbox).read_text()) if _file(sandbox).exists() else {}
    return {device.name: known.get(device.name, "old") for device in DEVICES}


def _file(sandbox: Sandbox) -> Path:
    return sandbox.root / "devices.json"


def _print_report(sandbox: Sandbox, address: str, provider: Provider) -> None:
    """The printer in the store tells its supplier by mail how much toner is left."""
    server, message = sandbox.servers[f"{provider}-smtp"], EmailMessage()
    message["From"], message["To"] = PRINTER, f"toner@{SUPPLIER}"
    message["Subject"], message["Date"] = "Toner 23 %", format_datetime(_clock(sandbox).now())
    message.set_content("Skrivaren på lagret: svart 23 %.\n")
    with smtplib.SMTP(server.host, server.port, "skrivare-lagret", TIMEOUT_S, (address, 0)) as client:
        client.login(PRINTER, sandbox.secret("devices.printer"))
        client.send_message(message)


def _look_for_mail(sandbox: Sandbox, address: str, provider: Provider) -> None:
    """Anna's phone, by ActiveSync at the old provider and by IMAP at the new one."""
    if provider == "new":
        server, trust = sandbox.servers["new-mail"], ssl.create_default_context(cafile=str(sandbox.ca_file))
        with IMAPClient(server.host, server.port, ssl_context=trust, timeout=TIMEOUT_S) as client:
            client.login(ANNA.address, sandbox.secret(f"mailboxes.{ANNA.key}.target"))
            client.folder_status("INBOX", ["UNSEEN"])
        return
    path = f"/Microsoft-Server-ActiveSync?Cmd=Ping&{PHONE.format(ANNA.local)}"
    _ask_old(sandbox, address, "POST", path, person=ANNA, agent=PHONE_AGENT)


def _open_drive(sandbox: Sandbox, address: str, provider: Provider) -> None:
    """Bengt's computer opens its drive G:."""
    if provider == "old":
        _ask_old(sandbox, address, "PROPFIND", "/G/", person=BENGT, agent=DRIVE_AGENT)
        return
    server = sandbox.servers["new-files"]
    with paramiko.SSHClient() as ssh:
        ssh.load_host_keys(str(sandbox.known_hosts))
        secret = sandbox.secret("servers.new-files")
        ssh.connect(server.host, server.port, SFTP_USER, secret, allow_agent=False, look_for_keys=False)
        ssh.open_sftp().listdir("company")


def _ask_old(sandbox: Sandbox, address: str, method: str, path: str, *, person: Person, agent: str) -> None:
    server, trust = sandbox.servers["old-mail"], ssl.create_default_context(cafile=str(sandbox.ca_file))
    signed = f"{person.address}:{sandbox.secret(f'mailboxes.{person.key}.source')}".encode()
    headers = {"Authorization": f"Basic {base64.b64encode(signed).decode()}", "User-Agent": agent, "Depth": "1"}
    connection = http.client.HTTPSConnection(
        "localhost", server.port, timeout=TIMEOUT_S, source_address=(address, 0), context=trust
    )
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status >= 400:
        raise OSError(f"{agent}: {method} {path}: {answer.status}")


def _clock(sandbox: Sandbox) -> Clock:
    return FileClock(sandbox.clock_file) if sandbox.clock_file else SystemClock()


DEVICES = (
    Device("printer", "127.0.9.21", _print_report),
    Device("phone", "127.0.9.22", _look_for_mail),
    Device("drive", "127.0.9.23", _open_drive),
)
