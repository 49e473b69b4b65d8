"""A secondary is told that a zone has changed (RFC 1996)."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterable

import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rdatatype

from skyflytt.sandbox.nameserver.server import Address


def tell(origin: dns.name.Name, secondaries: Iterable[Address]) -> None:
    """One that is lost is made good by the secondary's own asking."""
    message = dns.message.make_query(origin, dns.rdatatype.SOA)
    message.set_opcode(dns.opcode.NOTIFY)
    message.flags |= dns.flags.AA
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for where in secondaries:
            with contextlib.suppress(OSError):
                sender.sendto(message.to_wire(), where)
