"""What goes wrong is told in one sentence with code and advice, stops only what it concerns, and is tried again where that may help."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from prefect.client.schemas.objects import State
from pydantic import SecretStr

from blocks import ExchangeServer, FileServer, MigrationProject
from blocks.admission import admission
from blocks.failures import BlockMissing
from flows.advance import Where, advance
from flows.approve import approve
from flows.cutover import cutover
from flows.decommission import decommission
from flows.delta import delta
from flows.discovery import discovery
from flows.domain import domain
from flows.drop import drop
from flows.export import export
from flows.late_mail import late_mail
from flows.mail_flow import mail_flow
from flows.rehearsal import rehearsal
from skyflytt.errors.base import Failure
from skyflytt.errors.connection import HostKeyChanged, PasswordRefused
from skyflytt.errors.project import NoSuchWorkload
from skyflytt.ledger.passes import Account, last_account
from skyflytt.phase.decide import Decision
from skyflytt.project.problems import ProjectFileInvalid
from skyflytt.project.secrets import SecretMissing
from skyflytt.project.servers import EwsServer
from skyflytt.sandbox import lifecycle, processes
from skyflytt.sandbox.company.people import ANNA, BENGT
from tasks.archive_mailbox import archive_mailbox
from tasks.step import RETRIES
from tests.flows.company import Company
from tests.flows.history import History, ended_as, wait_until
from tests.flows.sign_ins import sign_ins

pytestmark = [pytest.mark.prefect, pytest.mark.long]

WRONG = "midsommar-1988-fel"
PAUSE_S = 4.0
EVERY_FLOW: dict[str, Callable[[MigrationProject], State[Any]]] = {
    "advance": lambda project: advance(project=project, where=Where.HERE, return_state=True),
    "approve": lambda project: approve(
        project=project, what=Decision.CUTOVER, full_name="Anna Åström", return_state=True
    ),
    "cutover": lambda project: cutover(project=project, approved_by="Anna Åström", return_state=True),
    "decommission": lambda project: decommission(project=project, return_state=True),
    "delta": lambda project: delta(project=project, return_state=True),
    "discovery": lambda project: discovery(project=project, return_state=True),
    "domain": lambda project: domain(project=project, return_state=True),
    "drop": lambda project: drop(project=project, return_state=True),
    "export": lambda project: export(project=project, return_state=True),
    "late-mail": lambda project: late_mail(project=project, return_state=True),
    "mail-flow": lambda project: mail_flow(project=project, return_state=True),
    "rehearsal": lambda project: rehearsal(project=project, return_state=True),
}


def told_once(state: State[Any], failure: type[Failure]) -> str:
    """The run failed by this failure alone; its message."""
    kind, name, message = ended_as(state)
    assert (kind, name) == ("FAILED", "Failed")
    assert message.count(f"[{failure.code}]") == 1
    assert failure.advice in message
    assert "Traceback" not in message
    return message


def account(project: MigrationProject, kind: str, name: str) -> Account | None:
    with project.open() as migration:
        return last_account(migration.ledger, migration.workload(kind, name))


@contextmanager
def changed(block: Any, **values: Any) -> Iterator[None]:
    """The block as somebody changed it in the UI, until the end of the test."""
    name = block._block_document_name
    before = {field: getattr(block, field) for field in values}
    type(block).model_validate({**dict(block), **values}).save(name, overwrite=True)
    yield
    type(block).model_validate({**dict(block), **before}).save(name, overwrite=True)


def test_a_wrong_password_is_tried_once_and_the_other_mailboxes_go_on(company: Company, history: History) -> None:
    with sign_ins(company.sandbox, "old-mail") as relay:
        project = company.register_part("one-locked", ["anna", "bengt"], {}, old_mail={"url": relay.url})
        block = ExchangeServer.load("one-locked-old-mail")
        assert block.mailbox_secrets is not None
        secrets = {**block.mailbox_secrets.get_secret_value(), "bengt.source": WRONG}
        with changed(block, mailbox_secrets=secrets):
            state = export(project=project, return_state=True)
            assert relay.refused[BENGT.address] == relay.asked[BENGT.address] == 1
            assert relay.refused[ANNA.address] == 0

        message = told_once(state, PasswordRefused)
        assert message.startswith("archive mailbox bengt: The server refused the sign-in of ")
        assert BENGT.address in message
        runs = history.task_runs(state)
        assert {name: run["state_type"] for name, run in runs.items()} == {
            "one-locked · archive · anna": "COMPLETED",
            "one-locked · export · anna": "COMPLETED",
            "one-locked · archive · bengt": "FAILED",
        }
        assert runs["one-locked · archive · bengt"]["run_count"] == 1
        anna = account(project, "archive", "anna")
        assert anna is not None
        assert anna.moved > 0
        assert account(project, "archive", "bengt") is None

        assert export(project=project, return_state=True).is_completed(), "the corrected password lets it go on"


def test_a_server_that_comes_back_is_waited_for(
    company: Company, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = company.register_part("away", ["info"], {})
    patient = archive_mailbox.with_options(retry_delay_seconds=PAUSE_S, retry_jitter_factor=0)
    monkeypatch.setattr("flows.export.archive_mailbox", patient)
    server = lifecycle.load(company.sandbox.root).servers["old-mail"]
    assert server.process is not None
    processes.stop(server.process)
    ended: list[State[Any]] = []
    thread = threading.Thread(target=lambda: ended.append(export(project=project, return_state=True)))
    thread.start()
    archive = {"task_runs": {"name": {"like_": "away · archive · info"}}}
    wait_until(lambda: [one for one in history.all("task_runs", **archive) if one["state_name"] == "AwaitingRetry"])
    assert lifecycle.up(company.sandbox.root).servers["old-mail"].port == server.port
    thread.join(timeout=60)

    (state,) = ended
    assert state.is_completed()
    run = history.task_runs(state)["away · archive · info"]
    assert 1 < run["run_count"] <= RETRIES + 1
    states = history.calls.get("/task_run_states/", params={"task_run_id": run["id"]}).raise_for_status().json()
    waited = [one["message"] for one in states if one["name"] == "AwaitingRetry"]
    assert waited
    info = account(project, "archive", "info")
    assert info is not None
    assert info.moved > 0


@pytest.mark.heavy
def test_two_runs_at_once_never_open_more_connections_than_the_server_permits(
    company: Company, history: History
) -> None:
    with sign_ins(company.sandbox, "old-mail") as relay:
        permitted = {"url": relay.url, "connections": 2}
        projects = [
            company.register_part(f"sharing-{name}", [name], {}, old_mail=permitted) for name in ("anna", "bengt")
        ]
        states: list[State[Any]] = []
        runs = [
            threading.Thread(target=lambda one=one: states.append(export(project=one, return_state=True)))  # type: ignore[misc]
            for one in projects
        ]
        with admission(lambda _: None, 1)(EwsServer(kind="ews", url=relay.url, connections=2), ANNA.address):
            for run in runs:
                run.start()
            waiting = "waiting for a free connection"
            wait_until(lambda: sum(waiting in line["message"] for line in history.all("logs")) == 2)
            assert not relay.asked
        for run in runs:
            run.join(timeout=90)

    assert [state.is_completed() for state in states] == [True, True]
    assert relay.most_at_once == 2


def test_a_server_that_asks_to_wait_is_obeyed_and_the_run_says_so(company: Company, history: History) -> None:
    with sign_ins(company.sandbox, "old-mail") as relay:
        project = company.register_part("busy", ["info"], {}, old_mail={"url": relay.url})
        relay.busy = [1]
        state = export(project=project, return_state=True)
        port = relay.url.split("/")[2]
    assert state.is_completed()
    said = f"archive info: {port} asks us to wait 1 s"
    wait_until(lambda: [line for line in history.all("logs") if line["message"] == said])
    assert history.task_runs(state)["busy · archive · info"]["run_count"] == 1


def test_a_server_that_stays_away_fails_in_the_end(
    company: Company, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient = archive_mailbox.with_options(retry_delay_seconds=0.1, retry_jitter_factor=0)
    monkeypatch.setattr("flows.export.archive_mailbox", impatient)
    project = company.register_part("gone", ["info"], {}, old_mail={"url": "https://localhost:1/EWS/Exchange.asmx"})
    state = export(project=project, return_state=True)

    kind, _, message = ended_as(state)
    assert kind == "FAILED"
    assert message.count("[connection.unreachable]") == 1
    assert history.task_runs(state)["gone · archive · info"]["run_count"] == RETRIES + 1


def test_a_changed_host_key_stops_the_share_and_nothing_else(
    company: Company, history: History, tmp_path: Path
) -> None:
    project = company.register_part("reinstalled", ["info"], {"visma": "company/Visma"})
    port = company.sandbox.servers["old-files"].port
    stranger = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().split()
    known_hosts = tmp_path / "known_hosts"
    known_hosts.write_text(f"[localhost]:{port} {stranger[0]} {stranger[1]}\n")
    with changed(FileServer.load("reinstalled-old-files"), known_hosts=str(known_hosts)):
        state = discovery(project=project, return_state=True)

    assert "count share visma: " in told_once(state, HostKeyChanged)
    runs = history.task_runs(state)
    assert runs["reinstalled · count · visma"]["run_count"] == 1
    assert runs["reinstalled · count · info"]["state_type"] == "COMPLETED"
    (failed,) = [row for row in history.artifacts(state)["reinstalled-discovery-summary"]["data"] if row.get("failure")]
    assert failed["workload"] == "count share visma"
    (row,) = history.artifacts(state)["reinstalled-discovery-failures"]["data"]
    assert (row["where"], row["code"], row["what to do"]) == (
        "count share visma",
        HostKeyChanged.code,
        HostKeyChanged.advice,
    )


@pytest.mark.parametrize("phase", ["export", "delta"])
def test_a_mailbox_that_the_project_does_not_have(company: Company, history: History, phase: str) -> None:
    project = company.register_part("short", ["anna", "info"], {})
    flow: Any = {"export": export, "delta": delta}[phase]
    state = flow(project=project, mailboxes=["anna", "nobody"], return_state=True)

    message = told_once(state, NoSuchWorkload)
    assert "does not name nobody: no such mailbox of short; there are anna, info" in message
    assert history.task_runs(state) == {}


def test_a_mailbox_named_twice_is_taken_once(company: Company, history: History) -> None:
    project = company.register_part("twice", ["info"], {})
    state = export(project=project, mailboxes=["info", "info"], return_state=True)

    assert state.is_completed()
    assert sorted(run["name"] for run in history.task_runs(state).values()) == [
        "twice · archive · info",
        "twice · export · info",
    ]
    runs = history.all("task_runs", task_runs={"name": {"like_": "twice · archive"}})
    assert len(runs) == 1


def test_a_secret_that_nobody_gave(company: Company) -> None:
    project = company.register_part("blank", ["anna", "info"], {})
    block = ExchangeServer.load("blank-old-mail")
    assert block.mailbox_secrets is not None
    secrets = block.mailbox_secrets.get_secret_value()
    with changed(block, mailbox_secrets={"info.source": secrets["info.source"]}, secret=SecretStr("")):
        state = export(project=project, return_state=True)
    assert "archive mailbox anna: There is no secret for mailboxes.anna.source" in told_once(state, SecretMissing)


@pytest.fixture(scope="module")
def damaged(company: Company) -> MigrationProject:
    project = company.register_part("damaged", ["info"], {})
    Path(project.file).write_text("project: [\n")
    return project


@pytest.mark.parametrize("phase", EVERY_FLOW)
def test_a_project_file_that_cannot_be_read_ends_every_flow_with_a_sentence(
    damaged: MigrationProject, phase: str
) -> None:
    assert "damaged.yaml" in told_once(EVERY_FLOW[phase](damaged), ProjectFileInvalid)


@pytest.fixture(scope="module")
def bereft(company: Company) -> MigrationProject:
    project = company.register_part("bereft", ["info"], {})
    ExchangeServer.delete("bereft-old-mail")
    return project


@pytest.mark.parametrize("phase", EVERY_FLOW)
def test_a_block_that_somebody_deleted_ends_every_flow_with_a_sentence(bereft: MigrationProject, phase: str) -> None:
    kind, name, message = ended_as(EVERY_FLOW[phase](bereft))
    assert (kind, name) == ("FAILED", "Failed")
    assert "There is no block bereft-old-mail" in message
    assert f"[{BlockMissing.code}]" in message


def test_a_step_that_the_playbook_does_not_have(company: Company) -> None:
    project = company.register_part("stepless", ["info"], {})
    state = export(project=project, step="no-such-step", return_state=True)

    kind, name, message = ended_as(state)
    assert (kind, name) == ("FAILED", "Failed")
    assert "[playbook.step-unknown]" in message


def test_no_secret_is_told_anywhere(company: Company, history: History) -> None:
    values = [WRONG]
    for value in json.loads(company.sandbox.secrets_file.read_text()).values():
        values += [value, value.rpartition(":")[2]]
    assert [where for where, text in history.everything() if any(value in text for value in values)] == []
