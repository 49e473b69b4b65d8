"""What the workers found and did, on its way into the ledger: kept for a moment, written in batches, by one thread."""

from __future__ import annotations

from dataclasses import dataclass, field

from skyflytt.errors.base import Failure
from skyflytt.files.work import Failed, Found, Needs, Outcome, Skipped
from skyflytt.ledger import items
from skyflytt.ledger.items import Done, Seen
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Pass
from skyflytt.ledger.schema import Intent


@dataclass
class Outcomes:
    """Nothing is announced, and nothing is recorded, before `write` has returned."""

    ledger: Ledger
    running: Pass
    found: list[Found] = field(default_factory=list)
    changed: list[Seen] = field(default_factory=list)
    _done: list[Done] = field(default_factory=list)
    _failed: list[tuple[str, Failure]] = field(default_factory=list)
    _skipped: list[tuple[str, str, str]] = field(default_factory=list)
    _announced: dict[Intent, list[str]] = field(default_factory=dict)

    def keep(self, outcome: Outcome) -> None:
        """An item's end."""
        if isinstance(outcome, Done):
            self._done.append(outcome)
        elif isinstance(outcome, Failed):
            self.fail(outcome.key, outcome.failure)
        elif isinstance(outcome, Skipped):
            self._skipped.append((outcome.key, outcome.code, outcome.detail))
        else:
            raise TypeError(f"{outcome} is no item's end")

    def fail(self, key: str, failure: Failure) -> None:
        self._failed.append((key, failure))

    def keep_done(self, outcomes: list[Outcome]) -> None:
        """Only what is done: the pass has come to an end in the middle of the rest. Nothing more is announced."""
        self.announce_nothing()
        for outcome in outcomes:
            if isinstance(outcome, Done):
                self.keep(outcome)

    def announce(self, needed: list[Needs]) -> None:
        for one in needed:
            self._announced.setdefault(one.intent, []).append(one.work.item.key)

    def announce_nothing(self) -> None:
        self._announced.clear()

    def write(self) -> None:
        """One transaction for each kind; what was done comes first."""
        done, self._done = self._done, []
        failed, self._failed = self._failed, []
        skipped, self._skipped = self._skipped, []
        found, self.found = self.found, []
        changed, self.changed = self.changed, []
        announced, self._announced = self._announced, {}
        items.finish(self.ledger, self.running, done)
        items.fail(self.ledger, self.running, failed)
        items.skip(self.ledger, self.running, skipped)
        items.settle(self.ledger, self.running, [(one.item.key, one.ref, "") for one in found])
        items.record_changed(self.ledger, self.running.workload, changed)
        for intent, keys in announced.items():
            items.start(self.ledger, self.running, keys, intent)
