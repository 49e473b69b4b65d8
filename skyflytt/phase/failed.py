"""What failed in a run, as rows of a table: which item, by what code, what that means, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from skyflytt.errors.advice import advice_of
from skyflytt.errors.base import Failure
from skyflytt.ledger import items
from skyflytt.ledger.failed import failed_codes
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Account
from skyflytt.ledger.schema import State
from skyflytt.phase.said import Reason, advice, step_in_words

MOST_ROWS = 500


def reasons(ledger: Ledger, accounts: Sequence[Account]) -> list[Reason]:
    """Why items failed in the workloads of these accounts."""
    return [
        Reason(code, account.workload.name, count)
        for account in accounts
        if account.failed
        for code, count in failed_codes(ledger, account.workload).items()
    ]


def failed_items(ledger: Ledger, accounts: Sequence[Account]) -> list[dict[str, str]]:
    """A row for each item that failed; so many of them as a person reads."""
    rows = (row for account in accounts if account.failed for row in _of(ledger, account))
    return list(islice(rows, MOST_ROWS))


def failed_steps(failures: Mapping[str, BaseException]) -> list[dict[str, str]]:
    """A row for each step that failed, or for what ended a run before its first step."""
    return [
        {
            "where": step_in_words(name),
            "item": error.item if isinstance(error, Failure) else "",
            "code": error.code if isinstance(error, Failure) else type(error).__name__,
            "what it means": error.sentence if isinstance(error, Failure) else str(error),
            "what to do": advice(error),
        }
        for name, error in failures.items()
    ]


def in_words(rows: Sequence[Mapping[str, str]]) -> str:
    """Markdown: each code once, with its first item, how many more there are, what it means and what to do."""
    by_code: dict[str, list[Mapping[str, str]]] = {}
    for row in rows:
        by_code.setdefault(row["code"], []).append(row)
    return "\n".join(_point(code, some) for code, some in by_code.items())


def _point(code: str, rows: Sequence[Mapping[str, str]]) -> str:
    first = rows[0]
    where = ", ".join(filter(None, (first["where"], first["item"])))
    more = f" and {len(rows) - 1} more" if len(rows) > 1 else ""
    meaning = " ".join(first["what it means"].split())
    return f"- `{code}`, {where}{more}: {meaning} **What to do:** {first['what to do']}"


def _of(ledger: Ledger, account: Account) -> Iterator[dict[str, str]]:
    for one in items.stream(ledger, account.workload, State.FAILED):
        yield {
            "where": account.workload.label,
            "item": one.key,
            "code": one.code or "",
            "what it means": one.detail or "",
            "what to do": advice_of(one.code or ""),
        }
