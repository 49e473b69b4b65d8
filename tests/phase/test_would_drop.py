"""What would become of a drop in each of its states, by the ledger alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from skyflytt.drop.rows import DropState, change_in, ensure_drop
from skyflytt.phase.migration import Migration
from skyflytt.phase.would_drop import would_close, would_erase, would_extend, would_open, would_receive
from skyflytt.playbook.approvals import approve, waiver_of
from tests.phase.discovered import migration

DIGEST = "ab" * 32
ENDS = datetime(2026, 11, 3, 23, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Migration]:
    with migration(tmp_path_factory.mktemp("drop")) as opened:
        yield opened


def become(opened: Migration, **values: Any) -> str:
    name = opened.project.drops[0].name
    ensure_drop(opened.ledger, opened.name, name, by="test")
    with opened.ledger.writing() as connection:
        change_in(connection, opened.name, name, values)
    return name


def test_before_it_is_open(opened: Migration) -> None:
    name, drop = opened.project.drops[0].name, opened.project.drops[0]
    words = f"{name}: {', '.join(drop.contents)} would be uploaded to {drop.server}, and the customer let in for {drop.days} days"
    assert would_open(opened, name) == words
    assert would_extend(opened, name, 2) == f"{name} is not open, and cannot be extended"
    assert would_close(opened, name) == f"{name} is not open"
    assert would_erase(opened, name) == f"{name} is not closed, and nothing of it would be erased"


def test_while_it_is_open(opened: Migration) -> None:
    name = become(opened, state=DropState.OPEN, ends_at=ENDS, manifest_digest=DIGEST)
    assert would_open(opened, name).startswith(f"{name} is open until 2026-11-03 24:00; ")
    assert f"{name} would stay open until 2026-11-05 24:00 instead of 2026-11-03 24:00; 0 of " in would_extend(
        opened, name, 2
    )
    assert would_receive(opened, [name], DIGEST.upper()) == f"the receipt for {name} would be recorded"
    assert (
        would_receive(opened, [name], "0" * 64)
        == would_receive(opened, [name], "")
        == "the digest is that of no drop's manifest"
    )
    assert would_close(opened, name).endswith("(the receipt is NOT confirmed)")
    approve(opened.ledger, opened.name, waiver_of(name), "Anna Åström")
    assert would_close(opened, name).endswith("(the receipt is confirmed or waived)")


def test_after_it_was_closed(opened: Migration) -> None:
    name = become(opened, state=DropState.CLOSED)
    assert would_open(opened, name) == f"{name} is closed for good, and would not be opened again"
    assert would_erase(opened, name) == f"{name}: the 0 files at its place would be erased"
    become(opened, erasure="{}")
    assert would_erase(opened, name) == f"{name} is erased"
