"""The company's devices: what the old provider's servers write down about them, and that they stop when they are told."""

from __future__ import annotations

import http.client
import ssl
from base64 import b64encode
from xml.etree.ElementTree import fromstring

import pytest

from skyflytt.sandbox import devices, lifecycle
from skyflytt.sandbox.company.people import ANNA, BENGT, PRINTER
from skyflytt.sandbox.state import Sandbox


def lines(sandbox: Sandbox) -> list[str]:
    iis = [
        line for file in sorted((sandbox.old_logs / "iis").glob("u_ex*.log")) for line in file.read_text().splitlines()
    ]
    mail = (sandbox.old_logs / "mail.log").read_text().splitlines() if (sandbox.old_logs / "mail.log").exists() else []
    return [*iis, *mail]


def told_of(sandbox: Sandbox) -> list[bool]:
    """Whether the printer, the phone and the drive left a line."""
    told = lines(sandbox)
    return [
        any("client=skrivare-lagret[127.0.9.21], sasl_method=" in line and line.endswith(PRINTER) for line in told),
        any(f" {ANNA.address} 127.0.9.22 Apple-iPhone14C5/2205.95 - 200 " in line for line in told),
        any(f" {BENGT.address} 127.0.9.23 Microsoft-WebDAV-MiniRedir/10.0.22631 - 207 " in line for line in told),
    ]


@pytest.fixture
def quiet(living: Sandbox) -> Sandbox:
    """Nothing is in the logs, and every device is as it was bought."""
    sandbox = lifecycle.up(living.root)
    forget(sandbox)
    (sandbox.root / "devices.json").unlink(missing_ok=True)
    return sandbox


def forget(sandbox: Sandbox) -> None:
    for file in [*sandbox.old_logs.rglob("*.log")]:
        file.write_text("")


def test_devices_leave_their_lines_until_they_are_told(quiet: Sandbox) -> None:
    assert set(devices.day(quiet).values()) == {"old"}
    assert told_of(quiet) == [True, True, True]
    forget(quiet)
    devices.tell(quiet, "printer")
    devices.tell(quiet, "printer")
    assert devices.day(quiet)["printer"] == "new"
    assert told_of(quiet) == [False, True, True]
    forget(quiet)
    devices.tell(quiet, "phone")
    devices.tell(quiet, "drive")
    assert set(devices.day(quiet).values()) == {"new"}
    assert told_of(quiet) == [False, False, False]


def asked(sandbox: Sandbox, method: str, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
    trust = ssl.create_default_context(cafile=str(sandbox.ca_file))
    connection = http.client.HTTPSConnection("localhost", sandbox.servers["old-mail"].port, timeout=20, context=trust)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


def test_a_network_drive_shows_the_share_and_nothing_beside_it(living: Sandbox) -> None:
    sandbox = lifecycle.up(living.root)
    signed = b64encode(f"{BENGT.address}:{sandbox.secret('mailboxes.bengt.source')}".encode()).decode()
    who = {"Authorization": f"Basic {signed}", "Depth": "1"}
    status, body = asked(sandbox, "PROPFIND", "/G/", who)
    shown = {one.findtext("{DAV:}href") for one in fromstring(body)}
    assert status == 207
    assert {"/G/", "/G/Visma/"} <= shown
    assert len(shown) == 1 + len(list((sandbox.root / "old-files" / "company").iterdir()))
    assert asked(sandbox, "GET", "/G/../../secrets.json", who)[0] == 404
    assert asked(sandbox, "PROPFIND", "/G/", {"Depth": "1"})[0] == 401
    assert asked(sandbox, "PROPFIND", "/G/nix", who)[0] == 404
