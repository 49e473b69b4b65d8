"""Domains of the mailboxes that nobody plans the cutover of."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count

ID = "domain.not-in-project"
CATEGORY = Category.CRITICAL
TITLE = "A domain of mail addresses is not in the project"
MEANING = (
    "Mailboxes have addresses at a domain that the project file does not name. At the cutover nobody changes its "
    "records: mail to it goes on to the old provider, until that stops taking it."
)
ADVICE = "Add the domain to `domains` with `mail: true`, or find out who has it."

PROVIDERS_OWN = (".onmicrosoft.com", ".local", ".internal", "localhost")
"""Nobody receives mail from outside there, or the provider's own name ends with it."""


def check(facts: Facts) -> Iterator[Concern]:
    named = {domain.name.lower() for domain in facts.project.domains}
    places = [(one.name, place.login) for one in facts.project.mailboxes for place in (one.source, one.target)]
    found: dict[str, list[str]] = {}
    for name, login in places:
        domain = login.rpartition("@")[2].lower() if "@" in login else ""
        if domain and domain not in named and not domain.endswith(PROVIDERS_OWN) and name not in found.get(domain, ()):
            found.setdefault(domain, []).append(name)
    for domain, mailboxes in sorted(found.items()):
        words = f"{count(len(mailboxes), 'mailbox has', 'mailboxes have')} an address at it, and `domains` does not name it."
        yield Concern(ID, CATEGORY, f"domain {domain}", words, some(mailboxes))
