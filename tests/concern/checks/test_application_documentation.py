"""An application that nobody has described."""

from __future__ import annotations

from skyflytt.application.card import Card
from tests.concern.given import around, facts, found


def test_nothing_is_noted() -> None:
    (concern,) = found("application_documentation", facts(around=around(Card(name="visma", product="Visma"))))
    assert concern.found == "Visma: no documentation was handed over."


def test_it_was_handed_over() -> None:
    assert not found(
        "application_documentation",
        facts(around=around(Card(name="visma", product="Visma", documentation="pdf to Anna"))),
    )
