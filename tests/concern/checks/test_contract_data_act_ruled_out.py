"""A contract said to be outside the Data Act, with periods that it would not allow."""

from __future__ import annotations

from tests.concern.given import contract, facts, found, project


def test_the_same_conflicts_as_a_question() -> None:
    (concern,) = found("contract_data_act_ruled_out", facts(of=project(contract=contract(data_act=False))))
    assert concern.found.startswith("If the Data Act applied: the notice lasts 84 days")
    assert len(concern.examples) == 4


def test_nothing_when_it_applies_or_the_contract_fits() -> None:
    fitting = contract(notice={"rule": "days", "days": 30}, retrieval_days=30, data_act=False)
    assert not found("contract_data_act_ruled_out", facts())
    assert not found("contract_data_act_ruled_out", facts(of=project(contract=fitting)))
