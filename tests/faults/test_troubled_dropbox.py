"""Shares moved to Dropbox and from it through trouble, as in test_troubled_files.py, which has the run: the same seeds mean the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from skyflytt.files.dropbox import open_dropbox
from tests.contract.file_places import make_certificates
from tests.faults.file_servers import BUSY, FileServer, _serving, local
from tests.faults.ledgers import make_template, quick_folder
from tests.faults.test_troubled_files import Servers, go, seeds
from tests.real.dropbox_simulator import SECRETS, Simulated, running_dropbox

pytestmark = pytest.mark.real


@dataclass(frozen=True)
class DropboxFileServer(FileServer):
    simulated: Simulated | None = None

    def new_root(self) -> Path:
        root = super().new_root()
        assert self.simulated is not None
        with open_dropbox(self.simulated.settings(), SECRETS["anna"]) as top:
            top.make_folder(root.name)
        return root


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    with quick_folder() as base:
        certificates = make_certificates(base)
        with running_dropbox(base / "simulator", certificates.ca, certificates.both) as simulated:
            there = DropboxFileServer(
                "dropbox",
                lambda root, port: simulated.settings(root=f"/{root.name}", url=f"https://127.0.0.1:{port}"),
                base,
                simulated.port,
                SECRETS["anna"],
                on_disk=False,
                near=_serving(certificates),
                words=BUSY,
                simulated=simulated,
            )
            here = local(base)
            yield Servers([(here, there), (there, here)], make_template(base))


@pytest.mark.parametrize("seed", seeds(2005))
def test_there_and_back(servers: Servers, seed: int) -> None:
    go(servers, seed)


@pytest.mark.heavy
@pytest.mark.parametrize("seed", seeds(*range(2000, 2060)))
def test_sixty_runs(servers: Servers, seed: int) -> None:
    go(servers, seed)
