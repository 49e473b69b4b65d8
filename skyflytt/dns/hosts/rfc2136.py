"""A name server: the whole zone by transfer (RFC 5936), changes by update with prerequisites (RFC 2136), both signed (RFC 8945)."""

from __future__ import annotations

from collections.abc import Sequence

import dns.exception
import dns.message
import dns.rcode
import dns.rdatatype
import dns.tsig
import dns.update

from skyflytt.dns.hosts.changes import Changing, check
from skyflytt.dns.hosts.exchange import Exchange, key_from
from skyflytt.dns.hosts.prerequisites import update_of
from skyflytt.dns.port import Capabilities
from skyflytt.dns.zone import Change, Zone
from skyflytt.errors.dns import ChangeRefused, HostUnreachable, ZoneMoved, ZoneRefused
from skyflytt.project.servers.rfc2136 import Rfc2136Server

CAPABILITIES = Capabilities("the name server", atomic=True, guarded=True)
MOVED = {dns.rcode.YXDOMAIN, dns.rcode.NXDOMAIN, dns.rcode.YXRRSET, dns.rcode.NXRRSET}
REFUSED = {
    dns.rcode.REFUSED: "it refuses updates with this key or from this address",
    dns.rcode.NOTAUTH: "it is not this zone's primary, or does not accept the key",
    dns.rcode.NOTIMP: "it takes no updates",
}


class Rfc2136Host:
    """One zone at its primary name server."""

    capabilities = CAPABILITIES

    def __init__(self, origin: str, exchange: Exchange) -> None:
        self.origin = origin
        self._exchange = exchange
        self._changing = Changing(origin)

    def read(self) -> Zone:
        return self._exchange.transfer(self.origin)

    def change(self, changes: Sequence[Change], expected: Zone) -> None:
        check(self.origin, changes, self.capabilities, expected)
        left = self._changing.left(changes, self.read())
        if left:
            self._send(left)
        self._changing.arrived(changes, self.read())

    def close(self) -> None:
        """Nothing stays open between requests."""

    def _send(self, changes: Sequence[Change]) -> None:
        """One message is one transaction; only what has no place in 64 KiB is sent as several."""
        update = update_of(self.origin, changes, self._exchange.key)
        if _has_place(update):
            self._judge(self._exchange.ask(self.origin, update), changes)
        elif len(changes) == 1:
            raise ChangeRefused(self.origin, f"{' '.join(changes[0].key)}: it has no place in a message")
        else:
            middle = len(changes) // 2
            self._send(changes[:middle])
            self._send(changes[middle:])

    def _judge(self, answer: dns.message.Message, changes: Sequence[Change]) -> None:
        code, words = answer.rcode(), dns.rcode.to_text(answer.rcode())
        if code == dns.rcode.NOERROR:
            return
        if code in MOVED:
            self._changing.left(changes, self.read())
            raise ZoneMoved(self.origin, f"the name server found other records than those planned for ({words})")
        if code in REFUSED:
            raise ZoneRefused(self.origin, f"{words}: {REFUSED[code]}")
        if code == dns.rcode.SERVFAIL:
            raise HostUnreachable(self.origin, f"{words}: the name server could not do it; its own log says why")
        raise ChangeRefused(self.origin, words)


def _has_place(update: dns.update.UpdateMessage) -> bool:
    try:
        update.to_wire()
    except dns.exception.TooBig:
        return False
    return True


def open_rfc2136(origin: str, server: Rfc2136Server, secret: str | None) -> Rfc2136Host:
    """Opens no connection yet. Raises `ZoneRefused` when the key's secret is not base64."""
    key = key_from(origin, server.key_name, secret, server.algorithm) if server.key_name else None
    return Rfc2136Host(origin, Exchange(server.host, server.port, key))
