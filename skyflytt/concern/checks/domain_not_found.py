"""Domains that DNS does not know."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.facts import Facts

ID = "domain.not-found"
CATEGORY = Category.CRITICAL
TITLE = "There is no such domain"
MEANING = (
    "DNS knows no such domain: it is written otherwise in the project file than it is registered, or its "
    "registration has ended."
)
ADVICE = "Compare the name with the registrar's list. A registration that has ended can be renewed for some weeks only."


def check(facts: Facts) -> Iterator[Concern]:
    for domain in facts.around.domains:
        if domain.missing:
            mail = " Mail is received at it, by the project file." if _has_mail(facts, domain.domain) else ""
            yield Concern(ID, CATEGORY, f"domain {domain.domain}", f"DNS answers that it does not exist.{mail}")


def _has_mail(facts: Facts, name: str) -> bool:
    return any(domain.mail for domain in facts.project.domains if domain.name == name)
