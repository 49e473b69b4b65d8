"""A contract's deadlines, with their reasons."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from skyflytt.deadline.terms import contract_deadlines
from skyflytt.project.contract import Contract, NoticeInDays, NoticeInMonths

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def contract(notice: NoticeInMonths | NoticeInDays, retrieval: int, erasure: int) -> Contract:
    return Contract(
        provider="Gamla Molnet AB",
        notice_given=date(2026, 8, 8),
        notice=notice,
        retrieval_days=retrieval,
        erasure_days=erasure,
    )


def test_a_hosted_office_with_three_days_to_fetch_and_a_week_to_erasure() -> None:
    terms = contract_deadlines(contract(NoticeInMonths(rule="started-months", months=2), 3, 7), STOCKHOLM)
    assert [(one.name, one.at) for one in terms] == [
        ("notice-given", datetime(2026, 8, 8, tzinfo=STOCKHOLM)),
        ("notice-ends", datetime(2026, 11, 1, tzinfo=STOCKHOLM)),
        ("retrieval-ends", datetime(2026, 11, 4, tzinfo=STOCKHOLM)),
        ("erasure", datetime(2026, 11, 11, tzinfo=STOCKHOLM)),
    ]
    assert "2026-10-31" in terms[1].why
    assert "2 whole calendar months" in terms[1].why
    assert "Gamla Molnet AB on 2026-08-08" in terms[0].why


def test_the_last_days_are_those_of_the_maxima_of_the_data_act() -> None:
    _, notice, retrieval, erasure = contract_deadlines(
        contract(NoticeInMonths(rule="rolling-months", months=2), 60, 0), STOCKHOLM
    )
    assert notice.at == datetime(2026, 10, 9, tzinfo=STOCKHOLM)  # 8 October 24:00
    assert retrieval.at == datetime(2026, 12, 8, tzinfo=STOCKHOLM)  # 7 December 24:00
    assert erasure.at == retrieval.at


def test_days_say_so_in_their_reason() -> None:
    terms = contract_deadlines(contract(NoticeInDays(rule="days", days=30), 1, 1), STOCKHOLM)
    assert "30 days end with 2026-09-07" in terms[1].why
