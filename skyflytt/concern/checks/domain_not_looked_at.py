"""Domains whose records nobody could look at."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count

ID = "domain.not-looked-at"
CATEGORY = Category.WARNING
TITLE = "A domain's records could not be seen"
MEANING = (
    "Some questions to DNS had no answer, so that nothing is known of what they ask for. An absent concern about "
    "this domain says nothing then."
)
ADVICE = (
    "See that this machine reaches a resolver, or name some by `resolvers` of the domain, and run the discovery again."
)


def check(facts: Facts) -> Iterator[Concern]:
    for domain in facts.around.domains:
        if domain.unanswered:
            found = f"{count(len(domain.unanswered), 'question')} had no answer."
            yield Concern(ID, CATEGORY, f"domain {domain.domain}", found, some(domain.unanswered))
