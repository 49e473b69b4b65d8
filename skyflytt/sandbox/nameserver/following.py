"""A secondary: asks the primary for its serials, and transfers what has moved on (RFC 1034 section 4.3.5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import dns.exception
import dns.message
import dns.name
import dns.query
import dns.rdatatype
import dns.tsig
import dns.zone

from skyflytt.sandbox.nameserver.zones import Zones, soa

TIMEOUT_S = 2.0
HELD = "held"
HELD_LOOK_S = 0.2


@dataclass(slots=True)
class Following:
    """Where the primary is.

    While the file `held` lies beside the zones this secondary lags behind: by as many seconds as the file says, and for ever when it
    says nothing. `passed` are seconds.
    """

    folder: Path
    primary: tuple[str, int]
    key: dns.tsig.Key
    passed: Callable[[], float] = monotonic
    _behind_since: float | None = None

    def look(self, zones: Zones) -> list[dns.name.Name]:
        """Transfer each zone whose serial is another at the primary; which ones. A primary that is away is asked again later."""
        try:
            behind = [origin for origin in zones.origins if self._is_behind(zones, origin)]
            if not self._is_held(behind):
                return [origin for origin in behind if self._fetch(zones, origin)]
        except (OSError, dns.exception.DNSException):
            pass
        return []

    @property
    def comes_again_in(self) -> float | None:
        """In how many seconds it is to look again, sooner than usual."""
        return HELD_LOOK_S if self._behind_since is not None else None

    def _is_held(self, behind: list[dns.name.Name]) -> bool:
        held = self.folder / HELD
        if not behind or not held.exists():
            self._behind_since = None
            return False
        text = held.read_text().strip()
        if not text:
            return True
        self._behind_since = self._behind_since or self.passed()
        if self.passed() - self._behind_since < float(text):
            return True
        self._behind_since = None
        return False

    def _is_behind(self, zones: Zones, origin: dns.name.Name) -> bool:
        host, port = self.primary
        answer = dns.query.udp(dns.message.make_query(origin, dns.rdatatype.SOA), host, TIMEOUT_S, port)
        found = answer.get_rrset(answer.answer, origin, zones.at(origin).rdclass, dns.rdatatype.SOA)  # type: ignore[union-attr]
        return found is not None and found[0].serial != soa(zones.at(origin)).serial  # type: ignore[arg-type]

    def _fetch(self, zones: Zones, origin: dns.name.Name) -> bool:
        host, port = self.primary
        zone = dns.zone.Zone(origin, relativize=False)
        query = dns.message.make_query(origin, dns.rdatatype.AXFR)
        query.use_tsig(self.key)
        dns.query.inbound_xfr(host, zone, query, port, timeout=TIMEOUT_S)
        zones.replace(zone)
        return True
