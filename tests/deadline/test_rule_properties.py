"""What holds for every date: periods are monotone, and under the Data Act never shorter than the law."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skyflytt.deadline.business import business_hours_of
from skyflytt.deadline.data_act import LONGEST_TRANSITION_MONTHS, MAX_NOTICE, switch_of
from skyflytt.deadline.notice import after_months, last_day, start_of_day
from skyflytt.deadline.regimes import set_contract_deadlines
from skyflytt.deadline.rule import Counting, Rule, parse_rule, period_ends
from skyflytt.deadline.table import deadlines
from skyflytt.deadline.terms import contract_deadlines
from skyflytt.ledger.ledger import Ledger
from skyflytt.project.contract import Contract, LongerTransition, NoticeInDays, NoticeInMonths, Regime

ZONE = ZoneInfo("Europe/Stockholm")
OFFICES = business_hours_of(ZONE)
FOLLOWED = Regime(follow="data-act", decided_by="Ingrid Solberg", decided_on=date(2026, 8, 10), why="Counsel says so.")
days = st.dates(date(2025, 9, 12), date(2045, 1, 1))
rules = st.builds(
    lambda counting, length: Rule(counting, length, length), st.sampled_from(Counting), st.integers(0, 40)
)
notices = st.one_of(
    st.builds(lambda n: NoticeInDays(rule="days", days=n), st.integers(0, 400)),
    st.builds(lambda n: NoticeInMonths(rule="started-months", months=n), st.integers(0, 12)),
    st.builds(lambda n: NoticeInMonths(rule="rolling-months", months=n), st.integers(0, 12)),
)


@st.composite
def contracts(draw: st.DrawFn) -> Contract:
    given_on = draw(days)
    longer = st.builds(
        lambda until, reasons: LongerTransition(
            until=given_on + timedelta(days=until), reasons_given=given_on + timedelta(days=reasons), why="40 TB"
        ),
        st.integers(0, 500),
        st.integers(0, 40),
    )
    return Contract(
        provider="Gamla Molnet AB",
        notice_given=given_on,
        notice=draw(notices),
        retrieval_days=draw(st.integers(0, 120)),
        erasure_days=draw(st.integers(0, 60)),
        regime=FOLLOWED,
        longer_transition=draw(st.none() | longer),
        customer_extends_to=draw(st.none() | st.integers(1, 600).map(lambda n: given_on + timedelta(days=n))),
    )


@given(contracts())
def test_under_the_data_act_no_period_is_shorter_than_the_law(contract: Contract) -> None:
    switch = switch_of(contract, OFFICES)
    assert contract.notice_given <= switch.notice_ends <= last_day(contract.notice_given, MAX_NOTICE)
    assert switch.transition_ends >= switch.notice_ends + timedelta(days=30)
    assert switch.retrieval_ends >= switch.transition_ends + timedelta(days=30)
    assert switch.erasure >= switch.retrieval_ends
    longest = after_months(switch.notice_ends, LONGEST_TRANSITION_MONTHS, to_the_end=False)
    assert switch.transition_ends in (contract.customer_extends_to, min(switch.transition_ends, longest))


@given(contracts())
def test_the_deadlines_of_a_contract_come_in_their_order(contract: Contract) -> None:
    by_name = {one.name: one.at for one in contract_deadlines(contract, ZONE, OFFICES)}
    order = ["notice-given", "notice-ends", "transition-ends", "retrieval-ends", "erasure"]
    assert [by_name[name] for name in order] == sorted(by_name[name] for name in order)


@given(days, days, rules)
def test_a_later_start_never_ends_sooner(first: date, second: date, rule: Rule) -> None:
    early, late = (start_of_day(day, ZONE) for day in sorted((first, second)))
    assert period_ends(rule, early, ZONE, OFFICES)[0] <= period_ends(rule, late, ZONE, OFFICES)[0]


@given(days, rules, st.integers(0, 24))
def test_a_longer_period_never_ends_sooner_and_none_ends_before_it_begins(day: date, rule: Rule, more: int) -> None:
    start = start_of_day(day, ZONE)
    longer = Rule(rule.counting, rule.least, rule.least + more)
    earliest, latest = period_ends(longer, start, ZONE, OFFICES)
    assert start <= earliest <= latest


@given(rules)
def test_a_rule_reads_as_it_is_written(rule: Rule) -> None:
    assert parse_rule(str(rule)) == rule


@given(days, st.integers(0, 23), st.integers(1, 9))
def test_a_window_lies_within_business_hours(day: date, hour: int, hours: int) -> None:
    at = datetime(day.year, day.month, day.day, hour, tzinfo=ZONE)
    begins, ends = OFFICES.next_window(at, hours)
    assert begins >= at
    assert ends - begins == timedelta(hours=hours)
    assert OFFICES.contain(begins, ends)
    assert OFFICES.touch(begins, ends)


@given(contracts())
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_setting_the_same_deadlines_again_changes_nothing(ledger: Ledger, contract: Contract) -> None:
    set_contract_deadlines(ledger, "norrsken", contract, ZONE, OFFICES, by="test")
    before = deadlines(ledger, "norrsken")
    assert set_contract_deadlines(ledger, "norrsken", contract, ZONE, OFFICES, by="test") == []
    assert deadlines(ledger, "norrsken") == before
