"""Questions to DNS that cost little: where nobody answers, no more are asked."""

from __future__ import annotations

from dataclasses import dataclass, field

import dns.exception
import dns.resolver
import dns.rrset

LIFETIME_S = 3.0
"""How long one question may take, over all servers and tries."""


@dataclass(slots=True)
class Asking:
    """`inside` is asked for the domain's own names, `outside` for those of others; both may be the same resolver."""

    inside: dns.resolver.Resolver
    outside: dns.resolver.Resolver
    unanswered: list[str] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)
    """Names that are not there at all."""
    _silent: set[int] = field(default_factory=set)

    def sets(self, name: str, kind: str, *, outside: bool = False) -> list[dns.rrset.RRset]:
        """The records at a name, aliases included; those that an alias leads to are not. Empty where there are none, or no answer."""
        resolver = self.outside if outside else self.inside
        if id(resolver) in self._silent:
            self.unanswered.append(f"{kind} of {name}")
            return []
        try:
            answer = resolver.resolve(name, kind, lifetime=LIFETIME_S, search=False, raise_on_no_answer=False)
        except dns.resolver.NXDOMAIN:
            self.missing.add(name)
            return []
        except dns.exception.DNSException as error:
            if isinstance(error, dns.resolver.LifetimeTimeout | dns.resolver.NoResolverConfiguration):
                self._silent.add(id(resolver))
            self.unanswered.append(f"{kind} of {name}")
            return []
        asked = answer.qname.canonicalize()
        return [one for one in answer.response.answer if one.name.canonicalize() == asked]
