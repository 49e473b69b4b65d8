"""A version that nobody has noted."""

from __future__ import annotations

from skyflytt.application.card import Card
from tests.concern.given import around, facts, found


def test_it_is_not_known() -> None:
    (concern,) = found("application_version", facts(around=around(Card(name="visma", product="Visma"))))
    assert concern.found == "Visma: its version is not known."


def test_it_is_known() -> None:
    assert not found("application_version", facts(around=around(Card(name="visma", product="Visma", version="2026.1"))))
