"""A project that is spread over workers: runs of their own, one place only, runs and parents that are killed, and a cancelled parent."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
import pytest
import yaml
from prefect import State
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterParentFlowRunId
from prefect.client.schemas.objects import FlowRun
from prefect.states import AwaitingRetry, Cancelling

from blocks import MigrationProject
from deployments.register import register_blocks
from deployments.stack import server, settings
from flows.delta import delta
from flows.workload import workload
from skyflytt.ledger.locks import workload_lock
from skyflytt.ledger.outcomes import Awaited, outcomes
from skyflytt.project.secrets import FileSecrets
from tests.docs.pages import ROOT

pytestmark = [pytest.mark.prefect, pytest.mark.heavy]

POOL = "skyflytt"
MESSAGES = 3
MAILBOXES = 3


@dataclass(frozen=True)
class Place:
    """A Prefect server of its own, and a folder for customers."""

    running: server.Server
    home: Path

    @property
    def environment(self) -> dict[str, str]:
        return settings.for_child({**self.running.environment, "PREFECT_WORKER_QUERY_SECONDS": "1"})

    @contextmanager
    def worker(self, name: str, limit: int | None = None) -> Iterator[subprocess.Popen[bytes]]:
        """With a limit, Prefect's worker ends itself when a run is begun again before it has noticed that its process was killed."""
        command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", POOL, "--type", "process"]
        command += ["--name", name, *(["--limit", str(limit)] if limit else [])]
        with (self.home / f"{name}.log").open("wb") as log:
            started = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        try:
            yield started
        finally:
            end_family(started.pid)
            started.wait()


def end_family(pid: int) -> None:
    try:
        family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for one in family:
        try:
            one.kill()
        except psutil.NoSuchProcess:
            continue


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    home = tmp_path_factory.mktemp("spread")
    running = server.start(home / "prefect")
    try:
        with settings.applied(running.environment):
            with get_client(sync_client=True) as client:
                from prefect.client.schemas.actions import WorkPoolCreate  # noqa: PLC0415

                client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))
            for flow, entrypoint in ((workload, "flows/workload.py:workload"), (delta, "flows/delta.py:delta")):
                flow.from_source(str(ROOT), entrypoint).deploy(
                    name="any-project", work_pool_name=POOL, build=False, push=False, print_next_steps=False,
                    tags=["skyflytt", flow.name],
                )  # fmt: skip
            yield Place(running, home)
    finally:
        server.stop(home / "prefect")


@pytest.fixture
def customer(place: Place) -> MigrationProject:
    """Mailboxes in folders of this machine, and folders for their new home."""
    return make_customer(place, f"customer{len(list(place.home.iterdir()))}")


def make_customer(place: Place, name: str) -> MigrationProject:
    home = place.home / name
    names = [f"m{number}" for number in range(MAILBOXES)]
    whole = yaml.safe_load(PROJECT.format(name=name, old=home / "old", new=home / "new"))
    whole["mailboxes"] = [
        {"name": one, "source": {"server": "old", "login": one}, "target": {"server": "new", "login": one}} for one in names
    ]  # fmt: skip
    for one in names:
        fill(home / "old" / one)
        for part in ("cur", "new", "tmp"):
            (home / "new" / one / part).mkdir(parents=True)
    file = home / "project.yaml"
    file.write_text(yaml.safe_dump(whole))
    (home / "secrets.json").touch(0o600)
    (home / "secrets.json").write_text("{}")
    return register_blocks(file, home / "workspace", FileSecrets(home / "secrets.json"), spread=True)


def fill(maildir: Path) -> None:
    for part in ("cur", "new", "tmp"):
        (maildir / part).mkdir(parents=True)
    for number in range(MESSAGES):
        letter = EmailMessage()
        letter["Subject"], letter["Message-ID"] = f"letter {number}", f"<{number}@{maildir.name}.example>"
        letter["From"], letter["Date"] = "anna@example.com", "Mon, 01 Jun 2026 10:00:00 +0200"
        letter.set_content(f"text {number}")
        (maildir / "cur" / f"{1_700_000_000 + number}.{number}.here:2,S").write_bytes(letter.as_bytes())


PROJECT = """
project: {name}
time_zone: Europe/Stockholm
customer: {{name: Spridda AB, language: sv}}
contract:
  provider: Gamla Molnet AB
  notice_given: 2026-08-08
  notice: {{rule: started-months, months: 2}}
  retrieval_days: 3
  erasure_days: 7
servers:
  old: {{kind: maildir, root: {old}}}
  new: {{kind: maildir, root: {new}}}
"""


def children_of(parent: UUID) -> list[FlowRun]:
    with get_client(sync_client=True) as client:
        ours = FlowRunFilter(parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=[parent]))
        return client.read_flow_runs(flow_run_filter=ours)


def read(run: UUID) -> FlowRun:
    with get_client(sync_client=True) as client:
        return client.read_flow_run(run)


def wait_until(condition: Callable[[], Any], patience_s: float = 600.0) -> None:
    until = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.5)


def moved(project: MigrationProject) -> dict[str, int]:
    """Messages at the new home, by mailbox."""
    new = Path(project.file).parent / "new"
    return {one.name: len([*one.glob("cur/*"), *one.glob("new/*")]) for one in sorted(new.iterdir())}


def test_each_mailbox_is_a_run_of_its_own_at_the_worker(place: Place, customer: MigrationProject) -> None:
    with place.worker("one", limit=3):
        wait_until(lambda: len(online()) == 1)
        state: State[Any] = delta(project=customer, return_state=True)
    assert state.is_completed(), state.message
    parent = state.state_details.flow_run_id
    assert parent is not None
    children = children_of(parent)
    assert sorted(one.idempotency_key or "" for one in children) == [
        f"{parent}/move mailbox/m{n}" for n in range(MAILBOXES)
    ]
    assert moved(customer) == {f"m{number}": MESSAGES for number in range(MAILBOXES)}


def online() -> list[Any]:
    with get_client(sync_client=True) as client:
        return [one for one in client.read_workers_for_work_pool(POOL) if one.status and one.status.value == "ONLINE"]


def start(customer: MigrationProject) -> UUID:
    """The project's delta, at a worker."""
    parameters = {"project": {"$ref": {"block_document_id": str(customer._block_document_id)}}, "dry_run": False}
    with get_client(sync_client=True) as client:
        deployment = client.read_deployment_by_name("delta/any-project")
        return client.create_flow_run_from_deployment(deployment.id, parameters=parameters).id


def test_a_worker_with_one_place_does_not_wait_for_ever(place: Place, customer: MigrationProject) -> None:
    with place.worker("narrow", limit=1):
        run = start(customer)
        wait_until(lambda: is_ended(run))
    state = read(run).state
    assert state is not None
    assert state.is_completed(), state.message
    assert moved(customer) == {f"m{number}": MESSAGES for number in range(MAILBOXES)}
    assert {one.state_name for one in children_of(run)} == {"Cancelled"}


def is_ended(run: UUID) -> bool:
    state = read(run).state
    return state is not None and state.is_final()


def process_of(run: UUID) -> psutil.Process | None:
    """The process that carries out a run."""
    for one in psutil.process_iter():
        try:
            if one.environ().get("PREFECT__FLOW_RUN_ID") == str(run) and one.status() != psutil.STATUS_ZOMBIE:
                return one
        except psutil.Error:
            continue
    return None


def killed(run: UUID) -> None:
    found = process_of(run)
    assert found is not None
    for one in (found, *found.children(recursive=True)):
        one.kill()


@contextmanager
def held(customer: MigrationProject, mailbox: str) -> Iterator[None]:
    """Nobody can work at the mailbox; who tries is told to come again for half a minute."""
    with customer.open() as migration, workload_lock(migration.ledger, migration.workload("archive", mailbox)):
        yield


def runs_of(parent: UUID, name: str) -> list[FlowRun]:
    return sorted(
        (one for one in children_of(parent) if one.parameters["names"] == [name]), key=lambda one: str(one.created)
    )


def test_runs_and_parents_that_are_killed_cost_only_their_time(place: Place, customer: MigrationProject) -> None:
    with place.worker("wide"):
        with held(customer, "m0"):
            run = start(customer)
            wait_until(lambda: [one for one in runs_of(run, "m0") if one.state_name == "Running"])
            first = runs_of(run, "m0")[0]
            killed(first.id)
            wait_until(lambda: len(runs_of(run, "m0")) == 2 and all(runs_of(run, f"m{n}") for n in range(MAILBOXES)))
            killed(run)
            wait_until(lambda: read(run).state_name == "Crashed")
        with get_client(sync_client=True) as client:
            client.set_flow_run_state(run, AwaitingRetry(), force=True)
        wait_until(lambda: is_ended(run) and read(run).run_count == 2)
    state = read(run).state
    assert state is not None
    assert state.is_completed(), state.message
    assert moved(customer) == {f"m{number}": MESSAGES for number in range(MAILBOXES)}
    assert [len(runs_of(run, f"m{number}")) for number in range(MAILBOXES)] == [2, 1, 1]
    assert [one.idempotency_key for one in runs_of(run, "m0")] == [
        f"{run}/move mailbox/m0",
        f"{run}/move mailbox/m0/2",
    ]
    with customer.open() as migration:
        assert outcomes(migration.ledger, Awaited(customer.name, str(run), "move mailbox")) == {}


def test_cancelling_the_run_that_waits_cancels_those_that_it_started(place: Place, customer: MigrationProject) -> None:
    with place.worker("wide"), held(customer, "m0"):
        run = start(customer)
        wait_until(lambda: [one for one in runs_of(run, "m0") if one.state_name == "Running"])
        with get_client(sync_client=True) as client:
            client.set_flow_run_state(run, Cancelling())
        wait_until(lambda: all(is_ended(one) for one in (run, *(child.id for child in children_of(run)))))
    assert read(run).state_name == "Cancelled"
    with get_client(sync_client=True) as client:
        states = client.read_flow_run_states(runs_of(run, "m0")[0].id)
    assert "Cancelling" in [one.name for one in states]
