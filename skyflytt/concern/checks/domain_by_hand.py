"""Domains whose records a person has to change."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.facts import Facts
from skyflytt.project.domains import CustomerDomain
from skyflytt.project.servers import ByHandServer

ID = "domain.changed-by-hand"
CATEGORY = Category.WARNING
TITLE = "A domain is changed by hand"
MEANING = "No programming interface is known for the domain's registrar, so a person has to sign in there at the hour of the cutover."
ADVICE = "Find out now who can sign in (and whose phone gets the code), and book that person for the cutover; lower the TTL a week before."

WITH_INTERFACE = ("loopia", "cloudflare", "route 53", "route53", "amazon", "aws")
"""Parts of the names of those whose records programs can change."""


def check(facts: Facts) -> Iterator[Concern]:
    for domain in facts.project.domains:
        if not _has_interface(facts, domain):
            what = "its mail records (MX, SPF, autodiscover)" if domain.mail else "its records"
            yield Concern(
                ID, CATEGORY, f"domain {domain.name}", f"{_where(facts, domain)}; {what} are changed by hand."
            )


def _has_interface(facts: Facts, domain: CustomerDomain) -> bool:
    if domain.host is not None:
        return not isinstance(facts.project.server(domain.host), ByHandServer)
    registrar = (domain.registrar or "").casefold()
    return any(name in registrar for name in WITH_INTERFACE)


def _where(facts: Facts, domain: CustomerDomain) -> str:
    if domain.host is not None and isinstance(host := facts.project.server(domain.host), ByHandServer):
        return f"Its host is {host.called}"
    return f"{domain.registrar} has no known interface" if domain.registrar else "The project file names no registrar"
