"""Lines, risks and sums."""

from __future__ import annotations

import pytest

from skyflytt.concern.registry import all_checks
from skyflytt.project.model import Project
from skyflytt.quote.hours import own_hours
from skyflytt.quote.quote import quote_of
from tests.concern.given import project
from tests.quote.given import AT, estimate, quote, workload


def offices(**changes: str) -> Project:
    return project(offices=changes)


def test_lines_count_what_the_project_has() -> None:
    counts = {line.per: line.count for line in quote().lines}
    assert counts == {
        "project": 1, "mailbox": 3, "share": 2, "application": 1, "directory": 0, "drop": 2, "domain": 1, "device": 2,
        "pass-hour": pytest.approx(9 * (1.5 + 10 * 0.25)),
    }  # fmt: skip


def test_hours_and_price_by_hand() -> None:
    hours = own_hours()
    found = quote_of(project(), AT, estimate(workload("a", 1.0, 0.1)), [], hours)
    counts = {
        "project": 1,
        "mailbox": 3,
        "share": 2,
        "application": 1,
        "drop": 2,
        "domain": 1,
        "device": 2,
        "pass-hour": 2.0,
    }
    by_hand = sum(one.hours * counts.get(one.per, 0) for one in hours.lines) * 1.1
    assert found.hours == pytest.approx(by_hand)
    assert found.price == pytest.approx(by_hand * 1250)


def test_a_risk_has_its_own_hours_or_its_category_s() -> None:
    hours = own_hours()
    assert hours.of_concern("mail.encrypted", "warning") == 0.5
    assert hours.of_concern("mail.unheard-of", "critical") == 3
    assert {risk.id: risk.hours for risk in quote().risks}["mail.encrypted"] == 0.5
    assert set(hours.risks.by_id) <= {check.id for check in all_checks()}


@pytest.mark.parametrize(
    ("of", "asked", "currency", "rate"),
    [
        (offices(), None, "SEK", 1250),
        (offices(country="NO"), None, "NOK", 1350),
        (offices(country="RS"), None, "RSD", 6000),
        (offices(country="FI"), None, "EUR", 100),
        (offices(country="NO", currency="EUR"), None, "EUR", 100),
        (offices(currency="EUR"), "USD", "USD", 120),
        (offices(), "ISK", "ISK", 100),
    ],
)
def test_the_currency(of: Project, asked: str | None, currency: str, rate: float) -> None:
    found = quote(of, asked)
    assert (found.currency, found.hourly_rate) == (currency, rate)
