"""The contract's periods against the Data Act's, where it applies."""

from __future__ import annotations

from tests.concern.given import contract, facts, found, project


def test_both_columns_of_a_contract_with_started_months() -> None:
    (concern,) = found("contract_data_act", facts())
    assert concern.found == (
        "With notice given on 2026-08-08, the notice lasts 84 days, to 2026-10-31, where two months end on 2026-10-08 at the latest; "
        "the data can be retrieved for 3 days where 30 are the least."
    )
    assert concern.examples == (
        "Notice ends: contract 2026-10-31, Data Act 2026-10-08 at the latest",
        "Service runs to: contract 2026-10-31, Data Act 2026-11-07 where the transition needs it",
        "Retrieval to: contract 2026-11-03, Data Act 2026-12-07 after a full transition",
        "Erasure: contract by 2026-11-10, Data Act only after the retrieval, 2026-12-07",
    )


def test_only_the_retrieval_is_too_short() -> None:
    given = project(contract=contract(notice={"rule": "rolling-months", "months": 2}, retrieval_days=29))
    (concern,) = found("contract_data_act", facts(of=given))
    assert (
        concern.found
        == "With notice given on 2026-08-08, the data can be retrieved for 29 days where 30 are the least."
    )


def test_nothing_when_the_contract_fits() -> None:
    fitting = contract(notice={"rule": "rolling-months", "months": 2}, retrieval_days=30)
    assert not found("contract_data_act", facts(of=project(contract=fitting)))


def test_nothing_when_the_act_does_not_apply() -> None:
    assert not found("contract_data_act", facts(of=project(contract=contract(data_act=False))))


def test_who_decided_on_the_regime_is_told_with_the_conflict() -> None:
    regime = {
        "follow": "data-act",
        "decided_by": "Ingrid Solberg",
        "decided_on": "2026-08-10",
        "why": "Counsel says so.",
    }
    (concern,) = found("contract_data_act", facts(of=project(contract=contract(regime=regime))))
    assert concern.found.endswith("Ingrid Solberg decided on 2026-08-10 to follow the data-act: Counsel says so.")
