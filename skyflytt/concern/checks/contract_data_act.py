"""A contract that conflicts with the Data Act which applies to it."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.data_act import conflicts, side_by_side
from skyflytt.concern.facts import Facts

ID = "contract.data-act-conflict"
CATEGORY = Category.WARNING
TITLE = "The contract conflicts with the Data Act"
MEANING = (
    "Where Regulation (EU) 2023/2854 applies, the notice is two months at most (Article 25(2)(d)) and the data can be retrieved for at "
    "least 30 days after the transition (25(2)(g)). The contract's periods are the ones that the move is planned by; both are shown."
)
ADVICE = "Let the customer's counsel decide which periods hold, and correct `contract` in the project file. Nothing is chosen silently."


def check(facts: Facts) -> Iterator[Concern]:
    contract = facts.project.contract
    found = list(conflicts(contract))
    if contract.data_act and found:
        sentence = f"With notice given on {contract.notice_given}, {'; '.join(found)}."
        yield Concern(ID, CATEGORY, f"contract with {contract.provider}", sentence, some(side_by_side(contract)))
