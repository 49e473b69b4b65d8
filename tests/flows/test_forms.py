"""An approval without a name is asked for in the paused run, below what is decided and from which numbers."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import yaml
from prefect.client.schemas.objects import State

from blocks import MigrationProject
from deployments.register import register_blocks
from deployments.stack import server
from deployments.stack.customer import rehearsal_clock
from flows.approve import FORMS, NameForm, approve
from skyflytt.decommission.holds import Hold, HoldAnswer, hold_answers
from skyflytt.phase.decide import Decision
from skyflytt.project.secrets import EnvironmentSecrets
from tests.flows.history import PAGE, History, ended_as, wait_until
from tests.phase.discovered import EXAMPLE

pytestmark = [pytest.mark.prefect, pytest.mark.long]


@pytest.fixture(scope="module")
def project(prefect_harness: server.Server, tmp_path_factory: pytest.TempPathFactory) -> MigrationProject:
    home = tmp_path_factory.mktemp("forms")
    rehearsal_clock(home / "clock")
    data = yaml.safe_load(EXAMPLE.read_text("utf-8"))
    nothing: dict[str, Any] = {key: [] for key in ("mailboxes", "shares", "applications", "drops", "devices")}
    file = home / "project.yaml"
    file.write_text(yaml.safe_dump({**data, **nothing, "servers": {}, "project": "forms"}, allow_unicode=True), "utf-8")
    return register_blocks(file, home / "workspace", EnvironmentSecrets({}), clock_file=home / "clock")


def answered(
    history: History, project: MigrationProject, answer: dict[str, Any], **options: Any
) -> tuple[State[Any], str]:
    """The run's end, and what stood above its form before it was answered."""
    ended: list[State[Any]] = []
    thread = threading.Thread(target=lambda: ended.append(approve(project=project, return_state=True, **options)))
    thread.start()

    def paused() -> list[dict[str, Any]]:
        return history.all("flow_runs", flow_runs={"state": {"type": {"any_": ["PAUSED"]}}})

    wait_until(paused)
    (run,) = paused()

    def form() -> dict[str, str]:
        found = (
            history.calls.post(f"/flow_runs/{run['id']}/input/filter", json={"prefix": "", "limit": PAGE})
            .raise_for_status()
            .json()
        )
        return {one["key"]: one["value"] for one in found if one["key"].endswith("description")}

    # The run is paused before its form is there.
    wait_until(form)
    above = form()
    accepted = history.calls.post(f"/flow_runs/{run['id']}/resume", json={"run_input": answer}).json()
    assert accepted["status"] == "ACCEPT", accepted
    thread.join(timeout=90)
    return ended[0], next(iter(above.values()))


def test_the_cutover_is_approved_below_its_numbers(project: MigrationProject, history: History) -> None:
    state, above = answered(history, project, {"full_name": "Bengt Öberg"}, what=Decision.CUTOVER)
    assert ended_as(state)[2] == f"Bengt Öberg decided: {Decision.CUTOVER}."
    for words in (f"### forms: {Decision.CUTOVER}", "| **together** |", "Concerns: ", "| notice-ends |"):
        assert words in above


def test_a_question_is_answered_in_its_form(project: MigrationProject, history: History) -> None:
    answer = {"full_name": "Anna Åström", "answer": "settled", "reason": "the books are at the new home"}
    state, above = answered(history, project, answer, what=Decision.HOLD, hold=Hold.BOOKKEEPING)
    assert state.is_completed(), state.message
    assert "accounting material" in above
    with project.open() as migration:
        found = hold_answers(migration.ledger, migration.name)[Hold.BOOKKEEPING]
    assert (found.answer, found.by, found.reason) == (HoldAnswer.SETTLED, "Anna Åström", answer["reason"])


@pytest.mark.parametrize("form", dict.fromkeys((NameForm, *FORMS.values())))
def test_a_form_asks_for_a_name_and_explains_every_field(form: type[NameForm]) -> None:
    fields = form.model_json_schema()["properties"]
    assert fields["full_name"]["minLength"] == 1
    assert all(one.get("title") and one.get("description") for one in fields.values())
