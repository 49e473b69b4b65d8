"""A large share in a flow whose steps are carried out by the processes of a Dask cluster, over TLS that knows both sides."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dask
import pytest
import trustme
from distributed import Client

from deployments.stack import server, settings
from flows.delta import delta
from tests.docs.pages import ROOT
from tests.flows.company import Company
from tests.flows.history import ended_as

pytestmark = [pytest.mark.prefect, pytest.mark.real, pytest.mark.long]
PROCESSES = 2
SHARE = "company/Ritningar"


@pytest.fixture
def encrypted(tmp_path: Path) -> Iterator[None]:
    """Dask's own settings: whoever has no certificate of this authority is turned away."""
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1", common_name="dask")
    ca, certificate, key = (str(tmp_path / name) for name in ("ca.pem", "cert.pem", "key.pem"))
    authority.cert_pem.write_to_path(ca)
    issued.cert_chain_pems[0].write_to_path(certificate)
    issued.private_key_pem.write_to_path(key)
    both = {"cert": certificate, "key": key}
    sides = {
        f"distributed.comm.tls.{side}.{end}": file
        for side in ("scheduler", "worker", "client")
        for end, file in both.items()
    }
    ours = {"distributed.comm.require-encryption": True, "distributed.comm.tls.ca-file": ca}
    with dask.config.set({**ours, **sides}):
        yield


@pytest.fixture
def scheduler(prefect_harness: server.Server, encrypted: None, tmp_path: Path) -> Iterator[str]:
    """Its address, once its workers have come to it."""
    inherited = {"DASK_INTERNAL_INHERIT_CONFIG": dask.config.serialize(dask.config.global_config)}
    environment = settings.for_child({**prefect_harness.environment, **inherited})
    file = tmp_path / "scheduler.json"
    its_file = ["--scheduler-file", str(file), "--no-dashboard"]
    place = ["--protocol", "tls", "--host", "127.0.0.1", "--port", "0"]
    processes = ["--protocol", "tls", "--host", "127.0.0.1", "--nworkers", str(PROCESSES), "--nthreads", "1"]
    with (
        dask_program(["scheduler", *place, *its_file], environment, tmp_path),
        dask_program(["worker", *processes, *its_file], environment, tmp_path),
        Client(scheduler_file=str(file), timeout=60) as client,
    ):
        client.wait_for_workers(PROCESSES, timeout=60)
        yield client.scheduler.address


@contextmanager
def dask_program(words: list[str], environment: dict[str, str], folder: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "dask", *words]
    with (folder / f"{words[0]}.log").open("wb") as log:
        started = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        yield
    finally:
        started.terminate()
        started.wait(30)


def test_its_files_are_moved_by_the_processes_of_the_cluster(
    company: Company, scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = company.register_part("large", [], {"drawings": SHARE})
    assert scheduler.startswith("tls://")
    monkeypatch.setenv("SKYFLYTT_DASK", scheduler)
    monkeypatch.setenv("SKYFLYTT_DASK_FILES", "1")

    first = delta(project, return_state=True)

    old, new = company.sandbox.root / "old-files" / SHARE, company.home / "large-new-home" / "files" / "drawings"
    assert ended_as(first)[0] == "COMPLETED"
    assert contents(new) == contents(old) != {}
    with Client(scheduler) as client:
        steps = client.run(lambda dask_worker: dask_worker.state.executed_count)
    assert len(steps) == PROCESSES
    assert all(steps.values()), steps


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
