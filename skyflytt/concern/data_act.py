"""A contract's periods beside those of the Data Act (Regulation (EU) 2023/2854, Article 25), as dates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from skyflytt.deadline.notice import last_day
from skyflytt.project.contract import Contract, NoticeInMonths

MAX_NOTICE = NoticeInMonths(rule="rolling-months", months=2)
"""Article 25(2)(d)."""
TRANSITION_DAYS = 30
"""Article 25(2)(a): at most, the contract running on."""
MIN_RETRIEVAL_DAYS = 30
"""Article 25(2)(g): at least, after the transition."""


@dataclass(frozen=True, slots=True)
class Column:
    """The last days of notice, service and retrieval; `erasure` is the last by the contract, and by the law the one that it follows."""

    notice_ends: date
    service_ends: date
    retrieval_ends: date
    erasure: date


def by_contract(contract: Contract) -> Column:
    """As the contract has it: service ends with the notice."""
    service = last_day(contract.notice_given, contract.notice)
    retrieval = service + timedelta(days=contract.retrieval_days)
    return Column(service, service, retrieval, retrieval + timedelta(days=contract.erasure_days))


def by_data_act(contract: Contract) -> Column:
    """The latest end of notice and transition, the earliest end of retrieval after them, and erasure not before that."""
    notice = last_day(contract.notice_given, MAX_NOTICE)
    service = notice + timedelta(days=TRANSITION_DAYS)
    retrieval = service + timedelta(days=MIN_RETRIEVAL_DAYS)
    return Column(notice, service, retrieval, retrieval)


def conflicts(contract: Contract) -> Iterator[str]:
    """What of the contract does not fit, as clauses of a sentence."""
    own, law = by_contract(contract), by_data_act(contract)
    if own.notice_ends > law.notice_ends:
        given = (own.notice_ends - contract.notice_given).days
        yield (
            f"the notice lasts {given} days, to {own.notice_ends}, where two months end on {law.notice_ends} at the latest"
        )
    if contract.retrieval_days < MIN_RETRIEVAL_DAYS:
        yield (f"the data can be retrieved for {contract.retrieval_days} days where {MIN_RETRIEVAL_DAYS} are the least")


def side_by_side(contract: Contract) -> tuple[str, ...]:
    """Both columns, line by line."""
    own, law = by_contract(contract), by_data_act(contract)
    return (
        f"Notice ends: contract {own.notice_ends}, Data Act {law.notice_ends} at the latest",
        f"Service runs to: contract {own.service_ends}, Data Act {law.service_ends} where the transition needs it",
        f"Retrieval to: contract {own.retrieval_ends}, Data Act {law.retrieval_ends} after a full transition",
        f"Erasure: contract by {own.erasure}, Data Act only after the retrieval, {law.erasure}",
    )
