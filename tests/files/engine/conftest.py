"""A share between two stores, in memory and on a disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace

import pytest

from skyflytt.files.local import LocalStore, open_local
from skyflytt.files.memory import MemoryStore
from skyflytt.ledger.workloads import ensure_workload
from tests.faults.ledgers import PROJECT, copy_ledger, make_template, quick_folder
from tests.files.engine.shares import Share


@pytest.fixture(scope="session")
def template() -> Iterator[Path]:
    with quick_folder() as folder:
        yield make_template(folder)


@pytest.fixture(params=["memory", "local"])
def share(request: pytest.FixtureRequest, template: Path) -> Iterator[Share]:
    with quick_folder() as folder, ExitStack() as opened:
        ledger = copy_ledger(template, folder / "ledger.sqlite")

        def store(name: str) -> MemoryStore | LocalStore:
            if request.param == "memory":
                return MemoryStore()
            (folder / name).mkdir()
            return opened.enter_context(open_local(SimpleNamespace(root=folder / name)))

        yield Share(ledger, ensure_workload(ledger, PROJECT, "share", "gemensam"), store("source"), store("target"))
        ledger.engine.dispose()
