"""A backup that nobody has restored."""

from __future__ import annotations

from typing import Literal

from skyflytt.application.card import Card, Point, RestoreTest
from tests.concern.given import AT, around, facts, found

CARD = Card(name="visma", product="Visma Administration 2000")


def tried(result: Literal["worked", "failed"]) -> Card:
    return CARD.model_copy(update={"restore": RestoreTest(by="Bengt Öberg", at=AT, result=result)})


def test_nobody_tried_or_it_failed() -> None:
    (concern,) = found("application_restore", facts(around=around(CARD)))
    assert concern.subject == "application visma"
    assert concern.found == "Visma Administration 2000: no restore of the backup has been tried."
    (failed,) = found("application_restore", facts(around=around(tried("failed"))))
    assert failed.found == "Visma Administration 2000: the restore that Bengt Öberg tried failed."


def test_it_worked_or_is_not_needed() -> None:
    not_needed = CARD.model_copy(update={"not_needed": {Point.RESTORE: "only read, says Anna Åström"}})
    assert not found("application_restore", facts(around=around(tried("worked"), not_needed)))
