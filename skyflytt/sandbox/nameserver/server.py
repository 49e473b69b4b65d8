"""The name server itself: what comes in over UDP and TCP, and what goes back."""

from __future__ import annotations

import asyncio
import contextlib
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.tsig
import dns.update

from skyflytt.sandbox.nameserver.asking import answer
from skyflytt.sandbox.nameserver.transferring import transfer
from skyflytt.sandbox.nameserver.updating import Refused, updated
from skyflytt.sandbox.nameserver.zones import Zones

HEADER = struct.Struct("!6H")
IDLE_SECONDS = 10.0
TRANSFERS = (dns.rdatatype.AXFR, dns.rdatatype.IXFR)
Address = tuple[str, int]
KEY_NAME = "skyflytt."
"""Of the key that signs transfers and updates."""


class Responding(Protocol):
    """What a listener hands messages to."""

    def respond(self, wire: bytes, *, stream: bool) -> Iterator[bytes]: ...


@dataclass(slots=True)
class NameServer:
    """`key` signs transfers and updates; without its signature they are refused.

    `notify` tells the secondaries of a change (RFC 1996). A secondary has `notified` instead, which is called when it is told, and takes no
    updates.
    """

    zones: Zones
    key: dns.tsig.Key
    notify: Callable[[dns.name.Name], None] | None = None
    notified: Callable[[], None] | None = None

    def respond(self, wire: bytes, *, stream: bool) -> Iterator[bytes]:
        """The messages that go back; none for what is no query at all."""
        try:
            query = dns.message.from_wire(wire, keyring=self._key_of)
        except (dns.tsig.BadSignature, dns.tsig.BadTime, dns.tsig.BadKey, dns.message.UnknownTSIGKey):
            yield from _refused(wire, dns.rcode.NOTAUTH)
            return
        except (dns.exception.DNSException, ValueError):
            yield from _refused(wire, dns.rcode.FORMERR)
            return
        if query.flags & dns.flags.QR:
            return
        yield from self._responses(query, stream=stream)

    def _responses(self, query: dns.message.Message, *, stream: bool) -> Iterator[bytes]:
        if isinstance(query, dns.update.UpdateMessage):
            yield self._update(query).to_wire()
        elif query.opcode() == dns.opcode.NOTIFY and len(query.question) == 1:
            if self.notified:
                self.notified()
            yield dns.message.make_response(query).to_wire()
        elif query.opcode() != dns.opcode.QUERY:
            yield _with(query, dns.rcode.NOTIMP).to_wire()
        elif len(query.question) != 1:
            yield _with(query, dns.rcode.FORMERR).to_wire()
        elif query.question[0].rdtype in TRANSFERS:
            yield from self._transfer(query, stream=stream)
        else:
            size = 65_535 if stream else min(query.payload or 512, 1232)
            yield answer(self.zones, query).to_wire(max_size=size, prefer_truncation=True)

    def _transfer(self, query: dns.message.Message, *, stream: bool) -> Iterator[bytes]:
        zone = self.zones.at(query.question[0].name)
        if not query.had_tsig:
            yield _with(query, dns.rcode.REFUSED).to_wire()
        elif zone is None:
            yield _with(query, dns.rcode.NOTAUTH).to_wire()
        elif not stream:
            yield _with(query, dns.rcode.FORMERR).to_wire()
        else:
            yield from transfer(zone, query)

    def _update(self, update: dns.update.UpdateMessage) -> dns.message.Message:
        zone = self.zones.at(update.zone[0].name) if update.zone else None
        if zone is None:
            return _with(update, dns.rcode.NOTAUTH)
        if not update.had_tsig or self.notified is not None:
            return _with(update, dns.rcode.REFUSED)
        try:
            after = updated(zone, update)
        except Refused as refused:
            return _with(update, refused.rcode)
        if after is not None:
            self.zones.replace(after)
            if self.notify and after.origin:
                self.notify(after.origin)
        return _with(update, dns.rcode.NOERROR)

    def _key_of(self, _message: object, name: object) -> dns.tsig.Key | None:
        return self.key if name == self.key.name else None


def _with(query: dns.message.Message, rcode: dns.rcode.Rcode) -> dns.message.Message:
    response = dns.message.make_response(query)
    response.set_rcode(rcode)
    return response


def _refused(wire: bytes, rcode: dns.rcode.Rcode) -> Iterator[bytes]:
    """The header alone, with the query's id: there is no more that could be relied on."""
    if len(wire) < HEADER.size or wire[2] & 0x80:
        return
    number, flags, *_ = HEADER.unpack_from(wire)
    yield HEADER.pack(number, (flags & 0x7900) | 0x8000 | rcode, 0, 0, 0, 0)


class Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server: Responding) -> None:
        self._server = server

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.DatagramTransport = transport  # type: ignore[assignment]

    def datagram_received(self, data: bytes, addr: Address) -> None:
        for wire in self._server.respond(data, stream=False):
            self._transport.sendto(wire, addr)


async def listen(server: Responding, host: str, port: int) -> asyncio.Server:
    """On both transports, at the same port."""
    await asyncio.get_running_loop().create_datagram_endpoint(lambda: Datagrams(server), local_addr=(host, port))

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, TimeoutError, ConnectionError):
            while True:
                size = int.from_bytes(await asyncio.wait_for(reader.readexactly(2), IDLE_SECONDS))
                for wire in server.respond(await reader.readexactly(size), stream=True):
                    writer.write(len(wire).to_bytes(2) + wire)
                await writer.drain()
        writer.close()

    return await asyncio.start_server(connected, host, port)
