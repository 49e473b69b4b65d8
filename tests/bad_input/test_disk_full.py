"""A disk that fills up under the ledger, the archive, the export or the target; once it has room, the next run goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from skyflytt.errors.base import Failure
from skyflytt.ledger import items
from skyflytt.ledger.passes import Account
from skyflytt.ledger.schema import State
from skyflytt.phase.export_mailbox import export_mailbox
from skyflytt.phase.migration import Migration
from tests.bad_input.move import (
    FOLDER,
    LEFT_BEHIND,
    MAILBOX,
    MESSAGES,
    Move,
    archives,
    assert_reconciled,
    contents,
    moves_files,
)
from tests.bad_input.tiny_disk import TinyDisk, tiny_disk

ROOM = 64_000
FULL = {"ledger.full", "files.workspace-full", "files.target-full"}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[TinyDisk]:
    with tiny_disk(tmp_path / "disk", ROOM) as disk:
        yield disk


def codes_until_it_fits(disk: TinyDisk, move: Move, act: Any, sizes: range) -> tuple[list[str], Any]:
    """Every failure on the way from a disk that is far too small to one that is large enough."""
    codes = []
    for size in sizes:
        disk.resize(size)
        try:
            return codes, move.run(act)
        except Failure as failure:
            codes.append(failure.code)
    raise AssertionError(f"it never fitted: {codes}")


def test_workspace_full_while_a_mailbox_is_archived(move: Move, disk: TinyDisk) -> None:
    """Ledger and archive share the disk; whichever is hit, says so."""
    move.workspace = disk.path
    codes, account = codes_until_it_fits(disk, move, archives, range(40, 4000, 40))
    assert_reconciled(account, MESSAGES, LEFT_BEHIND)
    assert set(codes) <= FULL
    assert {"ledger.full", "files.workspace-full"} <= set(codes)


def test_workspace_full_while_a_mailbox_is_exported(move: Move, disk: TinyDisk) -> None:
    move.workspace = disk.path
    assert_reconciled(move.run(archives), MESSAGES, LEFT_BEHIND)
    used = sum(path.stat().st_size for path in disk.path.rglob("*") if path.is_file()) // 1024

    def exports(migration: Migration) -> Any:
        return export_mailbox(migration, MAILBOX)

    codes, made = codes_until_it_fits(disk, move, exports, range(used + 200, used + 4000, 150))
    assert made["pst"].count == MESSAGES
    assert [path.name for path in (disk.path / "exports" / MAILBOX).iterdir()] == ["pst"]
    assert set(codes) <= FULL
    assert "files.workspace-full" in codes


def test_ledger_full_while_a_share_is_copied(move: Move, disk: TinyDisk) -> None:
    move.workspace = disk.path
    codes, account = codes_until_it_fits(disk, move, moves_files, range(60, 4000, 60))
    assert_reconciled(account, account.source)
    assert set(codes) == {"ledger.full"}
    assert contents(move.target) == contents(move.sandbox.root / "old-files" / FOLDER)


def test_target_full(move: Move, disk: TinyDisk) -> None:
    """The pass stops instead of failing every file there is."""

    def onto_disk(project: dict[str, Any]) -> None:
        project["servers"]["disk"] = {"kind": "local", "root": str(disk.path)}
        project["shares"][0]["target"] = {"server": "disk", "path": "."}

    disk.resize(400)
    move.fails("files.target-full", moves_files, onto_disk)
    disk.resize(ROOM)
    account: Account = move.run(moves_files, onto_disk)
    assert_reconciled(account, account.source)
    assert contents(disk.path) == contents(move.sandbox.root / "old-files" / FOLDER)


def refusals_of_moving_files(migration: Migration) -> list[tuple[str | None, str | None]]:
    """Code and reason of every item; it fails alone each, and the account says so."""
    account = moves_files(migration)
    assert account.source == account.failed > 0
    failed = items.stream(migration.ledger, account.workload, State.FAILED)
    return [(item.code, item.detail) for item in failed]


def test_target_read_only(move: Move, disk: TinyDisk) -> None:
    def onto_disk(project: dict[str, Any]) -> None:
        project["servers"]["disk"] = {"kind": "local", "root": str(disk.path)}
        project["shares"][0]["target"] = {"server": "disk", "path": "G"}

    (disk.path / "G").mkdir()
    disk.make_read_only(True)
    refused = move.run(refusals_of_moving_files, onto_disk)
    assert {code for code, _ in refused} == {"files.path-refused"}
    assert all("Read-only file system" in detail for _, detail in refused)
    disk.make_read_only(False)
    account: Account = move.run(moves_files, onto_disk)
    assert_reconciled(account, account.source)
