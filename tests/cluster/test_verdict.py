"""The verdict on a trial: whole only when every single thing holds."""

from __future__ import annotations

import io
import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from deployments.cluster.history import History
from deployments.cluster.mail_count import Compared
from deployments.cluster.trial import Death
from deployments.cluster.verdict import Verdict, show, write
from skyflytt.ledger.passes import Account
from skyflytt.ledger.schema import Mode
from skyflytt.ledger.workloads import Workload

AT = datetime(2026, 8, 8, tzinfo=UTC)
ACCOUNT = Account(Workload(1, "p", "mailbox", "a"), 1, Mode.MIRROR, 20, 20, 20, 0, 0, 4000, AT)
COMPARED = Compared("a", 20, 20, 0, 0)
BY_TWO = Counter({"worker-1": 2, "worker-2": 1})
HISTORY = History(Counter(Completed=3), Counter(Completed=6), by_worker=BY_TWO)
DEATH = Death("server", "server", 10.0, 3, 1, 12.0, 20.0)
GOOD = Verdict(1, 60.0, ["Completed"], [ACCOUNT], [COMPARED], HISTORY, [DEATH], 1)


def test_everything_holds(tmp_path: Path) -> None:
    assert GOOD.whole
    write(GOOD, tmp_path / "seen.json")
    seen = json.loads((tmp_path / "seen.json").read_text())
    assert seen["whole"] is True
    assert seen["by_worker"] == {"worker-1": 2, "worker-2": 1}
    assert seen["killed"][0]["back_s"] == 12.0


@pytest.mark.parametrize(
    "wrong",
    [
        replace(GOOD, accounts=[]),
        replace(GOOD, accounts=[replace(ACCOUNT, moved=19)]),
        replace(GOOD, accounts=[replace(ACCOUNT, moved=19, failed=1)], compared=[replace(COMPARED, target=19, lost=1)]),
        replace(GOOD, compared=[replace(COMPARED, target=21, doubled=1)]),
        replace(GOOD, compared=[]),
        replace(GOOD, history=replace(HISTORY, by_worker=Counter({"worker-1": 3}))),
        replace(GOOD, history=replace(HISTORY, unended=["a: Running"])),
        replace(GOOD, history=replace(HISTORY, without=["a"])),
        replace(GOOD, deaths=[]),
        replace(GOOD, deaths=[replace(DEATH, back_s=None)]),
    ],
)
def test_one_thing_that_does_not_hold_is_enough(wrong: Verdict) -> None:
    assert not wrong.whole
    console = Console(record=True, width=140, file=io.StringIO())
    show(wrong, console)
    assert "NO" in console.export_text()
