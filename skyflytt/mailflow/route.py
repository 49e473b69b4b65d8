"""Where mail for a domain goes now: the MX that each authoritative server has, and the addresses of the hosts that it names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from skyflytt.errors.mailflow import ExchangersDiffer, NoExchanger


class Names(Protocol):
    """Who is asked for names."""

    def authoritative(self, name: str, kind: str) -> Mapping[str, tuple[str, ...] | None]:
        """By authoritative server: the values that it has itself, sorted; empty for none, None where it did not answer."""
        ...

    def addresses(self, host: str) -> Sequence[str]:
        """The host's IPv4 and IPv6 addresses, from any resolver; none where it has none."""
        ...


@dataclass(frozen=True, slots=True)
class Exchanger:
    """A host that takes mail (RFC 5321 section 5.1)."""

    preference: int
    host: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """The exchangers, best first; `said_by` are the authoritative servers that answered, `silent` those that did not."""

    domain: str
    exchangers: tuple[Exchanger, ...]
    said_by: tuple[str, ...]
    silent: tuple[str, ...]


def route_to(domain: str, names: Names) -> Route:
    """Raises `NoExchanger` (nobody answers, a null MX, no address), `ExchangersDiffer` while the servers do not agree."""
    said = names.authoritative(domain, "MX")
    answers = {server: values for server, values in said.items() if values is not None}
    if not answers:
        raise NoExchanger(domain, f"none of its {len(said)} name servers answers")
    if len(set(answers.values())) > 1:
        words = "; ".join(f"{server} says {', '.join(values) or 'none'}" for server, values in sorted(answers.items()))
        raise ExchangersDiffer(domain, words)
    found = _exchangers(domain, next(iter(answers.values())), names)
    if not any(one.addresses for one in found):
        raise NoExchanger(domain, f"no address is known of {', '.join(one.host for one in found)}")
    silent = sorted(server for server, values in said.items() if values is None)
    return Route(domain, found, tuple(sorted(answers)), tuple(silent))


def _exchangers(domain: str, values: tuple[str, ...], names: Names) -> tuple[Exchanger, ...]:
    if not values:
        # No MX: the domain itself (RFC 5321 section 5.1).
        return (Exchanger(0, domain, tuple(names.addresses(domain))),)
    pairs = sorted((int(preference), host) for preference, host in (value.split() for value in values))
    if pairs == [(0, ".")]:
        raise NoExchanger(domain, "its null MX says that it takes no mail (RFC 7505)")
    return tuple(
        Exchanger(preference, host.rstrip("."), tuple(names.addresses(host.rstrip(".")))) for preference, host in pairs
    )
