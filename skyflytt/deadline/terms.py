"""The deadlines that follow from a contract, as data, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from skyflytt.deadline.business import BusinessHours, business_hours_of
from skyflytt.deadline.data_act import REASONS_WORKING_DAYS, Switch, switch_of
from skyflytt.deadline.notice import end_of_day, last_day, start_of_day
from skyflytt.project.contract import Contract, Notice

NOTICE_GIVEN = "notice-given"
NOTICE_ENDS = "notice-ends"
REASONS_BY = "reasons-by"
TRANSITION_ENDS = "transition-ends"
RETRIEVAL_ENDS = "retrieval-ends"
ERASURE = "erasure"
OF_A_CONTRACT = (NOTICE_GIVEN, NOTICE_ENDS, REASONS_BY, TRANSITION_ENDS, RETRIEVAL_ENDS, ERASURE)
"""Every deadline that follows from a contract; the third and fourth under the Data Act only."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A named instant (aware) and why it is that one."""

    name: str
    at: datetime
    why: str


def contract_deadlines(
    contract: Contract, zone: ZoneInfo, business: BusinessHours | None = None
) -> tuple[Deadline, ...]:
    """The deadlines by the regime that was decided on, in their order; without a decision, by the contract.

    Days end at their 24:00 in `zone`. `business` counts working days (default: the offices of the zone's country).
    """
    if contract.follows_data_act:
        return by_data_act(contract, zone, business)
    return by_contract(contract, zone)


def by_contract(contract: Contract, zone: ZoneInfo) -> tuple[Deadline, ...]:
    """Notice given, end of notice (with which service stops), end of retrieval, erasure."""
    service = last_day(contract.notice_given, contract.notice)
    retrieval = service + timedelta(days=contract.retrieval_days)
    erasure = retrieval + timedelta(days=contract.erasure_days)
    given = _given(contract)
    return (
        Deadline(NOTICE_GIVEN, start_of_day(contract.notice_given, zone), f"{given}."),
        _ends(NOTICE_ENDS, service, zone, f"{given}; {_rule(contract.notice)} end with {service}. Accounts stop then."),
        _ends(
            RETRIEVAL_ENDS, retrieval, zone,
            f"The data can be fetched for {contract.retrieval_days} days after {service}, the last day of service.",
        ),
        _ends(
            ERASURE, erasure, zone,
            f"Erasure comes {contract.erasure_days} days after {retrieval}, the last day of retrieval, and not before.",
        ),
    )  # fmt: skip


def by_data_act(contract: Contract, zone: ZoneInfo, business: BusinessHours | None = None) -> tuple[Deadline, ...]:
    """The same by the EU Data Act, with the day by which reasons for a longer transition are due, and the transition's end."""
    days = switch_of(contract, business or business_hours_of(zone))
    named = (
        (REASONS_BY, days.reasons_by, f"A longer transition needs reasons within {REASONS_WORKING_DAYS} working days (25(4))."),
        (NOTICE_ENDS, days.notice_ends, f"{_given(contract)}; it lasts two months at most (25(2)(d))."),
        (TRANSITION_ENDS, days.transition_ends, _transition_reason(contract, days)),
        (RETRIEVAL_ENDS, days.retrieval_ends, "The data can be retrieved for 30 days at least after the transition (25(2)(g))."),
        (ERASURE, days.erasure, "Everything is erased after the retrieval, once the switch has succeeded (25(2)(h))."),
    )  # fmt: skip
    first = Deadline(NOTICE_GIVEN, start_of_day(contract.notice_given, zone), f"{_given(contract)}.")
    return first, *(_ends(name, day, zone, why) for name, day, why in named)


def _transition_reason(contract: Contract, days: Switch) -> str:
    if contract.customer_extends_to == days.transition_ends:
        return f"The customer extended the transition to {days.transition_ends}, which it may do once (25(5))."
    if contract.longer_transition is not None and not days.refused:
        reasons = contract.longer_transition
        return (
            f"The provider gave its reasons for a longer transition on {reasons.reasons_given} (25(4)): {reasons.why}"
        )
    refused = f" Refused: {'; '.join(days.refused)}." if days.refused else ""
    return f"The contract runs on for the transition, 30 days at most after the notice (25(2)(a)).{refused}"


def _given(contract: Contract) -> str:
    return f"Notice was given to {contract.provider} on {contract.notice_given}"


def _ends(name: str, day: date, zone: ZoneInfo, why: str) -> Deadline:
    return Deadline(name, end_of_day(day, zone), why)


def _rule(notice: Notice) -> str:
    if notice.rule == "days":
        return f"{notice.length} days"
    counted = (
        "whole calendar months after the one that has started"
        if notice.rule == "started-months"
        else "months from that day"
    )
    return f"{notice.length} {counted}"
