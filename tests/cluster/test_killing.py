"""A small cluster of real processes, and each of its parts struck once while it moves mailboxes: everything adds up at the end."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.console import Console

from deployments.cluster import __main__ as command
from deployments.cluster.killing import KINDS
from deployments.cluster.place import ClusterPlace, prepared
from deployments.cluster.run import Wanted, run
from skyflytt.sandbox import mailboxes
from skyflytt.sandbox.mailboxes import Many

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(3600)]


@pytest.fixture
def place(require_debian: Callable[..., str]) -> Iterator[ClusterPlace]:
    require_debian("postgresql", binary="postgres")
    require_debian("redis-server", binary="redis-server")
    # Not pytest's own folder: PostgreSQL's user could not enter it.
    home = Path(tempfile.mkdtemp(prefix="skyflytt-cluster-"))
    yield prepared(home)
    command.main(["down", "--home", str(home)])
    shutil.rmtree(home)


@pytest.mark.parametrize("kills", [("worker", "server", "redis"), ("flow", "postgresql", "drain")], ids=" ".join)
def test_killing_costs_time_and_nothing_else(place: ClusterPlace, kills: tuple[str, ...]) -> None:
    wanted = Wanted(Many(9, 10), workers=2, runs_per_worker=2, kills=kills, patience_s=1800)

    assert run(place, wanted, Console(width=140)) == 0

    seen = json.loads((place.home / "cluster-run.json").read_text())
    assert [one["kind"] for one in seen["killed"]] == list(kills)
    assert seen["missing"] == []
    assert seen["flow_runs"].keys() <= {"Completed", "Cancelled"}
    assert set(kills) <= set(KINDS)
    assert not mailboxes.running(place.mailboxes)
