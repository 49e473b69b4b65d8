"""The life of items against a plain model of it: whatever the order of events, the ledger and the model say the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from skyflytt.errors.files import PathRefused
from skyflytt.errors.ledger import AppendOnly, DoesNotReconcile, NotOurs, PassRunning
from skyflytt.ledger import items
from skyflytt.ledger.items import Done, Seen
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.passes import Pass, end, running_pass
from skyflytt.ledger.projects import cut_over
from skyflytt.ledger.schema import Intent, Mode, Origin, State, Verified
from tests.ledger.moving import new_workload

KEYS = ["a", "a/", "a/b", "B", "å", "\ufffd", "\U0001f600"]
CHANGES = [Intent.REPLACE, Intent.MOVE, Intent.REMOVE]
numbers = count(1)


@dataclass(frozen=True)
class Known:
    """What the model knows of an item."""

    version: str
    state: State = State.SEEN
    intent: Intent | None = None
    ref: str | None = None
    origin: Origin | None = None
    attempts: int = 0
    done_pass: int | None = None
    code: str | None = None


class LifeCycle(RuleBasedStateMachine):
    ledger: Ledger
    """Set for each run; each example has a project of its own in it."""

    def __init__(self) -> None:
        super().__init__()
        self.workload = new_workload(self.ledger, f"project {next(numbers)}")
        self.model: dict[str, Known] = {}
        self.number = 0
        self.mode = Mode.MIRROR
        self.versions = count(1)

    @initialize()
    def begin(self) -> None:
        self._held = running_pass(self.ledger, self.workload)
        self.running: Pass = self._held.__enter__()
        self.number += 1
        assert (self.running.number, self.running.mode) == (self.number, self.mode)

    @rule()
    def cut_off_and_begin_again(self) -> None:
        self._held.__exit__(None, None, None)
        with pytest.raises(PassRunning):
            items.start(self.ledger, self.running, [], Intent.PUT)
        self.begin()

    @rule()
    def cutover(self) -> None:
        with pytest.raises(PassRunning):
            cut_over(self.ledger, self.workload.project, "Anna")
        self._held.__exit__(None, None, None)
        assert cut_over(self.ledger, self.workload.project, "Anna") == (self.mode is Mode.MIRROR)
        self.mode = Mode.APPEND
        self.begin()

    @rule(keys=st.sets(st.sampled_from(KEYS)))
    def listed(self, keys: set[str]) -> None:
        """New ones are recorded, known ones have changed or come back."""
        version = f"v{next(self.versions)}"
        new, known = sorted(keys - self.model.keys()), sorted(keys & self.model.keys())
        assert items.record_new(self.ledger, self.workload, [Seen(key, version, 1) for key in new]) == len(new)
        items.record_changed(self.ledger, self.workload, [Seen(key, version, 1) for key in known])
        self.model |= {key: Known(version) for key in new}
        self._set(known, version=version, state=State.SEEN, intent=None, code=None)

    @rule(keys=st.sets(st.sampled_from(KEYS)))
    def gone(self, keys: set[str]) -> None:
        known = sorted(keys & self.model.keys())
        items.record_gone(self.ledger, self.workload, known)
        self._set(known, state=State.GONE, intent=None, code=None)

    @rule(keys=st.sets(st.sampled_from(KEYS)), intent=st.sampled_from(list(Intent)))
    def start(self, keys: set[str], intent: Intent) -> None:
        wanted = sorted(keys)
        changes = intent in CHANGES
        if changes and self.mode is Mode.APPEND:
            expected: type[Exception] | None = AppendOnly
        elif changes and any(self.model[key].origin is not Origin.PUT for key in keys & self.model.keys()):
            expected = NotOurs
        else:
            expected = DoesNotReconcile if keys - self.model.keys() else None
        if expected is not None:
            with pytest.raises(expected):
                items.start(self.ledger, self.running, wanted, intent)
            return
        items.start(self.ledger, self.running, wanted, intent)
        for key in wanted:
            self._set([key], state=State.STARTED, intent=intent, attempts=self.model[key].attempts + 1, code=None)

    @rule(keys=st.sets(st.sampled_from(KEYS)), origin=st.sampled_from(list(Origin)))
    def finish(self, keys: set[str], origin: Origin) -> None:
        known = sorted(keys & self.model.keys())
        items.finish(
            self.ledger, self.running, [Done(key, f"at/{key}", Verified.DIGEST, "i", origin=origin) for key in known]
        )
        for key in known:
            done = {"ref": f"at/{key}", "origin": origin, "done_pass": self.number}
            self._set([key], state=State.DONE, intent=None, code=None, **done)

    @rule(keys=st.sets(st.sampled_from(KEYS)))
    def fail(self, keys: set[str]) -> None:
        known = sorted(keys & self.model.keys())
        items.fail(self.ledger, self.running, [(key, PathRefused(key)) for key in known])
        self._set(known, state=State.FAILED, intent=None, code="files.path-refused")

    @rule(keys=st.sets(st.sampled_from(KEYS)))
    def skip(self, keys: set[str]) -> None:
        known = sorted(keys & self.model.keys())
        items.skip(self.ledger, self.running, [(key, "files.excluded", "") for key in known])
        self._set(known, state=State.SKIPPED, intent=None, code="files.excluded")

    @rule()
    def reopen(self) -> None:
        items.reopen(self.ledger, self.running)
        failed = [key for key, known in self.model.items() if known.state is State.FAILED]
        self._set(failed, state=State.SEEN, intent=None)

    @rule(found=st.booleans())
    def settle(self, found: bool) -> None:
        started = [key for key, known in self.model.items() if known.state is State.STARTED]
        refs = {key: f"at/{key}" if found else None for key in started}
        items.settle(self.ledger, self.running, [(key, ref, "") for key, ref in refs.items()])
        for key in started:
            self._set([key], state=State.SEEN, intent=None, ref=refs[key], origin=Origin.PUT if found else None)

    @rule()
    def removed(self) -> None:
        gone = [key for key, known in self.model.items() if known.intent is Intent.REMOVE]
        items.record_removed(self.ledger, self.running, gone)
        self._set(gone, state=State.GONE, intent=None, ref=None, origin=None)

    @precondition(lambda self: len(self.model) > 1)
    @rule(data=st.data())
    def hand_over(self, data: st.DataObject) -> None:
        old, new = data.draw(st.permutations(sorted(self.model)))[:2]
        if self.model[new].ref is not None:
            with pytest.raises(DoesNotReconcile):
                items.hand_over(self.ledger, self.running, old, new)
            return
        items.hand_over(self.ledger, self.running, old, new)
        self._set([new], ref=self.model[old].ref, origin=self.model[old].origin)
        self._set([old], state=State.GONE, intent=None, ref=None, origin=None)

    @rule(wrong_by=st.sampled_from([0, 0, 0, 1, -1]))
    def end(self, wrong_by: int) -> None:
        states = [known.state for known in self.model.values()]
        closed = {state: states.count(state) for state in (State.DONE, State.SKIPPED, State.FAILED)}
        source = sum(closed.values()) + wrong_by
        if wrong_by or State.SEEN in states or State.STARTED in states:
            with pytest.raises(DoesNotReconcile):
                end(self.ledger, self.running, source)
            return
        account = end(self.ledger, self.running, source)
        assert {State.DONE: account.moved, State.SKIPPED: account.skipped, State.FAILED: account.failed} == closed
        moved_now = [one for one in self.model.values() if one.state is State.DONE and one.done_pass == self.number]
        assert (account.source, account.moved_now, account.mode) == (source, len(moved_now), self.mode)
        self._held.__exit__(None, None, None)
        self.begin()

    @invariant()
    def ledger_and_model_agree(self) -> None:
        streamed = list(items.stream(self.ledger, self.workload))
        assert [item.key for item in streamed] == sorted(self.model)
        for item in streamed:
            known = self.model[item.key]
            assert (item.version, item.state, item.intent) == (known.version, known.state, known.intent)
            assert (item.target_ref, item.origin) == (known.ref, known.origin)
            assert (item.attempts, item.done_pass) == (known.attempts, known.done_pass)
            if item.state in (State.SKIPPED, State.FAILED):
                assert item.code == known.code

    def teardown(self) -> None:
        self._held.__exit__(None, None, None)

    def _set(self, keys: list[str], **changes: object) -> None:
        for key in keys:
            self.model[key] = replace(self.model[key], **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("examples", [25, pytest.param(100, marks=pytest.mark.heavy)])
def test_life_of_items(examples: int, ledger: Ledger) -> None:
    class OverThisLedger(LifeCycle):
        pass

    OverThisLedger.ledger = ledger
    quiet = list(HealthCheck)
    run_state_machine_as_test(
        OverThisLedger,
        settings=settings(
            max_examples=examples, stateful_step_count=30, deadline=None, suppress_health_check=quiet, database=None
        ),
    )
