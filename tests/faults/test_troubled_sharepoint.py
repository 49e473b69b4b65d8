"""Shares moved to a library and from it through trouble, as in test_troubled_files.py, which has the run: the same seeds mean the same."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract import sharepoint_place
from tests.faults.file_servers import BUSY, FileServer, local
from tests.faults.ledgers import make_template, quick_folder
from tests.faults.test_troubled_files import Servers, go, seeds
from tests.graph.simulator import SECRET, Simulator, running_simulator

pytestmark = pytest.mark.real


def server(simulator: Simulator, base: Path) -> FileServer:
    """Both ends of the line have the simulator's certificate, so that one authority is trusted."""
    near = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    near.load_cert_chain(base / "graph" / "server.pem")

    def settings(root: Path, port: int) -> Any:
        drive = simulator.state.drives[sharepoint_place.LIBRARY.id]
        if drive.child(drive.root, root.name) is None:
            drive.made(drive.root, root.name, "2026-01-01T00:00:00Z", is_folder=True)
        url = f"https://localhost:{port}"
        return sharepoint_place.settings(
            simulator, root=f"/{root.name}", login_url=url, graph_url=url, uploads_file=base / "uploads"
        )

    return FileServer("sharepoint", settings, base, simulator.port, SECRET, on_disk=False, near=near, words=BUSY)


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with quick_folder() as base, running_simulator(base / "graph") as simulator:
        simulator.begin_anew(drives=(sharepoint_place.LIBRARY,))
        here, there = local(base), server(simulator, base)
        yield Servers([(here, there), (there, here)], make_template(base))


@pytest.mark.parametrize("seed", seeds(2001))
def test_there_and_back(servers: Servers, seed: int) -> None:
    go(servers, seed)


@pytest.mark.heavy
@pytest.mark.parametrize("seed", seeds(*range(2000, 2060)))
def test_sixty_runs(servers: Servers, seed: int) -> None:
    go(servers, seed)
