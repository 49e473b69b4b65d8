"""Domains of mail without exactly one SPF record."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count

ID = "domain.spf-missing-or-twice"
CATEGORY = Category.WARNING
TITLE = "No SPF record, or several"
MEANING = (
    "Mail is received at the domain, and it has no SPF record or more than one; several count as an error (RFC 7208 "
    "section 4.5). Large mail services take mail from such domains for junk, and the customer notices it right "
    "after the cutover."
)
ADVICE = (
    "Write one record with everybody who sends for the domain: the old and the new provider during the move, and "
    "web shops, invoice and newsletter services."
)


def check(facts: Facts) -> Iterator[Concern]:
    receiving = {domain.name for domain in facts.project.domains if domain.mail}
    for domain in facts.around.domains:
        seen = not domain.missing and not any(one.startswith("TXT of") for one in domain.unanswered)
        if domain.domain in receiving and seen and len(domain.spf) != 1:
            found = f"It has {count(len(domain.spf), 'SPF record')}; there has to be exactly one."
            yield Concern(ID, CATEGORY, f"domain {domain.domain}", found, some(domain.spf))
