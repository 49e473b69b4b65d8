"""One sandbox for all cases; each case moves a small piece of its company."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from skyflytt.sandbox import lifecycle
from skyflytt.sandbox.state import Sandbox
from tests.bad_input.move import Move


@pytest.fixture(scope="session")
def providers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    root = tmp_path_factory.mktemp("providers")
    yield lifecycle.up(root)
    lifecycle.down(root)


@pytest.fixture
def move(providers: Sandbox, tmp_path: Path) -> Move:
    return Move(providers, tmp_path, tmp_path / "workspace")
