from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from skyflytt.files.sharepoint import SharepointStore, open_sharepoint
from skyflytt.sandbox.servers.graph.drive_settings import DriveRules, DriveStart
from skyflytt.sandbox.servers.graph.drive_state import Drive
from tests.contract.sharepoint_place import LIBRARY, SITE, settings
from tests.graph.simulator import DOMAIN, SECRET, Simulator, running_simulator

DRAWINGS = DriveStart(id="b!ritningar", name="Ritningar", site=SITE)
OWN = DriveStart(id="b!hem", name="Documents", site="norrsken.sharepoint.com")
PERSONAL = DriveStart(id="b!bengt", name="OneDrive", owner=f"bengt@{DOMAIN}")
Opener = Callable[..., Any]


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with running_simulator(tmp_path_factory.mktemp("graph")) as simulator:
        yield simulator


@pytest.fixture
def graph(running: Simulator) -> Simulator:
    running.begin_anew(drives=(LIBRARY, DRAWINGS, OWN, PERSONAL))
    return running


@pytest.fixture
def drive(graph: Simulator) -> Drive:
    return graph.state.drives[LIBRARY.id]


@pytest.fixture
def opened(graph: Simulator) -> Opener:
    """Opens the library, with other settings if need be."""
    return lambda secret=SECRET, **more: open_sharepoint(settings(graph, **more), secret, graph.patience)


@pytest.fixture
def store(opened: Opener) -> Iterator[SharepointStore]:
    with opened() as found:
        yield found


@pytest.fixture
def ruled(graph: Simulator) -> Callable[..., Drive]:
    """The library anew, with other rules or another beginning."""

    def begin(start: dict[str, Any] | None = None, **rules: Any) -> Drive:
        changed = LIBRARY.model_copy(update=start or {})
        graph.begin_anew(drives=(changed,), drive_rules=DriveRules(**rules))
        return graph.state.drives[LIBRARY.id]

    return begin


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "uploads"
