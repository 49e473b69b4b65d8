"""Drops that nobody at the customer is told of."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count

ID = "drop.without-receiver"
CATEGORY = Category.WARNING
TITLE = "Nobody is there to collect a drop"
MEANING = (
    "A drop is open for a limited time, and its end waits for a receipt. The project file names no owner or "
    "administrator at the customer who is told of it and can confirm that everything arrived."
)
ADVICE = "Add a contact with `role: owner` or `administrator`, and agree who collects the data and signs for it."


def check(facts: Facts) -> Iterator[Concern]:
    customer = facts.project.customer
    if customer.contacts_as("owner") or customer.contacts_as("administrator"):
        return
    for drop in facts.project.drops:
        found = f"It is open for {count(drop.days, 'day')}, and no contact is its owner's or an administrator."
        yield Concern(ID, CATEGORY, f"drop {drop.name}", found)
