"""A cutover that is asked for while a pass runs waits, says for whom, and gives up after its time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from sqlalchemy import update

from skyflytt.errors.ledger import PassRunning
from skyflytt.ledger import journal
from skyflytt.ledger.passes import running_pass
from skyflytt.ledger.schema import pass_
from skyflytt.phase.cutover.waiting import Waiting, running_passes, wait_for_passes
from skyflytt.phase.migration import Migration
from tests.phase import discovered


@dataclass
class Others:
    """Passes that somebody else makes, and that end one by one while they are waited for."""

    running: list[ExitStack] = field(default_factory=list)
    waited_s: float = 0.0

    def wait(self, seconds: float) -> None:
        self.waited_s += seconds
        if self.running:
            self.running.pop(0).close()

    def waiting(self, most_s: float = 3600.0) -> Waiting:
        return Waiting(most_s, 5.0, self.wait, lambda: self.waited_s)


@pytest.fixture
def migration(tmp_path: Path) -> Iterator[Migration]:
    with discovered.migration(tmp_path, drops=[]) as opened:
        yield opened


@pytest.fixture
def others(migration: Migration) -> Iterator[Others]:
    found = Others()
    for kind, name in (("mailbox", "info"), ("share", "homes")):
        held = ExitStack()
        held.enter_context(running_pass(migration.ledger, migration.workload(kind, name)))
        found.running.append(held)
    yield found
    for held in found.running:
        held.close()


def test_it_waits_until_the_last_of_them_has_ended_and_says_so(migration: Migration, others: Others) -> None:
    said: list[str] = []
    waited = wait_for_passes(replace(migration, tell=said.append), others.waiting())
    assert [one.label for one in waited] == ["mailbox info", "share homes"]
    assert others.waited_s == 10.0
    assert said == [
        "the cutover waits for pass 1 over mailbox info, since 2026-08-08 09:00 UTC; pass 1 over share homes, since 2026-08-08 09:00 UTC"
    ]
    (entry,) = [one for one in journal.entries(migration.ledger, migration.name) if one.action == "cutover-waited"]
    assert [one["workload"] for one in entry.data["passes"]] == ["mailbox info", "share homes"]


def test_it_does_not_wait_for_ever(migration: Migration, others: Others) -> None:
    others.running.append(ExitStack())
    with pytest.raises(PassRunning, match=r"pass 1 over mailbox info"):
        wait_for_passes(migration, others.waiting(most_s=0))


def test_nobody_is_waited_for_when_nothing_runs(migration: Migration) -> None:
    assert wait_for_passes(migration, Others().waiting()) == []
    assert not [one for one in journal.entries(migration.ledger, migration.name) if one.action == "cutover-waited"]


def test_a_pass_whose_process_was_killed_is_not_waited_for(migration: Migration) -> None:
    with running_pass(migration.ledger, migration.workload("mailbox", "info")):
        pass
    with migration.ledger.writing() as connection:
        connection.execute(update(pass_).values(state="running", ended_at=None))
    assert running_passes(migration.ledger, migration.name) == []
