"""A drop that closes before the customer's time is over."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern
from skyflytt.concern.facts import Facts
from skyflytt.concern.words import count
from skyflytt.deadline.data_act import MIN_RETRIEVAL_DAYS

ID = "drop.too-short"
CATEGORY = Category.WARNING
TITLE = "A drop is open for too short a time"
MEANING = (
    "The drop closes before the contract's retrieval period is over or, where the Data Act applies, before the 30 days that the customer "
    "has at the least."
)
ADVICE = "Raise the drop's `days`, or have the shorter time agreed with the customer in writing."


def check(facts: Facts) -> Iterator[Concern]:
    contract = facts.project.contract
    least = max(contract.retrieval_days, MIN_RETRIEVAL_DAYS if contract.data_act else 0)
    law = " by the Data Act" if least > contract.retrieval_days else " by the contract"
    for drop in facts.project.drops:
        if drop.days < least:
            found = f"It is open for {count(drop.days, 'day')}; the customer has {count(least, 'day')}{law}."
            yield Concern(ID, CATEGORY, f"drop {drop.name}", found)
