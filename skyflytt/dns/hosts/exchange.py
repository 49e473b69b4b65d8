"""Messages to and from a name server over TCP, and its failures in our words. The key's secret is in none of them."""

from __future__ import annotations

import base64
import binascii
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import dns.exception
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype
import dns.rrset
import dns.tsig
import dns.xfr
import dns.zone

from skyflytt.dns.records import zone_of
from skyflytt.dns.zone import Zone
from skyflytt.errors.dns import HostUnreachable, ZoneNotFound, ZoneRefused

T = TypeVar("T")
TIMEOUT_S = 20.0
TRANSFER_S = 300.0


def key_from(origin: str, name: str, secret: str | None, algorithm: str) -> dns.tsig.Key:
    """The TSIG key. Raises `ZoneRefused` when its secret is not base64."""
    try:
        return dns.tsig.Key(name, base64.b64decode(secret or "", validate=True), algorithm)
    except (binascii.Error, ValueError, dns.exception.DNSException):
        raise ZoneRefused(origin, f"the secret of the key {name} is not base64") from None


@dataclass(frozen=True, slots=True)
class Exchange:
    """One name server: `host` is a name or an address."""

    host: str
    port: int
    key: dns.tsig.Key | None = field(default=None, repr=False)
    timeout_s: float = TIMEOUT_S

    def transfer(self, origin: str) -> Zone:
        """The whole zone. Raises `ZoneNotFound`, `ZoneRefused`, `HostUnreachable`."""
        return self._at_any_address(origin, lambda address: self._transfer(origin, address))

    def ask(self, origin: str, message: dns.message.Message) -> dns.message.Message:
        """The answer to any message. Raises `ZoneRefused` for a key that is not accepted, `HostUnreachable`."""
        return self._at_any_address(origin, lambda address: dns.query.tcp(message, address, self.timeout_s, self.port))

    def _transfer(self, origin: str, address: str) -> Zone:
        zone = dns.zone.Zone(dns.name.from_text(origin), relativize=False)
        query, _ = dns.xfr.make_query(zone, serial=None, keyring=self.key)
        try:
            dns.query.inbound_xfr(address, zone, query, self.port, timeout=self.timeout_s, lifetime=TRANSFER_S)
        except dns.xfr.TransferError as error:
            raise _no_transfer(origin, self, error.rcode) from None
        return zone_of(origin, _sets(zone))

    def _at_any_address(self, origin: str, use: Callable[[str], T]) -> T:
        """Tried at each address of the host's name until one can be connected to."""
        error: Exception | None = None
        with _failures(origin, self):
            for address in self._addresses():
                try:
                    return use(address)
                except ConnectionError as refused:
                    error = refused
            raise error or ConnectionError("its name has no address")

    def _addresses(self) -> list[str]:
        found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        return list(dict.fromkeys(str(address[4][0]) for address in found))


def _sets(zone: dns.zone.Zone) -> Iterator[dns.rrset.RRset]:
    for name, rdataset in zone.iterate_rdatasets():
        yield dns.rrset.from_rdata_list(name, rdataset.ttl, list(rdataset))


def _no_transfer(origin: str, at: Exchange, code: dns.rcode.Rcode) -> ZoneNotFound | ZoneRefused:
    words = f"{at.host} answers {dns.rcode.to_text(code)} when asked for the whole zone"
    if code in (dns.rcode.NOTAUTH, dns.rcode.NXDOMAIN):
        return ZoneNotFound(origin, f"{words}: it does not serve the zone, or does not accept the key")
    return ZoneRefused(origin, f"{words}: it gives transfers to nobody of this key or address")


@contextmanager
def _failures(origin: str, at: Exchange) -> Iterator[None]:
    key = at.key.name.to_text(omit_final_dot=True) if at.key else "no key"
    try:
        yield
    except dns.tsig.PeerBadTime as error:
        raise ZoneRefused(origin, f"{at.host} and this machine do not agree on the time (BADTIME)") from error
    except (dns.tsig.PeerError, dns.tsig.BadSignature, dns.tsig.BadKey, dns.message.UnknownTSIGKey) as error:
        raise ZoneRefused(origin, f"{at.host} does not accept the key {key}: {error}") from error
    except (dns.exception.DNSException, OSError, EOFError) as error:
        words = str(error) or type(error).__name__
        raise HostUnreachable(origin, f"{at.host} port {at.port}: {words}") from error
