"""Too few people who can approve the deletion."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count

ID = "people.too-few-approvers"
CATEGORY = Category.WARNING
TITLE = "Too few approvers"
MEANING = "The deletion at the old systems needs the approval of two different people. With fewer, the decommission phase stands still."
ADVICE = "Add contacts with `role: approver` to the project file until there are two people, at least one of them at the customer."

NEEDED = 2


def check(facts: Facts) -> Iterator[Concern]:
    approvers = {
        " ".join(one.name.split()).casefold(): one.name for one in facts.project.customer.contacts_as("approver")
    }
    if len(approvers) < NEEDED:
        found = f"The project file names {count(len(approvers), 'approver')}; {NEEDED} different people are needed."
        yield Concern(ID, CATEGORY, f"customer {facts.project.customer.name}", found, some(approvers.values()))
