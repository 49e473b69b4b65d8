"""A mailbox between two servers in memory, with its archive on a disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from skyflytt.ledger.workloads import ensure_workload
from skyflytt.mail.archive import open_archive
from tests.faults.ledgers import PROJECT, copy_ledger, make_template, quick_folder
from tests.mail.engine.mailboxes import Move


@pytest.fixture(scope="session")
def template() -> Iterator[Path]:
    with quick_folder() as folder:
        yield make_template(folder)


@pytest.fixture
def move(template: Path) -> Iterator[Move]:
    with quick_folder() as folder:
        ledger = copy_ledger(template, folder / "ledger.sqlite")
        with open_archive(folder / "asa.skymail", "flytt/asa", ledger.clock) as archive:
            yield Move(
                ledger,
                ensure_workload(ledger, PROJECT, "archive", "asa"),
                ensure_workload(ledger, PROJECT, "mailbox", "asa"),
                archive,
            )
        ledger.engine.dispose()
