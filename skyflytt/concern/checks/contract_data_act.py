"""A contract that conflicts with the Data Act which applies to it."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.data_act import conflicts, side_by_side
from skyflytt.concern.facts import Facts
from skyflytt.deadline.regimes import decision_of

ID = "contract.data-act-conflict"
CATEGORY = Category.WARNING
TITLE = "The contract conflicts with the Data Act"
MEANING = (
    "Where Regulation (EU) 2023/2854 applies, the notice is two months at most (Article 25(2)(d)) and the data can be retrieved for at "
    "least 30 days after the transition (25(2)(g)). Both are shown; the move is planned by the one that `contract.regime` names with who "
    "decided it, and by the contract's without a decision."
)
ADVICE = "Let the customer's counsel decide which periods hold, and write it down as `contract.regime`. Nothing is chosen silently."


def check(facts: Facts) -> Iterator[Concern]:
    contract = facts.project.contract
    found = list(conflicts(contract))
    if contract.data_act and found:
        decided = f" {decision_of(contract)}" if contract.regime else ""
        sentence = f"With notice given on {contract.notice_given}, {'; '.join(found)}.{decided}"
        yield Concern(ID, CATEGORY, f"contract with {contract.provider}", sentence, some(side_by_side(contract)))
