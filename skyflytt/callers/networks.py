"""Which addresses are of an own network, where the devices of an office are."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, ip_address, ip_network

INSIDE = tuple(
    ip_network(one)
    for one in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10")
)
"""RFC 1918, RFC 3927, RFC 4193 and RFC 4291, section 2.5.6. Loopback is none: filters on the server itself hand mail over by it."""


@lru_cache(maxsize=4096)
def is_inside(address: str) -> bool:
    """Whether it is an address of an own network; False for what is no address."""
    try:
        found = ip_address(address.removeprefix("IPv6:").partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    if isinstance(mapped, IPv4Address):
        found = mapped
    return any(found in network for network in INSIDE)
