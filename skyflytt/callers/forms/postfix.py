"""Postfix's smtpd: who signed in to send (SASL), who failed to, and which device of the own network sends without signing in.

https://www.postfix.org/SASL_README.html and smtpd(8), checked against 3.7. The client's name in the reverse DNS, or what it said in
HELO where that is logged, is what the device calls itself.
"""

from __future__ import annotations

import re

from skyflytt.callers.event import Event
from skyflytt.callers.networks import is_inside

CLIENT = re.compile(
    rb"[0-9A-Za-z]+: client=([^\[]*)\[([^\]]+)\](?::\d+)?(?:, sasl_method=[^,]*)?(?:, sasl_username=([^,]*))?"
)
FAILED = re.compile(
    rb"warning: ([^\[]*)\[([^\]]+)\](?::\d+)?: SASL \S+ authentication failed:(?:.*?sasl_username=([^,]*))?"
)
REFUSED = re.compile(
    rb"NOQUEUE: reject: \w+ from ([^\[]*)\[([^\]]+)\](?::\d+)?: .*?(?:Relay access denied|not logged in|authentication required)"
    rb".*?; from=<([^>]*)>.*?(?: helo=<([^>]*)>)?$",
    re.IGNORECASE,
)


def postfix(said: bytes, program: bytes) -> Event | None:
    """One message of a Postfix daemon; other daemons than smtpd let nobody in."""
    if not program.endswith(b"/smtpd"):
        return None
    service = program.split(b"/")[1]
    protocol = service.decode("ascii", "replace") if service in (b"submission", b"submissions", b"smtps") else "smtp"
    if found := CLIENT.match(said):
        name, address, account = found.groups()
        if account:
            return Event(0, protocol, account, agent=_name(name), address=address)
        return Event(0, "smtp-relay", b"", agent=_name(name), address=address) if _is_inside(address) else None
    if found := FAILED.match(said):
        name, address, account = found.groups()
        return Event(0, protocol, account or b"", b"", _name(name), address, signed_in=0, failed=1)
    if (found := REFUSED.match(said)) and _is_inside(found[2]):
        name, address, sender, helo = found.groups()
        return Event(0, "smtp-relay", sender, b"", helo or _name(name), address, signed_in=0, failed=1)
    return None


def _name(name: bytes) -> bytes:
    return b"" if name == b"unknown" else name


def _is_inside(address: bytes) -> bool:
    """The world's servers bring mail without signing in as well."""
    return is_inside(address.decode("ascii", "replace"))
