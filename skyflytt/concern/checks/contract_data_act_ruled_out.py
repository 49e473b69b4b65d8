"""A contract that would conflict with the Data Act, were it to apply."""

from __future__ import annotations

from collections.abc import Iterator

from skyflytt.concern.concern import Category, Concern, some
from skyflytt.concern.data_act import conflicts, side_by_side
from skyflytt.concern.facts import Facts

ID = "contract.data-act-ruled-out"
CATEGORY = Category.ADVISORY
TITLE = "The contract would conflict with the Data Act"
MEANING = (
    "The project file says that Regulation (EU) 2023/2854 does not apply to the contract (`data_act: false`, or nothing), and its "
    "periods are worse for the customer than the Regulation's. Whether plain hosting is in its scope is disputed."
)
ADVICE = (
    "Ask the customer's counsel whether the service is a data processing service, and set `data_act: true` if it is."
)


def check(facts: Facts) -> Iterator[Concern]:
    contract = facts.project.contract
    found = list(conflicts(contract))
    if not contract.data_act and found:
        sentence = f"If the Data Act applied: {'; '.join(found)}."
        yield Concern(ID, CATEGORY, f"contract with {contract.provider}", sentence, some(side_by_side(contract)))
