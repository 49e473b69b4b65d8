"""Manual steps through Prefect: told with the run's parameters, asked for in the form of a paused run, refused out of order."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect.client.schemas.objects import State

from blocks import MigrationProject
from deployments.register import register_blocks
from deployments.stack import server
from deployments.stack.customer import rehearsal_clock
from flows.advance import Where, advance
from flows.step import StepAct, step
from skyflytt.ledger import journal
from skyflytt.playbook.steps import StepState, step_rows
from skyflytt.project.secrets import EnvironmentSecrets
from tests.flows.history import History, ended_as, wait_until

pytestmark = pytest.mark.prefect
EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "examples" / "project.yaml"


@pytest.fixture(scope="module")
def project(prefect_harness: server.Server, tmp_path_factory: pytest.TempPathFactory) -> MigrationProject:
    """A project of people alone: it goes by a playbook whose first steps are theirs."""
    home = tmp_path_factory.mktemp("steps")
    rehearsal_clock(home / "clock")
    data = yaml.safe_load(EXAMPLE.read_text("utf-8"))
    nothing: dict[str, Any] = {key: [] for key in ("mailboxes", "shares", "applications", "drops", "devices")}
    file = home / "project.yaml"
    whole = {**data, **nothing, "servers": {}, "project": "steps", "playbook": "licence-transition"}
    file.write_text(yaml.safe_dump(whole, allow_unicode=True), "utf-8")
    return register_blocks(file, home / "workspace", EnvironmentSecrets({}), clock_file=home / "clock")


def test_a_step_is_done_by_name_and_every_deadline_is_in_the_run_history(
    project: MigrationProject, history: History
) -> None:
    state = step(project=project, step="route", full_name="Anna Åström", answer="hosted-desktop", return_state=True)
    assert ended_as(state) == ("COMPLETED", "Completed", "Anna Åström did route.")
    run = history.flow_run(state)
    assert run["name"] == "steps · step · route"
    assert set(run["tags"]) >= {"skyflytt", "step", "steps"}
    assert history.artifacts(state)["steps-step"]["data"] == "Anna Åström did route."
    told = advance(project=project, where=Where.HERE, return_state=True)
    found = history.artifacts(told)
    assert {row["deadline"]: row["at"] for row in found["steps-deadlines"]["data"]}["notice-ends"] == "2026-10-31 24:00"
    rows = {row["id"]: row for row in found["steps-playbook"]["data"]}
    assert rows["local-form"]["state"] == "does not apply"
    assert rows["backup"]["waits for"] == "Waits for its owner: customer."


def test_the_form_of_the_paused_run_asks_who_and_what(project: MigrationProject, history: History) -> None:
    ended: list[State[Any]] = []
    thread = threading.Thread(target=lambda: ended.append(step(project=project, step="backup", return_state=True)))
    thread.start()

    def paused() -> list[dict[str, Any]]:
        query = {"flow_runs": {"name": {"any_": ["steps · step · backup"]}, "state": {"type": {"any_": ["PAUSED"]}}}}
        return history.all("flow_runs", **query)

    wait_until(paused)
    answer = {"full_name": "Anna Åström", "evidence": {"backup": "G:/Visma/Backup"}}
    resume = f"/flow_runs/{paused()[0]['id']}/resume"
    accepted = history.calls.post(resume, json={"run_input": answer}).json()
    assert accepted["status"] == "ACCEPT", accepted
    thread.join(timeout=60)
    assert ended_as(ended[0]) == ("COMPLETED", "Completed", "Anna Åström did backup.")
    with project.open() as migration:
        row = step_rows(migration.ledger, migration.name)["backup"]
    assert (row.state, row.by, row.evidence) == (StepState.DONE, "Anna Åström", {"backup": "G:/Visma/Backup"})


def test_out_of_order_it_fails_and_is_in_the_journal(project: MigrationProject) -> None:
    given = {"cancellation-number": "4711"}
    state = step(project=project, step="hosted-cancelled", full_name="Ture", evidence=given, return_state=True)
    kind, _, message = ended_as(state)
    assert kind == "FAILED"
    assert "(hosted-complete, owner: team:portal-technicians) [playbook.step-out-of-order]" in message
    with project.open() as migration:
        refused = [one for one in journal.entries(migration.ledger, migration.name) if one.action == "step-refused"]
    assert (refused[-1].subject, refused[-1].actor) == ("hosted-cancelled", "Ture")


def test_what_a_step_left_is_approved_once_by_each_person(project: MigrationProject) -> None:
    for words in ("Bengt Öberg approved backup.", "Bengt Öberg had approved backup; it counts once."):
        state = step(project=project, step="backup", full_name="Bengt Öberg", act=StepAct.APPROVE, return_state=True)
        assert ended_as(state)[2] == words
