"""Drops that close too early."""

from __future__ import annotations

from tests.concern.given import contract, facts, found, project

LONG = [{"name": "handover", "server": "handover", "days": 30}]
SHORT = [{"name": "handover", "server": "handover", "days": 3}]


def test_the_data_acts_thirty_days() -> None:
    (concern,) = found("drop_too_short", facts(of=project(drops=SHORT)))
    assert (concern.subject, concern.found) == (
        "drop handover",
        "It is open for 3 days; the customer has 30 days by the Data Act.",
    )
    assert not found("drop_too_short", facts(of=project(drops=LONG)))


def test_the_contracts_own_days() -> None:
    terms = contract(data_act=False, retrieval_days=14)
    (concern,) = found("drop_too_short", facts(of=project(drops=SHORT, contract=terms)))
    assert concern.found == "It is open for 3 days; the customer has 14 days by the contract."
    assert not found("drop_too_short", facts(of=project(drops=SHORT, contract=contract(data_act=False))))
