"""`skyflytt project list-anew`: no listing that is remembered holds any more."""

from __future__ import annotations

from pathlib import Path

import pytest

from skyflytt.cli import run
from skyflytt.deadline.clock import SystemClock
from skyflytt.files.kept_listing import SCOPE
from skyflytt.ledger import sync_states
from skyflytt.phase.migration import open_migration
from skyflytt.project.load import load_project
from skyflytt.project.secrets import EnvironmentSecrets
from tests.phase.discovered import EXAMPLE


def names(workspace: Path, *, begin: bool = False) -> dict[str, str]:
    """What the ledger calls each share's listing."""
    with open_migration(load_project(EXAMPLE), workspace, EnvironmentSecrets({}), SystemClock()) as migration:
        shares = {share.name: migration.workload("share", share.name) for share in migration.project.shares}
        for workload in shares.values() if begin else ():
            sync_states.set_token(migration.ledger, workload, SCOPE, "kept")
        return {name: sync_states.token(migration.ledger, one, SCOPE) or "" for name, one in shares.items()}


def test_one_share_or_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = names(tmp_path, begin=True)
    first, *others = kept
    command = ["project", "list-anew", str(EXAMPLE), "--workspace", str(tmp_path)]
    assert run([*command[:3], first, *command[3:]]) == 0
    assert capsys.readouterr().out == f"share {first} is listed anew by its next pass\n"
    assert names(tmp_path) == kept | {first: ""}
    assert run(command) == 0
    assert set(names(tmp_path).values()) == {""}
    assert len(capsys.readouterr().out.splitlines()) == len(kept) == len(others) + 1
    assert run([*command[:3], "okänd", *command[3:]]) == 2
