"""A document library of the simulated Graph, for the contract of `FileStore`. Each root is a folder of one library."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import trustme

from skyflytt.errors.base import Failure
from skyflytt.errors.connection import CertificateNotTrusted
from skyflytt.files.sharepoint import open_sharepoint
from skyflytt.project.servers import SharepointServer
from skyflytt.sandbox.servers.graph.drive_settings import DriveStart
from tests.graph.simulator import APP, DOMAIN, SECRET, Simulator, running_simulator

SITE = "norrsken.sharepoint.com/sites/Projekt"
LIBRARY = DriveStart(id="b!projekt", name="Delade dokument", site=SITE)
TAKEN_FOR_THE_SAME = ("case", "CASE", "Å", "a\u030a", "Naïve.txt")
"""Names that another one of the suite's is the same as."""
REFUSED = ("slutar med punkt.", "slutar med blank ", " börjar med blank", "~", "~root", "...", "con")


def settings(simulator: Simulator, **more: Any) -> SharepointServer:
    given = {
        "kind": "sharepoint", "tenant": DOMAIN, "client_id": APP, "login_url": simulator.url, "graph_url": simulator.url,
        "ca_file": simulator.ca_file, "site": SITE, "library": LIBRARY.name,
    }  # fmt: skip
    return SharepointServer.model_validate({**given, **more})


@contextlib.contextmanager
def library(base: Path) -> Iterator[tuple[Simulator, Any]]:
    """The simulator, and a function that opens the store at a folder."""
    with running_simulator(base / "graph") as simulator:
        simulator.begin_anew(drives=(LIBRARY,))

        def opened(root: Path, secret: str = SECRET, **changes: Any) -> Any:
            drive = simulator.state.drives[LIBRARY.id]
            if drive.child(drive.root, root.name) is None:
                drive.made(drive.root, root.name, "2026-01-01T00:00:00Z", is_folder=True)
            if "host" in changes or "port" in changes:
                host, port = changes.pop("host", "localhost"), changes.pop("port", simulator.port)
                changes |= {"login_url": f"https://{host}:{port}", "graph_url": f"https://{host}:{port}"}
            return open_sharepoint(settings(simulator, root=f"/{root.name}", **changes), secret, simulator.patience)

        yield simulator, opened


def distrusted(base: Path) -> tuple[tuple[dict[str, Any], type[Failure]], ...]:
    trustme.CA().cert_pem.write_to_path(base / "other-ca.pem")
    return ({"ca_file": base / "other-ca.pem"}, CertificateNotTrusted), ({"host": "127.1"}, CertificateNotTrusted)
