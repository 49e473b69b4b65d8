"""A name server on loopback that answers from a zone file, over UDP; what it is told to leave unanswered it does."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.nameserver
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.resolver
import dns.zone


@contextmanager
def name_server(*zones: tuple[str, str], silent: bool = False) -> Iterator[int]:
    """The port of a server with these zones (origin, text)."""
    known = [dns.zone.from_text(text, dns.name.from_text(origin), relativize=False) for origin, text in zones]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        stopped = threading.Event()
        listening.settimeout(0.05)
        thread = threading.Thread(target=_serve, args=(listening, known, stopped, silent), daemon=True)
        thread.start()
        try:
            yield int(listening.getsockname()[1])
        finally:
            stopped.set()
            thread.join()


def resolver(port: int) -> dns.resolver.Resolver:
    made = dns.resolver.Resolver(configure=False)
    made.nameservers = [dns.nameserver.Do53Nameserver("127.0.0.1", port)]
    return made


def _serve(listening: socket.socket, zones: list[dns.zone.Zone], stopped: threading.Event, silent: bool) -> None:
    while not stopped.is_set():
        with suppress(TimeoutError, dns.exception.DNSException):
            wire, client = listening.recvfrom(65_535)
            if not silent:
                listening.sendto(_answer(dns.message.from_wire(wire), zones).to_wire(), client)


def _answer(query: dns.message.Message, zones: list[dns.zone.Zone]) -> dns.message.Message:
    answer = dns.message.make_response(query)
    answer.flags |= dns.flags.AA
    question = query.question[0]
    zone = next((one for one in zones if one.origin and question.name.is_subdomain(one.origin)), None)
    if zone is None:
        answer.set_rcode(dns.rcode.REFUSED)
        return answer
    found = [
        rrset
        for kind in (question.rdtype, dns.rdatatype.CNAME)
        if (rrset := zone.get_rrset(question.name, kind)) is not None
    ]
    answer.answer.extend(found[:1])
    if zone.get_node(question.name) is None:
        answer.set_rcode(dns.rcode.NXDOMAIN)
    return answer
