"""A contract's periods beside those of the Data Act (Regulation (EU) 2023/2854, Article 25), as lines to read."""

from __future__ import annotations

from datetime import timedelta

from skyflytt.deadline.data_act import MAX_NOTICE, MIN_RETRIEVAL_DAYS, TRANSITION_DAYS, conflicts
from skyflytt.deadline.notice import last_day
from skyflytt.project.contract import Contract

__all__ = ["conflicts", "side_by_side"]


def side_by_side(contract: Contract) -> tuple[str, ...]:
    """Both columns, line by line: the contract's days, and the latest end of notice and transition by the law."""
    service = last_day(contract.notice_given, contract.notice)
    retrieval = service + timedelta(days=contract.retrieval_days)
    erasure = retrieval + timedelta(days=contract.erasure_days)
    notice_by_law = last_day(contract.notice_given, MAX_NOTICE)
    service_by_law = notice_by_law + timedelta(days=TRANSITION_DAYS)
    retrieval_by_law = service_by_law + timedelta(days=MIN_RETRIEVAL_DAYS)
    return (
        f"Notice ends: contract {service}, Data Act {notice_by_law} at the latest",
        f"Service runs to: contract {service}, Data Act {service_by_law} where the transition needs it",
        f"Retrieval to: contract {retrieval}, Data Act {retrieval_by_law} after a full transition",
        f"Erasure: contract by {erasure}, Data Act only after the retrieval, {retrieval_by_law}",
    )
