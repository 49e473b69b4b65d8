"""What a run says of itself in one line: how much was moved, what failed at whom and why. Read on a telephone at night, so never long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from skyflytt.errors.base import Failure
from skyflytt.ledger.passes import Account

MOST_SHOWN = 3
MOST_CHARACTERS = 1_500
DEFECT = (
    "Nothing that a person did. The task's log has all of it; start the run again, and report it when it comes back."
)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why items of one workload failed: `count` of them by one code."""

    code: str
    where: str
    count: int = 1


def sums(accounts: Sequence[Account], reasons: Sequence[Reason] = ()) -> str:
    """`412 moved (23 now), 3 skipped, 1 failed: mailbox full at anna`; nothing where there are no accounts."""
    if not accounts:
        return ""
    moved, now, skipped, failed = (
        sum(getattr(account, part) for account in accounts) for part in ("moved", "moved_now", "skipped", "failed")
    )
    why = f": {because(reasons)}" if failed and reasons else ""
    return f"{moved} moved ({now} now), {skipped} skipped, {failed} failed{why}"


def because(reasons: Sequence[Reason]) -> str:
    """The reasons that most items failed for, at whom, and how many items more there are."""
    by_number = sorted(reasons, key=lambda one: (-one.count, one.where, one.code))
    shown, left = by_number[:MOST_SHOWN], sum(one.count for one in by_number[MOST_SHOWN:])
    return ", ".join(map(_reason, shown)) + (f" and {left} more" if left else "")


def code_in_words(code: str) -> str:
    """`mailbox full` for `mail.mailbox-full`."""
    return code.rpartition(".")[2].replace("-", " ")


def failed(failures: Mapping[str, BaseException], besides: str = "") -> str:
    """The first failures in full, how many more there are, and what was done all the same."""
    shown = list(failures.items())[:MOST_SHOWN]
    most = MOST_CHARACTERS // max(len(shown), 1)
    words = "; ".join(cut(f"{step_in_words(name)}: {told(error)}", most) for name, error in shown)
    if left := len(failures) - len(shown):
        words += f"; and {left} more"
    stop = "" if words.endswith(".") else "."
    return f"{words}{stop} Besides: {cut(besides)}" if besides else words


def told(error: BaseException) -> str:
    """What a failure says to a person: its sentence, its code and what to do; for a defect, its type and words."""
    if isinstance(error, Failure):
        return f"{error.sentence} [{error.code}] {error.advice}"
    return f"{type(error).__name__}: {error}"


def advice(error: BaseException) -> str:
    """What to do about it."""
    return error.advice if isinstance(error, Failure) else DEFECT


def step_in_words(name: str) -> str:
    """`archive mailbox anna` for the task `archive_mailbox` on `anna`."""
    step, space, item = name.partition(" ")
    return step.replace("_", " ") + space + item


def cut(text: str, most: int = MOST_CHARACTERS) -> str:
    """No longer than `most`; what is cut off is told by an ellipsis."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def listed(names: Iterable[str], most: int = MOST_SHOWN) -> str:
    """`anna, bengt, info and 5 more`."""
    every = list(names)
    return ", ".join(every[:most]) + (f" and {len(every) - most} more" if len(every) > most else "")


def _reason(one: Reason) -> str:
    number = f"{one.count} × " if one.count > 1 else ""
    return f"{number}{code_in_words(one.code) or 'unknown'} at {one.where}"
