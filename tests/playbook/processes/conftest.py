"""A walk of a Swedish customer, who gave notice on 8 August 2026, through the playbook that a test module names."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from skyflytt.deadline.business import business_hours_of
from skyflytt.deadline.clock import MovableClock
from skyflytt.deadline.regimes import set_contract_deadlines
from skyflytt.ledger.ledger import Ledger
from skyflytt.playbook.load import load_playbook
from skyflytt.playbook.perform import Course
from skyflytt.playbook.steps import ensure_steps
from skyflytt.project.contract import Contract, NoticeInMonths
from tests.playbook.processes.walk import PROJECT, Walk

ZONE = ZoneInfo("Europe/Stockholm")


@pytest.fixture
def contract() -> dict[str, Any]:
    """The contract's fields; a module may have its own."""
    return {
        "provider": "Gamla Molnet AB",
        "notice_given": date(2026, 8, 8),
        "notice": NoticeInMonths(rule="started-months", months=2),
        "retrieval_days": 3,
        "erasure_days": 7,
    }


@pytest.fixture
def walk(request: pytest.FixtureRequest, ledger: Ledger, clock: MovableClock, contract: dict[str, Any]) -> Walk:
    course = Course(ledger, PROJECT, load_playbook(request.module.PLAYBOOK), business_hours_of(ZONE))
    set_contract_deadlines(ledger, PROJECT, Contract(**contract), ZONE, course.business, by="test")
    ensure_steps(ledger, PROJECT, course.playbook, by="test")
    return Walk(course, clock)
