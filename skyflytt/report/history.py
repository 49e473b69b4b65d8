"""The newest lines of the journal, whose whole chain of hashes is checked on the way, and each phase's last run."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from skyflytt.errors.ledger import JournalBroken
from skyflytt.ledger import journal
from skyflytt.ledger.journal import Entry
from skyflytt.ledger.ledger import Ledger
from skyflytt.report.given import in_words

MOST_LINES = 12
APPROVED = "approved"
RUN, DRY_RUN, BEGUN = "-run", "-dry-run", "-begun"


@dataclass(frozen=True, slots=True)
class JournalLine:
    at: datetime
    who: str
    action: str
    subject: str


@dataclass(frozen=True, slots=True)
class RunLine:
    """The last run of a phase: when it ended, the codes of what failed, and whether it was held for somebody.

    Of one that is `under_way`, or was cut off, only its beginning is known.
    """

    phase: str
    at: datetime
    moved: int = 0
    moved_now: int = 0
    skipped: int = 0
    failed: int = 0
    codes: tuple[str, ...] = ()
    failed_steps: tuple[str, ...] = ()
    held: bool = False
    under_way: bool = False

    @property
    def has_failed(self) -> bool:
        return bool(self.codes or self.failed_steps)


@dataclass(frozen=True, slots=True)
class History:
    """`newest` first; `broken` is what is wrong with the chain, empty when it is whole."""

    newest: tuple[JournalLine, ...] = ()
    runs: tuple[RunLine, ...] = ()
    entries: int = 0
    broken: str = ""


def history_of(ledger: Ledger, project: str) -> History:
    """Reads all of the journal, in flat memory."""
    newest: deque[Entry] = deque(maxlen=MOST_LINES)
    runs: dict[str, RunLine] = {}
    number, broken = 0, ""
    try:
        for entry in journal.entries(ledger, project):
            number = entry.number
            newest.append(entry)
            if run := _run(entry):
                runs[run.phase] = run
    except JournalBroken as found:
        broken = found.sentence
    lines = [JournalLine(one.at, one.actor, one.action, _subject(one)) for one in reversed(newest)]
    return History(tuple(lines), tuple(sorted(runs.values(), key=lambda one: one.at, reverse=True)), number, broken)


def _subject(entry: Entry) -> str:
    return in_words(entry.subject) if entry.action == APPROVED else entry.subject


def _run(entry: Entry) -> RunLine | None:
    """What a run of a phase wrote at its beginning or end; None for anything else. A dry run is nobody's last run."""
    if entry.action.endswith(BEGUN) and "after_pass" in entry.data:
        return RunLine(entry.action.removesuffix(BEGUN), entry.at, under_way=True)
    if not entry.action.endswith(RUN) or entry.action.endswith(DRY_RUN):
        return None
    told = entry.data
    return RunLine(
        entry.action.removesuffix(RUN),
        entry.at,
        moved=_number(told.get("moved")),
        moved_now=_number(told.get("moved_now")),
        skipped=_number(told.get("skipped")),
        failed=_number(told.get("failed")),
        codes=_words(told.get("failures")),
        failed_steps=_words(told.get("failed_steps")),
        held=bool(told.get("held")),
    )


def _words(told: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in told if isinstance(one, str))) if isinstance(told, list) else ()


def _number(told: Any) -> int:
    return told if isinstance(told, int) else 0
