"""What belongs to the provider being left, as far as DNS can name it: host names, domains, addresses, networks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from skyflytt.dns.records import absolute
from skyflytt.dns.zone import Zone

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class OldProvider:
    """`names` are absolute and lower; everything below them counts, too. Single addresses are networks of one."""

    names: frozenset[str]
    networks: frozenset[Network]

    def __bool__(self) -> bool:
        """Whether anything is known of it at all."""
        return bool(self.names or self.networks)

    def owns_name(self, name: str) -> bool:
        name = absolute(name)
        return any(name == one or name.endswith(f".{one}") for one in self.names)

    def owns_address(self, text: str) -> bool:
        """An address, or a network that has any of theirs in it."""
        try:
            asked = ip_network(text, strict=False)
        except ValueError:
            return False
        return any(one.version == asked.version and one.overlaps(asked) for one in self.networks)


def old_provider(zone: Zone, belongings: Iterable[str]) -> OldProvider:
    """From names, addresses and networks in any order.

    A name within the customer's own zone stays the customer's: what it points to now is the provider's, its addresses or its alias's target.
    """
    names, networks = set(), set()
    for one in belongings:
        network = as_network(one)
        if network is not None:
            networks.add(network)
        elif is_within(name := absolute(one), zone.origin):
            inner_names, inner_networks = _targets(zone, name)
            names |= inner_names
            networks |= inner_networks
        else:
            names.add(name)
    return OldProvider(frozenset(names), frozenset(networks))


def is_within(name: str, origin: str) -> bool:
    return name == origin or name.endswith(f".{origin}")


def as_network(text: str) -> Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def _targets(zone: Zone, name: str) -> tuple[set[str], set[Network]]:
    names, networks = set(), set()
    for one in zone.sets:
        if one.name != name:
            continue
        if one.type in ("A", "AAAA"):
            networks |= {ip_network(value) for value in one.values}
        elif one.type == "CNAME" and not is_within(one.values[0], zone.origin):
            names.add(one.values[0])
    return names, networks
