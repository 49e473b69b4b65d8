"""A switch under the EU Data Act: its days, what makes them later, and what is refused."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from skyflytt.deadline.business import business_hours_of
from skyflytt.deadline.data_act import Switch, switch_of, switching_charges
from skyflytt.deadline.regimes import DECIDED, both_regimes, set_contract_deadlines
from skyflytt.deadline.shown import shown_end
from skyflytt.deadline.table import deadlines
from skyflytt.ledger.journal import entries
from skyflytt.ledger.ledger import Ledger
from skyflytt.project.contract import Contract, LongerTransition, NoticeInDays, NoticeInMonths, Regime

ZONE = ZoneInfo("Europe/Stockholm")
OFFICES = business_hours_of(ZONE)


def contract(**changes: Any) -> Contract:
    given: dict[str, Any] = {
        "provider": "Gamla Molnet AB",
        "notice_given": date(2026, 8, 8),
        "notice": NoticeInMonths(rule="started-months", months=2),
        "retrieval_days": 3,
        "erasure_days": 0,
    }
    return Contract(**{**given, **changes})


def longer(until: date, reasons_given: date) -> LongerTransition:
    return LongerTransition(until=until, reasons_given=reasons_given, why="The archive has 40 TB.")


def switch(**changes: Any) -> Switch:
    return switch_of(contract(**changes), OFFICES)


def test_the_maxima_from_the_eighth_of_august() -> None:
    days = switch()
    assert (days.notice_ends, days.transition_ends) == (date(2026, 10, 8), date(2026, 11, 7))
    assert (days.retrieval_ends, days.erasure) == (date(2026, 12, 7), date(2026, 12, 7))
    assert days.reasons_by == date(2026, 8, 27)
    assert days.refused == ()


def test_what_the_contract_gives_beyond_the_law_counts() -> None:
    days = switch(notice=NoticeInDays(rule="days", days=30), retrieval_days=60, erasure_days=7)
    assert (days.notice_ends, days.transition_ends) == (date(2026, 9, 7), date(2026, 10, 7))
    assert (days.retrieval_ends, days.erasure) == (date(2026, 12, 6), date(2026, 12, 13))


def test_a_longer_transition_with_reasons_in_time() -> None:
    days = switch(longer_transition=longer(date(2027, 3, 31), date(2026, 8, 27)))
    assert (days.transition_ends, days.retrieval_ends) == (date(2027, 3, 31), date(2027, 4, 30))


def test_reasons_on_the_fifteenth_working_day_are_too_late() -> None:
    days = switch(longer_transition=longer(date(2027, 3, 31), date(2026, 8, 28)))
    assert days.transition_ends == date(2026, 11, 7)
    assert days.refused == (
        "the reasons for a longer transition came on 2026-08-28, after 2026-08-27; it stays at 2026-11-07",
    )


def test_no_transition_is_longer_than_seven_months() -> None:
    days = switch(longer_transition=longer(date(2027, 5, 9), date(2026, 8, 20)))
    assert days.transition_ends == date(2027, 5, 8)
    assert days.refused == ("a transition to 2027-05-09 is longer than seven months; it ends on 2027-05-08",)


def test_the_customer_extends_once_and_only_to_later() -> None:
    assert switch(customer_extends_to=date(2026, 12, 31)).retrieval_ends == date(2027, 1, 30)
    assert switch(customer_extends_to=date(2026, 11, 7)).refused == (
        "the customer's extension to 2026-11-07 would not be later than 2026-11-07",
    )


@pytest.mark.parametrize(
    ("day", "charges"), [(date(2027, 1, 11), "at cost"), (date(2027, 1, 12), "none"), (date(2026, 8, 8), "at cost")]
)
def test_switching_charges_end_on_the_twelfth_of_january(day: date, charges: str) -> None:
    assert switching_charges(day) == charges


def test_both_columns_are_computed_and_nothing_is_chosen_silently(ledger: Ledger) -> None:
    both = both_regimes(contract(), ZONE)
    shown = [[(one.name, shown_end(one.at, ZONE)) for one in column[1:]] for column in (both.contract, both.data_act)]
    assert shown == [
        [("notice-ends", "2026-10-31 24:00"), ("retrieval-ends", "2026-11-03 24:00"), ("erasure", "2026-11-03 24:00")],
        [
            ("reasons-by", "2026-08-27 24:00"),
            ("notice-ends", "2026-10-08 24:00"),
            ("transition-ends", "2026-11-07 24:00"),
            ("retrieval-ends", "2026-12-07 24:00"),
            ("erasure", "2026-12-07 24:00"),
        ],
    ]
    assert both.conflicts == (
        "the notice lasts 84 days, to 2026-10-31, where two months end on 2026-10-08 at the latest",
        "the data can be retrieved for 3 days where 30 are the least",
    )
    assert (both.follows, both.decided.split(";")[0]) == ("contract", "Nobody has decided which periods hold")


def test_who_decided_is_in_the_journal_once(ledger: Ledger) -> None:
    regime = Regime(
        follow="data-act", decided_by="Ingrid Solberg", decided_on=date(2026, 8, 10), why="Counsel says so."
    )
    for _ in range(2):
        set_contract_deadlines(ledger, "norrsken", contract(regime=regime), ZONE, by="skyflytt")
    assert shown_end(deadlines(ledger, "norrsken")["transition-ends"].at, ZONE) == "2026-11-07 24:00"
    (told,) = [entry for entry in entries(ledger, "norrsken") if entry.action == DECIDED]
    assert (told.actor, told.subject, told.data["follow"]) == ("Ingrid Solberg", "Gamla Molnet AB", "data-act")
    back = regime.model_copy(update={"follow": "contract", "decided_by": "Anna Åström"})
    set_contract_deadlines(ledger, "norrsken", contract(regime=back), ZONE, by="skyflytt")
    assert [entry.actor for entry in entries(ledger, "norrsken") if entry.action == DECIDED][-1] == "Anna Åström"
