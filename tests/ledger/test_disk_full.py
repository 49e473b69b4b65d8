"""A full disk stops the move with one clear sentence, and leaves a ledger that goes on when there is room again."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from skyflytt.deadline.clock import MovableClock
from skyflytt.errors.ledger import LedgerFull
from skyflytt.ledger import items, journal
from skyflytt.ledger.items import Seen
from skyflytt.ledger.ledger import Ledger
from skyflytt.ledger.open import open_ledger
from skyflytt.ledger.passes import end, running_pass
from tests.ledger.moving import new_workload, put, see


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MiB."""
    if os.getuid() != 0:
        pytest.skip("only root can mount a file system; the test with a limited database runs for everybody")
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], check=True)
    yield folder
    # Lazily: the connection of an opening that failed is closed with its traceback.
    subprocess.run(["umount", "--lazy", folder], check=True)


def test_full_disk_is_named_and_the_ledger_goes_on(tiny_disk: Path, clock: MovableClock) -> None:
    ledger = open_ledger(f"sqlite:///{tiny_disk / 'ledger.sqlite'}", clock)
    workload = new_workload(ledger, "acme")
    see(ledger, workload, "a", "b")
    filler = tiny_disk / "filler"
    with running_pass(ledger, workload) as running:
        put(ledger, running, "a")
        _fill(filler)
        with pytest.raises(LedgerFull, match="full") as stopped:
            items.record_new(ledger, workload, (Seen(f"c{number}", "v1", 1, "x" * 500) for number in range(5_000)))
        assert str(tiny_disk) in stopped.value.sentence
        assert [item.key for item in items.stream(ledger, workload)] == ["a", "b"]
        filler.unlink()
        put(ledger, running, "b")
        assert end(ledger, running, source=2).moved == 2
    assert list(journal.entries(ledger, "acme")) == []
    ledger.engine.dispose()


def test_ledger_survives_the_end_of_its_process_on_a_full_disk(tiny_disk: Path, clock: MovableClock) -> None:
    address = f"sqlite:///{tiny_disk / 'ledger.sqlite'}"
    ledger = open_ledger(address, clock)
    workload = new_workload(ledger, "acme")
    see(ledger, workload, "a")
    _fill(tiny_disk / "filler")
    with pytest.raises(LedgerFull):
        items.record_new(ledger, workload, (Seen(f"c{number}", "v1", 1, "x" * 500) for number in range(5_000)))
    ledger.engine.dispose()
    (tiny_disk / "filler").unlink()
    again = open_ledger(address, clock)
    see(again, workload, "b")
    assert [item.key for item in items.stream(again, workload)] == ["a", "b"]
    again.engine.dispose()


def test_opening_a_new_ledger_on_a_full_disk(tiny_disk: Path, clock: MovableClock) -> None:
    _fill(tiny_disk / "filler")
    with pytest.raises(LedgerFull):
        open_ledger(f"sqlite:///{tiny_disk / 'ledger.sqlite'}", clock)


def test_opening_a_kept_ledger_on_a_full_disk(tiny_disk: Path, clock: MovableClock) -> None:
    address = f"sqlite:///{tiny_disk / 'ledger.sqlite'}"
    open_ledger(address, clock).engine.dispose()
    _fill(tiny_disk / "filler")
    with pytest.raises(LedgerFull):
        new_workload(open_ledger(address, clock), "acme")


def test_database_that_may_not_grow(tmp_path: Path, clock: MovableClock) -> None:
    """SQLite reports the same as for a full disk."""
    ledger = open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}", clock)
    workload = new_workload(ledger, "acme")
    see(ledger, workload, "a")
    _limit(ledger, 1)
    with pytest.raises(LedgerFull):
        items.record_new(ledger, workload, (Seen(f"c{number}", "v1", 1, "x" * 500) for number in range(5_000)))
    _limit(ledger, 2**30)
    see(ledger, workload, "b")
    assert [item.key for item in items.stream(ledger, workload)] == ["a", "b"]
    ledger.engine.dispose()


def _limit(ledger: Ledger, pages: int) -> None:
    with ledger.reading() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")


def _fill(filler: Path) -> None:
    with filler.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
