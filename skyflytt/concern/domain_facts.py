"""What DNS tells of one of the customer's domains."""

from __future__ import annotations

from dataclasses import dataclass

from skyflytt.dns.pointing import Pointing
from skyflytt.dns.zone import RecordSet, Zone


@dataclass(frozen=True, slots=True)
class DomainFacts:
    """`zone` has the records that were asked for and are there; their TTLs are at least these where a resolver has kept them for a while.

    `missing`: there is no such domain. `unanswered` are questions without an answer ("MX of norrsken.example"). `pointing` are the
    records that lead to the systems being left. `spf_lookups` is what whoever checks the domain's SPF has to look up (RFC 7208
    section 4.6.4); None where it has none.
    """

    domain: str
    zone: Zone
    missing: bool = False
    unanswered: tuple[str, ...] = ()
    pointing: tuple[Pointing, ...] = ()
    spf: tuple[str, ...] = ()
    spf_lookups: int | None = None

    def find(self, label: str, kind: str) -> RecordSet | None:
        """The set at a name within the domain; `@` is the domain itself."""
        return self.zone.find(self.zone.origin if label == "@" else f"{label}.{self.zone.origin}", kind)

    def texts(self, label: str) -> tuple[str, ...]:
        """The text records at a name, each as one text without its quotation marks."""
        found = self.find(label, "TXT")
        return tuple(value.replace('" "', "").strip('"') for value in found.values) if found else ()
