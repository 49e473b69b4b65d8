"""The deadlines that follow from a contract, as data, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from skyflytt.deadline.notice import end_of_day, last_day, start_of_day
from skyflytt.project.contract import Contract, Notice

NOTICE_GIVEN = "notice-given"
NOTICE_ENDS = "notice-ends"
RETRIEVAL_ENDS = "retrieval-ends"
ERASURE = "erasure"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A named instant (aware) and why it is that one."""

    name: str
    at: datetime
    why: str


def contract_deadlines(contract: Contract, zone: ZoneInfo) -> tuple[Deadline, ...]:
    """Notice given, end of notice, end of retrieval, erasure, in that order; days end at their 24:00 in `zone`."""
    service = last_day(contract.notice_given, contract.notice)
    retrieval = service + timedelta(days=contract.retrieval_days)
    erasure = retrieval + timedelta(days=contract.erasure_days)
    given = f"Notice was given to {contract.provider} on {contract.notice_given}"
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
