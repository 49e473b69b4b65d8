"""The sandbox's second name server made to lag behind the first, and to catch up."""

from __future__ import annotations

import time

import dns.message
import dns.name
import dns.query

from skyflytt.sandbox.company.people import DOMAIN
from skyflytt.sandbox.nameserver.following import HELD
from skyflytt.sandbox.nameserver.notifying import tell
from skyflytt.sandbox.state import Sandbox

PATIENCE_SECONDS = 20.0
LOOK_SECONDS = 0.1


def lag(sandbox: Sandbox, seconds: float | None = None) -> None:
    """From now on it keeps what it has, restarts included; with `seconds` it follows each change so much later."""
    (sandbox.root / "ns2" / HELD).write_text("" if seconds is None else f"{seconds}")


def catch_up(sandbox: Sandbox) -> bool:
    """It follows again, looks at once, and has the newest zone soon; False when it has not after the longest wait."""
    (sandbox.root / "ns2" / HELD).unlink(missing_ok=True)
    until = time.monotonic() + PATIENCE_SECONDS
    while _serial(sandbox, "ns1") != _serial(sandbox, "ns2") and time.monotonic() < until:
        secondary = sandbox.servers["ns2"]
        tell(dns.name.from_text(DOMAIN), [(secondary.host, secondary.port)])
        time.sleep(LOOK_SECONDS)
    return _serial(sandbox, "ns1") == _serial(sandbox, "ns2")


def _serial(sandbox: Sandbox, name: str) -> int:
    server = sandbox.servers[name]
    answer = dns.query.udp(dns.message.make_query(DOMAIN, "SOA"), server.host, PATIENCE_SECONDS, server.port)
    return int(answer.answer[0][0].serial)


def is_lagging(sandbox: Sandbox) -> bool:
    return (sandbox.root / "ns2" / HELD).exists()
